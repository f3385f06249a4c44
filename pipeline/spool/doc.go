// Package spool keeps rows on disk between two steps of a run.
//
// In go encoded rows, out come the same rows in the same order ([Writer], [Reader]) or in the order of a key
// ([Sorter], which spills sorted runs to disk when its memory is full). Rows travel in frames of about a thousand,
// each compressed and checked by its own checksum, so that workers decode frames in parallel and a torn file is
// noticed. The codecs ([AppendRecord], [DecodeRecord] and those of customers and rejects) are the package's own: the
// benchmark beside them measures what parquet-go takes for the same rows.
//
// Spool files are private to one version of the program: they never leave a run's cache, and nobody reads them later.
package spool
