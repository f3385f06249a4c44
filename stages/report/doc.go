// Package report draws what a run counted: the metrics, the gates on them, and the page.
//
// In go a [Tally] of all records and customers and the [Facts] that counts cannot tell; out come report.json ([Build]), the
// page drawn from it alone ([Draw]), and the results of gates ([Judge]). It knows aggregates only: no customer's value
// reaches it.
package report
