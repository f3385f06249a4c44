package extract

import (
	"os"
	"path/filepath"
	"testing"
)

// sound reads whatever the bytes are: no panic, no hang, every row counted.
func sound(t *testing.T, data []byte, format Format) {
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	tab, err := OpenTable(File{path, "x"}, format)
	if err != nil {
		return
	}
	var rows, count int64
	last := int64(0)
	err = tab.Read(t.Context(), 2, func(b Rows) error {
		rows += int64(len(b.Rows) + len(b.Rejects))
		count += b.Count
		for _, r := range b.Rows {
			if r.Number <= last {
				t.Errorf("row %d after %d", r.Number, last)
			}
			last = r.Number
			if len(r.Cells) != len(tab.Header()) {
				t.Errorf("row %d has %d cells, the header %d", r.Number, len(r.Cells), len(tab.Header()))
			}
		}
		return nil
	})
	if err == nil && rows != count {
		t.Errorf("%d rows and rejects, %d counted", rows, count)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("id,email\n1,a@b.c\n"))
	f.Add([]byte("id;\"na\"\"me\"\r\n1;\"x\ny\"\r\n2;\"\n"))
	f.Add([]byte("a|b\n\"|\"|\x00\n"))
	f.Fuzz(func(t *testing.T, data []byte) { sound(t, data, Format{}) })
}

func FuzzJSONL(f *testing.F) {
	f.Add([]byte(`{"id":1,"e":["a",{"b":null}]}` + "\n{\n"))
	f.Add([]byte(`{"a":{"b":{"c":1e9}},"a":2} x`))
	f.Fuzz(func(t *testing.T, data []byte) { sound(t, data, Format{Format: "jsonl"}) })
}

func FuzzEncoding(f *testing.F) {
	f.Add([]byte("\xff\xfei\x00d\x00,\x00e\x00\n\x001\x00,\x002\x00"), "auto")
	f.Add([]byte("id,name\n1,Jos\xe9\n2,M\xc3\xbcller\n3,\x81\n"), "auto")
	f.Add([]byte("id,name\n1,\x93x\x94\n"), "windows-1252")
	f.Fuzz(func(t *testing.T, data []byte, name string) { sound(t, data, Format{Encoding: name}) })
}

func FuzzHeader(f *testing.F) {
	f.Add("E-Mail 1 - Value", "a@b.c")
	f.Add("Straße_und-Hausnummer", "Weg 5")
	f.Fuzz(func(t *testing.T, name, value string) {
		if plain := plainName(name); plainName(plain) != plain {
			t.Errorf("%q: %q is not plain", name, plain)
		}
		if field, ok := lookupNested(name); ok {
			confirm(field, []string{value})
		}
	})
}
