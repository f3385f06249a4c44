// Package reference reads the lists that rules go by: those that come with the program, and a job's own in their place
// or beside them.
//
// In goes text with a header, separated by | (no quoting) or, where the header has none, by commas as in CSV; out come
// rows, to the table that knows what they mean. Every list has a name card with its date, licence and source, so that a
// run can say what it went by. An error names the list and the line, never what stands there.
//
// placeholders is one list in several stages, each with the rows of its own fields; a job's own goes to all of them.
package reference
