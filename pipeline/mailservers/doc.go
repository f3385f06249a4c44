// Package mailservers asks the domain name system which domains take mail, and remembers the answers in a file.
//
// In goes a domain in lower case A-labels; out comes an [Answer], or an error when there is none: a server that fails,
// refuses or does not answer says nothing about a domain. It asks one given resolver, over UDP and, for answers that do
// not fit, TCP. It never contacts the mail servers themselves.
package mailservers
