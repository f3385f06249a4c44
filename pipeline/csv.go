package pipeline

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/rollcall-data/rollcall/pipeline/table"
)

const csvFile = "contactable.csv"

// writeCSV writes contactable once more, beside the tables: UTF-8, commas, one header, cells quoted as RFC 4180 has it, lines
// that end as in Unix, null as nothing.
func (p *publisher) writeCSV(m *Manifest) error {
	path := filepath.Join(p.dir, csvFile)
	if err := p.contactableTo(path); err != nil {
		return fmt.Errorf("%s: %w", csvFile, err)
	}
	sum, size, err := digestFile(path)
	if err != nil {
		return err
	}
	rows := p.rows["contactable"]
	m.Files = append(m.Files, ManifestFile{Path: csvFile, SHA256: sum, Bytes: size, Rows: &rows})
	return nil
}

func (p *publisher) contactableTo(path string) error {
	columns, err := table.Columns("contactable", p.extra)
	if err != nil {
		return err
	}
	header := make([]string, len(columns))
	text := make([]bool, len(columns))
	for i, c := range columns {
		header[i], text[i] = c.Name, c.Type == table.String
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(f, 1<<20)
	w := csv.NewWriter(b)
	err = w.Write(header)
	if err == nil {
		err = table.Scan(filepath.Join(p.dir, "tables"), "contactable", header, func(r table.Row) error {
			cells := r.Texts()
			for i := range cells {
				if text[i] {
					cells[i] = defused(cells[i])
				}
			}
			return w.Write(cells)
		})
	}
	w.Flush()
	return errors.Join(err, w.Error(), b.Flush(), f.Sync(), f.Close())
}

// defused puts an apostrophe before text that a spreadsheet would take for a formula, as OWASP advises ("CSV Injection",
// https://owasp.org/www-community/attacks/CSV_Injection, read 2026-11-25). Plain numbers with a sign, so those of phones in
// international form, stay as they are: they compute nothing. Whoever reads the file by program takes one apostrophe away
// where apostrophes stand before one of those marks; text that began so was given one more, so that nothing is lost.
func defused(s string) string {
	rest := strings.TrimLeft(s, "'")
	first, _ := utf8.DecodeRuneInString(rest)
	if rest == "" || !strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return s
	}
	if n := strings.Trim(s[1:], "0123456789"); (s[0] == '+' || s[0] == '-') && len(s) > 1 && (n == "" || n == "." || n == ",") {
		return s
	}
	return "'" + s
}
