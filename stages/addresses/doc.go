// Package addresses tidies postal addresses and judges what is missing or wrong in them.
//
// In goes a record with an address as it was typed; out it comes with its country as an ISO 3166-1 code, its postcode in
// the country's form, and one contact point of kind post, whose value is a form made only for comparing. What the
// customer wrote stays as it is for printing, but for spaces and postcode. Nothing is looked up: a postcode of the right
// form may still not exist.
package addresses
