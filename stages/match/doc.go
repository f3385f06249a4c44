// Package match finds which records are one person, without labels.
//
// In go cleaned records in the order of their keys ([Matcher.Add]); out comes, for every row, its cluster, and the links
// and near misses with the weight of each comparison ([Matcher.Solve]). The result depends on the set of records alone:
// not on workers, not on the order of files. Records themselves are not held: only the features that are compared, as
// numbers into dictionaries.
//
// The model is Fellegi and Sunter's (A Theory for Record Linkage, 1969): each comparison has levels, each level the chance
// m among matches and u among others; exact levels use the frequency of the value that agrees (Winkler 2000). Customers'
// data breaks the assumption that non-matches agree only by chance: the members of a household share their family name,
// address, phone and mailbox, and colleagues share all of these but the name. So there are three ways not to be a match:
// by chance, of one household, of one place. Each has its own table and its own share, found by EM (Dempster, Laird and
// Rubin 1977) over the candidate pairs; m and u of the levels are given or sampled. Without these classes EM, and any
// threshold, takes households for people.
//
// Clusters are grown edge by edge, best first, and two clusters join only if the evidence between them as wholes holds:
// one bad link must not join two people.
package match
