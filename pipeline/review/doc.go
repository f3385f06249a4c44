// Package review is the page on which a person decides the pairs of records that are too close to call.
//
// In go a run's tables and the decisions that stand ([Load]); the page is served on this machine alone ([Serve]), and each
// decision goes to the overrides file before the next pair is shown. The run itself is never written to. Only who knows the
// page's secret address sees it, and no other site can act on it; it fetches nothing from anywhere.
package review
