// Package emails cleans and judges the mailboxes of a record.
//
// In goes a record whose Emails are cells as read: blanks, "mailto:", names, several addresses in one cell. Out come
// one tidied form per mailbox in Emails, one [record.ContactPoint] per mailbox with its canonical value, and a finding
// for every reason of a verdict. A provider that moved its mailboxes adds the point that replaces the old one.
//
// It repairs only what cannot be wrong; a typo of a domain is a suggestion in ReplacedBy. It must never call a real
// domain a typo or a living provider closed: the lists under data/ decide, each row with its source, and domains that
// many mailboxes of the job's own files share are real (see [Survey]). It reads no clock and no network: the as-of date
// and what is known of mail servers are given in [Options].
package emails
