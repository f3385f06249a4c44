// Package phones cleans and judges the numbers of a record.
//
// In goes a record whose Phones are cells as read: punctuation, extensions, several numbers in one cell, numbers that
// a spreadsheet mangled. Out come one tidied form per number in Phones, one [record.ContactPoint] per number in E.164
// (";ext=" and the extension after it), and a finding for every reason of a verdict. A number whose country gave it
// another form adds the point that replaces it.
//
// A number without a country code belongs to the country that its column names, else to that of its record, else to that
// of its source.
//
// What a number means is libphonenumber's word, always: E.164, validity, type and region equal those of
// github.com/nyaruka/phonenumbers. It must never take a number for another one, call a number old without a dated rule
// (data/renumbering.psv), or read letters as a number that nobody meant ("989null").
package phones
