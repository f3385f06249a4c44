package extract

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A block without quotes is cut where looking at each row would cut it.
func TestPlainBlocksAreCutAlike(t *testing.T) {
	long := strings.Repeat("x", maxLine-1)
	for name, data := range map[string]string{
		"rows": "a,b\r\nc,d\n\n e\n", "tail": "a,b\nc,d", "one line": "a", "nothing": "", "quoted": "a,b\n\"c\nd\",e\n", "quote inside": "a\"b,c\nd\n",
		"as long as may be": "a\n" + long + "\nb\n", "too long": "a\n" + long + "x\nb\n", "too long at first": long + "x\nb\n", "too long at the end": "a\n" + long + "xx",
	} {
		for _, quotes := range []bool{true, false} {
			s := splitter{delim: ',', quotes: quotes, buf: []byte(data), end: true}
			whole := 0
			for whole < len(data) {
				n, broken, more := s.row(s.buf[whole:])
				if broken != "" || more {
					break
				}
				whole += n
			}
			got := s.plain(s.buf)
			if got != 0 && got != min(whole, strings.LastIndexByte(data, '\n')+1) {
				t.Errorf("%s, quotes %t: cut at %d, row by row at %d", name, quotes, got, whole)
			}
			if wanted := strings.HasPrefix(name, "rows"); wanted && got == 0 {
				t.Errorf("%s, quotes %t: rows are looked at one by one", name, quotes)
			}
		}
	}
}

// Rows that nobody keeps stand in the room of those before them, and are what they are all the same.
func TestEachGivesTheRowsOfTheFile(t *testing.T) {
	for name, line := range map[string]string{"csv": "%,b%\n", "jsonl": `{"a":"%","b":"b%"}` + "\n"} {
		var file bytes.Buffer
		if name == "csv" {
			file.WriteString("a,b\n")
		}
		const rows = 300_000
		for i := range rows {
			file.WriteString(strings.ReplaceAll(line, "%", itoa(i)))
		}
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		table, err := OpenTable(File{Path: path, Shown: "file"}, Format{})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		err = Each(context.Background(), table, 2,
			func(rows [][]string) ([]string, error) {
				var out []string
				for _, r := range rows {
					out = append(out, strings.Join(r, "|"))
				}
				return out, nil
			},
			func(_ *Block, list []string) error {
				for _, got := range list {
					if want := itoa(n) + "|b" + itoa(n); got != want {
						t.Fatalf("%s: row %d is %q", name, n, got)
					}
					n++
				}
				return nil
			})
		if err != nil || n != rows {
			t.Errorf("%s: %d of %d rows, %v", name, n, rows, err)
		}
	}
}
