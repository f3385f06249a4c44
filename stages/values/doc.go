// Package values reads coded answers: consents, flags, genders, languages, amounts, channels, social accounts.
//
// In goes a record with codes as some system wrote them, out it comes with one word for each meaning. A consent that
// cannot be read is unknown, with a finding; it is never a yes. A column that asks for the opposite (no_email) is handed on
// as "!no email: Y": its yes is a no, and its no is no yes. What a letter means may go by what else its column holds
// ([Survey]). Values that only say that there is none ("n/a") become empty. Nothing here judges a contact point.
package values
