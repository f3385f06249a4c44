package spool

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

func drawStrings(t *rapid.T, label string) []string {
	list := rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, label)
	if len(list) == 0 {
		return nil // the codec makes no difference between an empty list and none
	}
	return list
}

func drawKey(t *rapid.T) record.Key {
	return record.Key{Source: rapid.String().Draw(t, "source"), ID: rapid.String().Draw(t, "id")}
}

func drawPoints(t *rapid.T) []record.ContactPoint {
	var list []record.ContactPoint
	for range rapid.IntRange(0, 2).Draw(t, "points") {
		p := record.ContactPoint{
			Kind: record.Kind(rapid.IntRange(0, 3).Draw(t, "kind")), Value: rapid.String().Draw(t, "value"),
			Display: rapid.String().Draw(t, "display"), Status: record.Status(rapid.IntRange(0, 4).Draw(t, "status")),
			ReplacedBy: rapid.String().Draw(t, "replaced"), PhoneType: "mobile", PhoneRegion: "GB",
			Key: drawKey(t), Sources: drawStrings(t, "sources"),
			CapturedAt:  record.Instant(rapid.Int64().Draw(t, "captured")),
			FirstSeenAt: record.Instant(rapid.Int64().Draw(t, "first")), ConfirmedAt: record.Instant(rapid.Int64().Draw(t, "confirmed")),
		}
		if rapid.Bool().Draw(t, "judged") {
			p.Reasons = []record.Reason{record.Syntax, record.Placeholder}
		}
		if rapid.Bool().Draw(t, "addressed") {
			p.Address = record.Address{Street: rapid.String().Draw(t, "street"), Country: "DE"}
		}
		list = append(list, p)
	}
	return list
}

func drawFindings(t *rapid.T) []record.Finding {
	var list []record.Finding
	for range rapid.IntRange(0, 2).Draw(t, "findings") {
		list = append(list, record.Finding{
			Kind: record.PostPoint, Channel: record.ByPost, Value: rapid.String().Draw(t, "value"), Code: record.Moved,
			Effect: record.Notes, At: record.Instant(rapid.Int64().Draw(t, "at")), Source: "crm", ID: "7", Detail: rapid.String().Draw(t, "detail"),
		})
	}
	return list
}

func drawChanges(t *rapid.T) []record.Change {
	var list []record.Change
	for range rapid.IntRange(0, 2).Draw(t, "changes") {
		list = append(list, record.Change{
			Field: "email", Before: rapid.String().Draw(t, "before"), After: rapid.String().Draw(t, "after"),
			Rule: "emails.trim", Confidence: rapid.Float64Range(0, 1).Draw(t, "confidence"),
		})
	}
	return list
}

func drawRecord(t *rapid.T) record.Record {
	r := record.Record{
		Key: drawKey(t), File: rapid.String().Draw(t, "file"), Row: rapid.Int64().Draw(t, "row"), Digest: rapid.Uint64().Draw(t, "digest"),
		DefaultCountry: "GB", Emails: drawStrings(t, "emails"), Phones: drawStrings(t, "phones"), Socials: drawStrings(t, "socials"),
		PhoneHomes: drawStrings(t, "homes"), Kept: drawStrings(t, "kept"), Points: drawPoints(t), Changes: drawChanges(t), Findings: drawFindings(t),
	}
	for f := range r.Text {
		if rapid.Bool().Draw(t, "filled") {
			r.Text[f] = rapid.String().Draw(t, "text")
		}
	}
	if rapid.Bool().Draw(t, "identified") {
		r.Identifiers = []record.IdentifierValue{{Kind: "tax", Value: rapid.String().Draw(t, "tax")}}
	}
	return r
}

// TestFrameOfRecords decodes a whole frame at once as row by row; one that is cut short is torn.
func TestFrameOfRecords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var f Frame
		want := make([]record.Record, rapid.IntRange(0, 3).Draw(t, "rows"))
		for i := range want {
			want[i] = drawRecord(t)
			f.Add(AppendRecord(nil, &want[i]))
		}
		got := make([]record.Record, f.Rows)
		if err := DecodeRecords(&f, got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		for cut := range f.data {
			torn := Frame{Rows: f.Rows, data: f.data[:cut]}
			if err := DecodeRecords(&torn, got); !errors.Is(err, ErrTorn) {
				t.Fatalf("%d of %d bytes: got %v", cut, len(f.data), err)
			}
		}
		f.data = append(f.data, 0)
		if err := DecodeRecords(&f, got); !errors.Is(err, ErrTorn) {
			t.Fatalf("a byte too many: got %v", err)
		}
	})
}

func TestRecordsComeBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawRecord(t)
		row := AppendRecord(nil, &want)
		var got record.Record
		if err := DecodeRecord(row, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if key, err := DecodeKey(row); err != nil || key != want.Key {
			t.Fatalf("the key alone is %v (%v), not %v", key, err, want.Key)
		}
		for cut := range row {
			if err := DecodeRecord(row[:cut], &got); !errors.Is(err, ErrTorn) {
				t.Fatalf("a row cut at %d of %d bytes was taken for whole", cut, len(row))
			}
		}
	})
}

func TestCustomersComeBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := record.Customer{
			ID: "c0", HouseholdID: "h0", Salutation: rapid.String().Draw(t, "salutation"), Socials: drawStrings(t, "socials"),
			Kept: drawStrings(t, "kept"), NameFrom: drawKey(t), CompanyFrom: drawKey(t), BirthDateFrom: drawKey(t), AddressFrom: drawKey(t),
			Sources: drawStrings(t, "sources"), FirstSeenAt: 1, LastSeenAt: -5, LinkConfidence: 0.97, Erased: true,
			Points: drawPoints(t), Changes: drawChanges(t), Findings: drawFindings(t), Members: []record.Record{drawRecord(t), drawRecord(t)},
		}
		want.Text[record.GivenName] = rapid.String().Draw(t, "given")
		var got record.Customer
		row := AppendCustomer(nil, &want)
		if err := DecodeCustomer(row, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if err := DecodeGolden(row, &got); err != nil {
			t.Fatal(err)
		}
		want.Changes, want.Findings, want.Members = nil, nil, nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestRejectsComeBackAsTheyWere(t *testing.T) {
	want := record.Reject{Source: "crm", File: "a.csv", Row: 7, Reason: "columns", Detail: "3 of 4", Raw: "a,b\xff,c"}
	var got record.Reject
	if err := DecodeReject(AppendReject(nil, &want), &got); err != nil || got != want {
		t.Fatal(got, err)
	}
}

func TestFilesKeepRowsInOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	const n = 3*FrameRows + 5
	for i := range n {
		if err := w.Add(fmt.Appendf(nil, "row %d", i)); err != nil {
			t.Fatal(err)
		}
	}
	packed := &Frame{}
	packed.Add([]byte("last"))
	if err := w.AddPacked(packed.Pack()); err != nil {
		t.Fatal(err)
	}
	if rows, err := w.Close(); err != nil || rows != n+1 {
		t.Fatal(rows, err)
	}
	var got []string
	read := func() error {
		got = nil
		return Frames(t.Context(), path, func(p Packed) error {
			f, err := p.Unpack()
			if err != nil {
				return err
			}
			return f.Each(func(row []byte) error { got = append(got, string(row)); return nil })
		})
	}
	if err := read(); err != nil {
		t.Fatal(err)
	}
	if len(got) != n+1 || got[0] != "row 0" || got[n-1] != fmt.Sprintf("row %d", n-1) || got[n] != "last" {
		t.Fatalf("%d rows, first %q, last %q", len(got), got[0], got[len(got)-1])
	}

	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	whole[len(whole)/2] ^= 1
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := read(); !errors.Is(err, ErrTorn) {
		t.Errorf("a flipped bit was not noticed: %v", err)
	}
	if err := os.WriteFile(path, whole[:len(whole)-3], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := read(); !errors.Is(err, ErrTorn) {
		t.Errorf("a cut file was not noticed: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
}

func TestReadingStopsWithItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 * FrameRows {
		if err := w.Add([]byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	frames := 0
	err = Frames(ctx, path, func(Packed) error { frames++; cancel(); return nil })
	if !errors.Is(err, context.Canceled) || frames != 1 {
		t.Fatal(frames, err)
	}
}

// TestSorterSorts holds the sorter against the standard library, in memory and spilled.
func TestSorterSorts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		s := NewSorter(dir, "sort", 0)
		s.budget = rapid.SampledFrom([]int{200, 1 << 20}).Draw(rt, "budget")
		keys := rapid.SliceOf(rapid.SliceOfN(rapid.Byte(), 0, 12)).Draw(rt, "keys")
		for i, k := range keys {
			if err := s.Add(k, fmt.Appendf(nil, "%x/%d", k, i%3)); err != nil {
				rt.Fatal(err)
			}
		}
		if s.Rows() != int64(len(keys)) {
			rt.Fatalf("%d rows, not %d", s.Rows(), len(keys))
		}
		var got [][]byte
		err := s.Each(t.Context(), func(key, row []byte) error {
			if !bytes.HasPrefix(row, fmt.Appendf(nil, "%x/", key)) {
				return fmt.Errorf("row %q came with key %x", row, key)
			}
			got = append(got, bytes.Clone(key))
			return nil
		})
		if err != nil {
			rt.Fatal(err)
		}
		slices.SortFunc(keys, bytes.Compare)
		if !slices.EqualFunc(got, keys, bytes.Equal) {
			rt.Fatalf("got %x, want %x", got, keys)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			rt.Fatalf("%d spilled files are left", len(left))
		}
	})
}

func sample() record.Record {
	r := record.Record{
		Key: record.Key{Source: "crm", ID: "100234"}, File: "extracts/crm.csv", Row: 100234, Digest: 12345, DefaultCountry: "GB",
		Emails: []string{"jane.smith@example.co.uk"}, Phones: []string{"020 7123 4567"},
		Points: []record.ContactPoint{
			{Kind: record.EmailPoint, Value: "jane.smith@example.co.uk", Display: "jane.smith@example.co.uk"},
			{Kind: record.PhonePoint, Value: "+442071234567", Display: "020 7123 4567", PhoneType: "fixed_line", PhoneRegion: "GB"},
		},
		Changes: []record.Change{{Field: "phone", Before: "02071234567", After: "020 7123 4567", Rule: "phones.format", Confidence: 1}},
	}
	r.Text[record.GivenName], r.Text[record.FamilyName] = "Jane", "Smith"
	r.Text[record.Street], r.Text[record.City], r.Text[record.Postcode] = "7 High Street", "London", "N1 7AA"
	return r
}

// BenchmarkSpool writes and reads records in frames; BenchmarkParquet does the same with parquet-go's typed writer and
// reader. It is why rows between steps do not rest in Parquet.
func BenchmarkSpool(b *testing.B) {
	r := sample()
	path := filepath.Join(b.TempDir(), "rows")
	b.ReportAllocs()
	for b.Loop() {
		w, err := Create(path)
		if err != nil {
			b.Fatal(err)
		}
		var row []byte
		for range 10 * FrameRows {
			row = AppendRecord(row[:0], &r)
			if err := w.Add(row); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := w.Close(); err != nil {
			b.Fatal(err)
		}
		var got record.Record
		err = Frames(b.Context(), path, func(p Packed) error {
			f, err := p.Unpack()
			if err != nil {
				return err
			}
			return f.Each(func(row []byte) error { return DecodeRecord(row, &got) })
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*10*FrameRows/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkParquet(b *testing.B) {
	type point struct{ Kind, Value, Display, Status, PhoneType, PhoneRegion string }
	type flat struct {
		Source, ID, File string
		Row, Digest      int64
		Text             []string
		Emails, Phones   []string
		Points           []point
		Changes          []record.Change
	}
	s := sample()
	r := flat{
		Source: s.Source, ID: s.ID, File: s.File, Row: s.Row, Digest: int64(s.Digest), Text: s.Text[:], Emails: s.Emails, Phones: s.Phones,
		Points: []point{{Kind: "email", Value: s.Points[0].Value, Display: s.Points[0].Display}, {Kind: "phone", Value: s.Points[1].Value}}, Changes: s.Changes,
	}
	path := filepath.Join(b.TempDir(), "rows.parquet")
	b.ReportAllocs()
	for b.Loop() {
		f, err := os.Create(path)
		if err != nil {
			b.Fatal(err)
		}
		w := parquet.NewGenericWriter[flat](f, parquet.Compression(&parquet.Snappy))
		rows := slices.Repeat([]flat{r}, FrameRows)
		for range 10 {
			if _, err := w.Write(rows); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		g := parquet.NewGenericReader[flat](f)
		for n := 0; n < 10*FrameRows; {
			m, err := g.Read(rows)
			n += m
			if m == 0 && err != nil {
				b.Fatal(err)
			}
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*10*FrameRows/b.Elapsed().Seconds(), "rows/s")
}
