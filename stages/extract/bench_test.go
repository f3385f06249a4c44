package extract

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// customerRows is a CSV of customers as systems write it: 14 columns, a few of them quoted.
func customerRows(size int) []byte {
	var b bytes.Buffer
	b.Grow(size + 1<<12)
	b.WriteString("Customer ID,First Name,Last Name,Email,Phone,Street,City,Postcode,Country,Birth Date,Created,Updated,Newsletter,Segment\n")
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "%d,Jane%d,Smith-Müller,jane.smith%d@example-shop.com,+44 113 %07d,\"%d High Street, Flat %d\",Leeds,LS%d 4AP,GB,19%02d-05-%02d,2019-01-02 10:11:12,2024-05-06 07:08:09,yes,gold\n",
			i, i%997, i, i%10_000_000, i%300, i%7, i%20, i%80+10, i%28+1)
	}
	return b.Bytes()
}

func benchmarkRead(b *testing.B, name string, data []byte, plain int) {
	f := file(b, name, data)
	b.SetBytes(int64(plain))
	b.ReportAllocs()
	for b.Loop() {
		e, err := Open(Source{Name: "s", Files: []File{f}})
		if err != nil {
			b.Fatal(err)
		}
		rows := int64(0)
		if err := e.Read(b.Context(), 2, func(x Batch) error { rows += x.Rows; e.Release(&x); return nil }); err != nil {
			b.Fatal(err)
		}
		if rows == 0 {
			b.Fatal("no rows")
		}
	}
}

const benchSize = 64 << 20

func BenchmarkCSV(b *testing.B) { d := customerRows(benchSize); benchmarkRead(b, "x.csv", d, len(d)) }

func BenchmarkCSVGzip(b *testing.B) {
	d := customerRows(benchSize)
	benchmarkRead(b, "x.csv.gz", gzipped(b, d), len(d))
}

func BenchmarkCSVZstd(b *testing.B) {
	d := customerRows(benchSize)
	benchmarkRead(b, "x.csv.zst", zstded(b, d), len(d))
}

func BenchmarkJSONL(b *testing.B) {
	rows, err := csv.NewReader(bytes.NewReader(customerRows(benchSize / 4))).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	d := jsonLines(rows)
	benchmarkRead(b, "x.jsonl", d, len(d))
}

func BenchmarkParquet(b *testing.B) {
	plain := customerRows(benchSize / 4)
	rows, err := csv.NewReader(bytes.NewReader(plain)).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	benchmarkRead(b, "x.parquet", parquetFile(b, rows), len(plain))
}

// BenchmarkEncodingCSV is the standard library on the same bytes, cells alone.
func BenchmarkEncodingCSV(b *testing.B) {
	d := customerRows(benchSize)
	b.SetBytes(int64(len(d)))
	b.ReportAllocs()
	for b.Loop() {
		r := csv.NewReader(strings.NewReader(string(d)))
		r.ReuseRecord = true
		for {
			if _, err := r.Read(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}
