// Package addresses tidies postal addresses and judges what is missing or wrong in them.
//
// In goes a record with an address as it was typed; out it comes with its country as an ISO 3166-1 code, its postcode in
// the country's form, and one contact point of kind post, whose value is a form made only for comparing. What the
// customer wrote stays as it is for printing, but for spaces, postcode and what stood in the wrong field: an address on
// one line is taken apart by the habits of its country ([Lists.split]), where that is sure. Nothing is looked up: a postcode
// of the right form may still not exist.
//
// postcode.go knows the forms of postcodes, form.go makes the form for comparing, words.go divides a line and oneline.go
// says what its parts are; all that is particular to a country stands in data/.
package addresses
