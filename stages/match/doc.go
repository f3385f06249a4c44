// Package match finds which records are one person, without labels.
//
// In go cleaned records in the order of their keys ([Matcher.Add]); out comes, for every row, its cluster, and the links
// and near misses with the weight of each comparison ([Matcher.Solve]). The result depends on the set of records alone:
// not on workers, not on the order of files. Records themselves are not held: only the features that are compared, as
// numbers into dictionaries.
//
// # The model
//
// It is Fellegi and Sunter's (A Theory for Record Linkage, 1969): each feature has levels of agreement, each level the
// chance m among matches and u among others; of the exact level u is the frequency of the value that agrees (Winkler 2000).
// m and the share of matches are found by EM (Dempster, Laird and Rubin 1977; Winkler 1988), u among random pairs. Four
// devices keep EM from finding a larger class than "one person"; each looks idle on most data and saves some from collapse:
//
//   - Classes of coincidence. The members of a household share family name, address, phone and mailbox; namesakes of one
//     town share names and town. They are classes of their own, begun with pairs that are certainly two people: given names
//     that have nothing in common and other birth dates. Fathers and sons, and twins, are in the household's tables.
//   - Dependence. A postcode tells the town, a mailbox is made of the name: among others than matches such features agree
//     together. Each feature may hang on one other (Chow and Liu 1968), measured on pairs that agree on the parent and that
//     the other features certify to be two people. Names, dates and identifiers hang on nothing.
//   - Hard EM. Only pairs that are likelier matches than not teach what matches look like.
//   - Two rounds. The clusters of the first tell who is one person; frequencies and u are then those of people, and the
//     frequency of a rare value is Good and Turing's (Good 1953).
//
// In small inputs (under 500 rows or 50 matches) there is nothing to learn m from: the built-in chances stand, and those of
// u and of frequencies count as if some rows had been seen before.
//
// # Blocking
//
// A few hundred keys are possible: derived values of one feature or two. Those are used that bring most likely matches of
// some thousand rows for the fewest pairs. A block of more than 100 rows brings nobody together.
//
// # Clusters
//
// They grow edge by edge, the best first. Two join if the edge is good enough for their size and the mean of all weights
// between them does not speak against; clusters of several rows also by the evidence of all their values together. One bad
// edge must not join two people. What a person decided holds, whatever the weights say.
package match
