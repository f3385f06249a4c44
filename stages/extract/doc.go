// Package extract reads files into rows, and rows into records.
//
// In go files of any common kind (CSV with any delimiter, JSON lines, Parquet, xlsx; plain, gzip, zstd) in any common
// encoding; out come records with raw values in canonical fields, in the order of the file, and rejects for rows that
// could not be read. What is not told is found out (format, compression, encoding, delimiter, header, mapping), and each
// guess carries its reason.
//
// A bad row costs that row: reading goes on at the next line, whatever is wrong with it. Values are never changed here,
// and never appear in an error.
//
// The CSV reader is the package's own: it cuts a file into blocks at row ends and parses them in parallel, takes cells as
// parts of the block's text, and goes on after a broken quote. The tests hold it equal to encoding/csv on well-formed
// input; the benchmark stands beside it.
package extract
