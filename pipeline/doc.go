// Package pipeline is one run of rollcall: the plan, the walk of the data through the stages, and what is published.
//
// In go a checked config and the wish to run it ([Job]); out come a published folder run-<id> and an [Outcome], or
// nothing at all. Rows stream in batches through one ordered pool of workers; between the big steps (read, clean, match,
// merge, publish) they rest in spool files under the output's cache, where a run that was stopped can go on. Nothing
// appears under run-<id> until all of it is there and on disk.
//
// The package holds no rule about customers: those are the stages'. It must never publish rows that do not add up.
package pipeline
