// Package values reads coded answers: consents, flags, genders, languages, amounts, channels.
//
// In goes a record with codes as some system wrote them, out it comes with one word for each meaning. A consent that
// cannot be read is unknown, with a finding; it is never a yes. Values that only say that there is none ("n/a") become
// empty. Nothing here judges a contact point.
package values
