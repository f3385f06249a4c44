// Package dates reads days and moments in the spellings that extracts have.
//
// In goes a record with dates as they were typed, out it comes with days as yyyy-mm-dd and moments in RFC 3339, UTC. The
// order of day and month is decided for a whole column ([Survey]), never for one value; where a column disagrees with
// itself, what could be either is not read. What cannot be read, and what only fills a required field (01/01/1900), becomes
// empty, with a change and a finding that keep what stood there. A year of two digits is the latest that is not after the
// as-of date.
package dates
