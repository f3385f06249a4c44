// Package reach says of every contact point whether it works, and of every customer whether we may use it.
//
// In go customers as merge made them, what feeds told of contact points folded into a [State], and how many customers hold
// each point; out come statuses with their evidence, permission for each channel, what is contactable and why not, and what
// to mend first ([Judge]). A status is never given without evidence: a rule with a date and a source, or an event.
//
// An opt-out is never lost: everything that denies is kept through every merge, every spelling and every replacement, and
// of several statements the most restrictive wins.
package reach
