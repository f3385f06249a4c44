// Package merge makes one customer of the records that match said are one person.
//
// In go the cleaned members of a cluster; out comes a [record.Customer]: golden values with the record
// each came from, all contact points with their dates, a stable id and, once all customers are known, a household.
// Survivorship goes by trust, then recency, then completeness. Values that belong together move together: a name is
// taken whole from one record, and so is an address. Nothing is invented: every golden value is some member's value,
// or the country of its source; a name that all records together spell is written out again in the full name.
//
// A merge never depends on the order of its input and never drops a contact point, a denial or a finding: what the
// members said stays with them in [record.Customer.Members].
package merge
