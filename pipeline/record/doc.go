// Package record holds what walks through rollcall: a [Record] is one row of an extract or of a feed, a
// [ContactPoint] one mailbox, number or postal address, a [Customer] what one or more records describe.
//
// A verdict rides on the row it is about: a [Change] says what cleaning altered, a [Finding] why a point or a row has
// its status, a [Fate] where the row ended. Nothing here computes; it is plain exported data and the words for it, on
// the standard library alone, so that every room and every engine speaks of the same things.
package record
