// Package evaluate measures a run against a key that somebody else wrote: who is who, what became of contact points, and
// whether a stated probability means what it says.
//
// In: the key as CSV, and the run's rows as iterators (the command feeds them from Parquet). Out: plain numbers, ready
// for JSON, and a text table of them. It never opens a file and never changes a number by the order of its input.
//
// The figures of [Key.Pairs] equal those of the usual definitions over the records that key and run have in common:
//
//	pairwise  over pairs of records in one cluster, so after transitive closure; pairs never compared count as missed
//	bcubed    mean over records of the share of its cluster that is right (precision), of its entity that is found (recall)
//	cluster   clusters equal to an entity, record for record, over clusters (precision) and entities (recall)
//
// There a ratio with nothing below the line is 1: no pair predicted is precision 1. Of points it is none: null, a dash.
package evaluate
