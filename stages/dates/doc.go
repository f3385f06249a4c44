// Package dates reads days and moments in the spellings that extracts have.
//
// In goes a record with dates as they were typed, out it comes with days as yyyy-mm-dd and moments in RFC 3339, UTC. The
// order of day and month is decided for a whole column ([Survey]), never for one value. What cannot be read, and what
// only fills a required field (01/01/1900), becomes empty, with a change and a finding that keep what stood there.
package dates
