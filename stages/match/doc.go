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
//     the other features certify to be two people; those that the rest makes a household are left to its class, and what is
//     usual counts for a few pairs more. Names, dates, identifiers and numbers hang on nothing: people who moved would make
//     them look like chance.
//   - Hard EM. Only pairs that are likelier matches than not teach what matches look like.
//   - Two rounds. The clusters of the first tell who is one person; frequencies and u are then those of people, and the
//     frequency of a rare value is Good and Turing's (Good 1953).
//
// Some values speak for nobody: placeholders, numbers reserved for fiction, role accounts (of a firm they tell its domain).
// Of a birth date of 1 January only the year counts. A number that makes a mailbox unique (jsmith4711) speaks for its owner at
// any provider, and against anybody with another. Long names are one when their words are the same, wherever they were cut.
// A record without a person's name speaks of a firm: what the firm is called, less its legal form, is its own as a given name
// is; whom a person works for is shared by colleagues. A firm is none of its people.
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
//
// How good the result is, is estimated without truth: of each pair within a cluster the chance that it is one person, by
// itself or through the best third record, against what is left between clusters, times how many matches some key brought
// together (Chao 1987, of those that share one block and those that share two).
package match
