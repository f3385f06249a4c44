// Package names splits, cases and composes the names of people, and knows companies when it sees them.
//
// In goes a record with a name as it was typed, in one field or in parts; out it comes with title, given, middle and
// family name, suffix and the full name that they make. A name in mixed case is never recased, and one that is not sure
// is left alone: a name that was right must not become wrong. Spelling is never corrected here: that takes the evidence
// of other records.
package names
