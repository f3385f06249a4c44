// Package table is the published tables: one Arrow schema each, written as Parquet files and read back.
//
// In go rows, cell by cell in the order of a table's schema ([Builder]); out come files part-00000.parquet and on, sorted
// as the caller wrote them ([Writer]). The schemas are the product's contract: columns are added at the end and never
// change silently. Equal rows give equal bytes.
package table
