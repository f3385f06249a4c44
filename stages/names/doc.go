// Package names splits, cases, mends and composes the names of people, and knows companies when it sees them.
//
// In goes a record with a name as it was typed, in one field or in parts; out it comes with title, given, middle and
// family name, suffix and the full name that they make. Which name comes first, what is a title and how particles are
// written follow from the record's country, which must be clean. A name in mixed case is never recased, and one that is
// not sure is left alone: a name that was right must not become wrong. Spelling is never corrected here: that takes the
// evidence of other records.
//
// The [Mender] repairs text that was read in the wrong encoding; it comes before anything tidies the text.
package names
