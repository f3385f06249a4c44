package overrides

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

func key(s string) record.Key {
	source, id, _ := strings.Cut(s, ":")
	return record.Key{Source: source, ID: id}
}

func decision(a, b string, v Verdict) Decision { return Decision{key(a), key(b), v} }

func TestRead(t *testing.T) {
	const head = "source_a,record_id_a,source_b,record_id_b,decision\n"
	for name, c := range map[string]struct {
		text string
		want []Decision
		err  string
	}{
		"nothing":             {"", nil, ""},
		"a header":            {head, nil, ""},
		"no header":           {"crm,1,shop,2,same\n", []Decision{decision("crm:1", "shop:2", Same)}, ""},
		"older words":         {head + "crm,1,shop,2, Must-Link \ncrm,1,shop,3,cannot_link", []Decision{decision("crm:1", "shop:2", Same), decision("crm:1", "shop:3", Different)}, ""},
		"the last one counts": {head + "crm,1,shop,2,same\nshop,2,crm,1,different\n", []Decision{decision("crm:1", "shop:2", Different)}, ""},
		"taken back":          {head + "crm,1,shop,2,same\ncrm,1,shop,2,undecided\n", []Decision{}, ""},
		"taken back, again":   {head + "crm,1,shop,2,same\ncrm,1,shop,2,undecided\ncrm,1,shop,2,different\n", []Decision{decision("crm:1", "shop:2", Different)}, ""},
		"a mark and a note":   {"\ufeffsource_a,record_id_a,source_b,record_id_b,decision,note\ncrm,1,shop,2,same,seen\ncrm,2,shop,2,different\n", []Decision{decision("crm:1", "shop:2", Same), decision("crm:2", "shop:2", Different)}, ""},
		"four cells":          {head + "crm,1,shop,2\n", nil, "row 2"},
		"another word":        {head + "crm,1,shop,2,perhaps\n", nil, "row 2: a decision is same, different or undecided"},
	} {
		got, err := Read(strings.NewReader(c.text))
		if diff := cmp.Diff(c.want, got); c.err == "" && (diff != "" || err != nil) {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
		if c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "perhaps")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is appended is read again, whatever the keys hold and whatever state a crash left the file in.
func TestAppend(t *testing.T) {
	const head = "source_a,record_id_a,source_b,record_id_b,decision\n"
	odd := decision(`c,r"m:`+"new\nline", "shop: 007 ", Same)
	for name, c := range map[string]struct {
		before, after string // after: what the file begins with then
		keeps         int
	}{
		"no file":             {"", head, 0},
		"a header":            {head, head, 0},
		"no newline":          {head + "crm,1,shop,2,same", head + "crm,1,shop,2,same\n", 1},
		"cut in the word":     {head + "crm,1,shop,2,same\ncrm,3,shop,4,diff", head + "crm,1,shop,2,same\n", 1},
		"cut in a quote":      {head + "crm,1,shop,2,same\ncrm,\"3,", head + "crm,1,shop,2,same\n", 1},
		"cut in the header":   {"source_a,reco", head, 0},
		"no row is whole":     {"crm,1,sho", head, 0},
		"a column of its own": {"source_a,record_id_a,source_b,record_id_b,decision,by\ncrm,1,shop,2,same,us\n", "source_a,record_id_a,source_b,record_id_b,decision,by\ncrm,1,shop,2,same,us\n", 1},
	} {
		path := filepath.Join(t.TempDir(), "decisions.csv")
		if c.before != "" {
			if err := os.WriteFile(path, []byte(c.before), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		f, standing, err := Open(path)
		if err != nil || len(standing) != c.keeps {
			t.Fatalf("%s: %v, %v", name, standing, err)
		}
		if err := f.Append(odd); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path) // before it is closed
		if err != nil || !strings.HasPrefix(string(b), c.after) {
			t.Errorf("%s: %q, %v", name, b, err)
		}
		if _, _, err := Open(path); !errors.Is(err, ErrBusy) {
			t.Errorf("%s: a second review: %v", name, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		f, standing, err = Open(path)
		if err != nil || len(standing) != c.keeps+1 {
			t.Fatalf("%s: %v, %v", name, standing, err)
		}
		if diff := cmp.Diff(odd, standing[c.keeps]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// On a full disk the row is not there at all.
func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no disk that is always full")
	}
	o := &File{f: full, columns: 5}
	if err := o.Append(decision("crm:1", "shop:2", Same)); err == nil {
		t.Error("nothing is said of it")
	}
	if err := full.Close(); err != nil {
		t.Fatal(err)
	}
}

// A file that is wrong in its midst is not ours to mend.
func TestOpenRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "decisions.csv")
	for _, text := range []string{"crm,1,shop,2,perhaps\ncrm,1,shop,2,sa", "name,city\nx,y\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Open(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v", text, err)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != text {
			t.Errorf("%q became %q, %v", text, b, err)
		}
	}
	if _, _, err := Open(filepath.Join(path, "under a file")); err == nil {
		t.Error("a path under a file")
	}
}

func FuzzRead(f *testing.F) {
	f.Add("source_a,record_id_a,source_b,record_id_b,decision\ncrm,1,shop,2,same\n")
	f.Add("crm,\"1\n\",shop,2,different,note\ncrm,1,shop,2,undecided")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		for i, d := range list {
			for _, e := range list[:i] {
				if d.pair() == e.pair() {
					t.Errorf("two decisions about one pair")
				}
			}
		}
	})
}
