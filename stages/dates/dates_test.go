package dates

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

var asOf = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

func one(f record.Field, value string) record.Record {
	r := record.Record{Key: record.Key{Source: "crm", ID: "1"}}
	r.Text[f] = value
	return r
}

func TestDays(t *testing.T) {
	m := New(Options{AsOf: asOf, Orders: Orders{{Source: "us", Field: "birth_date", Order: "mdy"}}})
	for in, want := range map[string]string{
		"1980-02-03": "1980-02-03", "03/02/1980": "1980-02-03", "3.2.1980": "1980-02-03", "03-02-80": "1980-02-03", "3 Feb 1980": "1980-02-03", "February 3, 1980": "1980-02-03",
		"3. März 1980": "1980-03-03", "3 de marzo de 1980": "1980-03-03", "1er août 1980": "1980-08-01", "3 maart 1980": "1980-03-03", "19800203": "1980-02-03", "29254": "1980-02-03",
		"1980/02/03": "1980-02-03", "29/02/2023": "", "31/04/1980": "", "yesterday": "", "1900-01-01": "", "01/01/1970": "", "2030-01-01": "", "1890-05-05": "", "03/02/25": "2025-02-03", "03/02/27": "1927-02-03",
		"1980-02-03T00:00:00Z": "1980-02-03", "1980-13-01": "", "13 13 1980": "",
	} {
		got, err := m.Map(one(record.BirthDate, in))
		if err != nil || got.Text[record.BirthDate] != want {
			t.Errorf("%q gave %q, want %q (%v)", in, got.Text[record.BirthDate], want, err)
		}
		if in != want && len(got.Changes) == 0 {
			t.Errorf("%q was changed without a change", in)
		}
		if want == "" && len(got.Findings) == 0 {
			t.Errorf("%q was emptied without a finding", in)
		}
	}
	r := one(record.BirthDate, "02/03/1980")
	r.Source = "us"
	if got, _ := m.Map(r); got.Text[record.BirthDate] != "1980-02-03" || got.Changes[0].Confidence != 0.99 {
		t.Errorf("a column that is mdy was read otherwise: %+v", got.Changes)
	}
}

func TestMoments(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	m := New(Options{AsOf: asOf, Sources: map[string]Source{"crm": {Location: london}}})
	for in, want := range map[string]string{
		"2025-07-01": "2025-06-30T23:00:00Z", "2025-01-05": "2025-01-05T00:00:00Z", "2025-07-01 12:30": "2025-07-01T11:30:00Z", "2025-07-01T12:30:00+02:00": "2025-07-01T10:30:00Z",
		"01.07.2025 12:30:15": "2025-07-01T11:30:15Z", "1751369400": "2025-07-01T11:30:00Z", "1751369400123": "2025-07-01T11:30:00.123Z", "7 Jan 2025 3:04 PM": "2025-01-07T15:04:00Z",
		"2025-01-05 10:00:00 +0100": "2025-01-05T09:00:00Z", "1970-01-01": "", "soon": "", "2025-01-05 25:00": "", "45662.5": "2025-01-05T12:00:00Z",
	} {
		got, err := m.Map(one(record.UpdatedAt, in))
		if err != nil || got.Text[record.UpdatedAt] != want {
			t.Errorf("%q gave %q, want %q (%v)", in, got.Text[record.UpdatedAt], want, err)
		}
	}
	if at, open, ok := ParseInstant(" 01/07/2025 12:30 ", "mdy", nil, asOf); !ok || !open || at.String() != "2025-01-07T12:30:00Z" {
		t.Error(at, open, ok)
	}
	if at, open, ok := ParseInstant("13/07/2025", "mdy", nil, asOf); !ok || open || at.String() != "2025-07-13T00:00:00Z" {
		t.Error(at, open, ok)
	}
	if at, _, ok := ParseInstant(" 01/07/2025 12:30 ", "dmy", nil, asOf); !ok || at.String() != "2025-07-01T12:30:00Z" {
		t.Error(at, ok)
	}
	if _, _, ok := ParseInstant("x", "", nil, asOf); ok {
		t.Error("x is no moment")
	}
}

func TestTheColumnDecides(t *testing.T) {
	values := []string{"01/02/2020", "13/02/2020", "03/02/2020", "28/01/2020"}
	left, right := NewSurvey(), NewSurvey()
	for i, v := range values {
		if i%2 == 0 {
			left.Add("crm", record.BirthDate, v)
		} else {
			right.Add("crm", record.BirthDate, v)
		}
	}
	left.Add("us", record.CreatedAt, "01/13/2020 10:00")
	left.Add("iso", record.CreatedAt, "2020-01-13")
	left.Add("open", record.CreatedAt, "01/02/2020")
	left.Add("both", record.CreatedAt, "13/02/2020")
	left.Add("both", record.CreatedAt, "02/13/2020")
	left.Add("words", record.CreatedAt, "2 May 2020")
	right.Merge(left)
	var got []string
	for _, o := range right.Orders() {
		got = append(got, o.Source+" "+o.Field+" "+o.Order)
	}
	want := []string{"both created_at ", "crm birth_date dmy", "iso created_at ymd", "open created_at ", "us created_at mdy"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	m := New(Options{AsOf: asOf, Orders: right.Orders(), Sources: map[string]Source{"open": {Country: "US"}, "crm": {Order: "ymd"}}})
	r := one(record.CreatedAt, "01/02/2020")
	r.Source = "open"
	if got, _ := m.Map(r); got.Text[record.CreatedAt] != "2020-01-02T00:00:00Z" {
		t.Error("an open column goes by its country", got.Text[record.CreatedAt])
	}
	if got, _ := m.Map(one(record.BirthDate, "20/02/03")); got.Text[record.BirthDate] != "2020-02-03" {
		t.Error("a given order wins", got.Text[record.BirthDate])
	}
}

func TestTwiceIsOnce(t *testing.T) {
	m := New(Options{AsOf: asOf})
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom([]record.Field{record.BirthDate, record.CreatedAt, record.Anniversary}).Draw(t, "field")
		in := rapid.OneOf(rapid.String(), rapid.StringMatching(`\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}( \d\d:\d\d)?`), rapid.StringMatching(`\d{5,13}`)).Draw(t, "in")
		once, _ := m.Map(one(f, in))
		twice, _ := m.Map(once)
		if diff := cmp.Diff(once, twice); diff != "" {
			t.Fatalf("%q: %s", in, diff)
		}
	})
}

// TestGold reads testdata/dates.psv: ! is a value that must become empty, with a finding.
func TestGold(t *testing.T) {
	b, err := os.ReadFile("testdata/dates.psv")
	if err != nil {
		t.Fatal(err)
	}
	right, wrong := 0, 0
	for i, line := range strings.Split(strings.TrimRight(string(b), "\n"), "\n") {
		c := strings.Split(line, "|")
		if i == 0 {
			continue
		}
		loc, err := time.LoadLocation(c[2])
		if err != nil {
			t.Fatal(err)
		}
		f, want := record.BirthDate, c[4]
		if c[0] == "moment" {
			f = record.CreatedAt
		}
		if want == "!" {
			want = ""
		}
		m := New(Options{AsOf: asOf, Sources: map[string]Source{"crm": {Location: loc, Order: c[1]}}})
		got, _ := m.Map(one(f, c[3]))
		if got.Text[f] != want || want == "" && (len(got.Findings) != 1 || len(got.Changes) == 0) {
			wrong++
			t.Errorf("%s %q gave %q, want %q (%v)", c[0], c[3], got.Text[f], want, got.Findings)
			continue
		}
		right++
		if again, _ := m.Map(got); again.Text != got.Text || len(again.Changes) != len(got.Changes) {
			t.Errorf("%q is not clean once it is", c[3])
		}
	}
	t.Logf("%d right, %d wrong", right, wrong)
}

func TestAMixedColumnIsNotGuessed(t *testing.T) {
	s := NewSurvey()
	for _, v := range []string{"13/02/2020", "02/13/2020", "01/02/2020"} {
		s.Add("crm", record.BirthDate, v)
	}
	m := New(Options{AsOf: asOf, Orders: s.Orders()})
	for in, want := range map[string]string{"13/02/2020": "2020-02-13", "02/13/2020": "2020-02-13", "01/02/2020": "", "02/02/2020": "2020-02-02", "1 Feb 2020": "2020-02-01"} {
		if got, _ := m.Map(one(record.BirthDate, in)); got.Text[record.BirthDate] != want {
			t.Errorf("%s gave %q, want %q", in, got.Text[record.BirthDate], want)
		}
	}
}

// TestTheOtherColumnsOfASourceDecide reads a column that proves nothing as the source's others are read.
func TestTheOtherColumnsOfASourceDecide(t *testing.T) {
	s := NewSurvey()
	s.Add("crm", record.CreatedAt, "02/13/2020")
	s.Add("crm", record.BirthDate, "01/02/1980")
	o := s.Orders().Decided(map[string]Source{"crm": {Country: "GB"}})
	if o[0].Field != "birth_date" || o[0].Order != "mdy" || o[0].Confidence != 0.95 || !strings.Contains(o[0].Reason, "other columns") {
		t.Errorf("%+v", o)
	}
	if o = s.Orders().Decided(map[string]Source{"crm": {Order: "dmy"}}); o[0].Order != "dmy" || o[1].Order != "dmy" {
		t.Errorf("%+v", o)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1980-02-03", "3. März 1980", "03/02/80 10:00 PM", "45662.5", "1751369400123", "2025-01-05 10:00:00 +0100", "1º de maio de 2020", "/.-", "١/٢/٢٠٢٠", "Tue Jan  7 15:04:05 UTC 2025", "/Date(1+1)/", "1980年2月3日"} {
		f.Add(s, false)
		f.Add(s, true)
	}
	m := New(Options{AsOf: asOf})
	f.Fuzz(func(t *testing.T, s string, moment bool) {
		field := record.BirthDate
		if moment {
			field = record.CreatedAt
		}
		once, _ := m.Map(one(field, s))
		if twice, _ := m.Map(once); !cmp.Equal(once, twice) {
			t.Fatal(cmp.Diff(once, twice))
		}
		if v := once.Text[field]; v != "" && !moment && !clean(v) || v != "" && moment && record.ParseInstant(v).String() != v {
			t.Fatalf("%q gave %q", s, v)
		}
	})
}

func BenchmarkMap(b *testing.B) {
	m := New(Options{AsOf: asOf})
	r := one(record.BirthDate, "1980-02-03")
	r.Text[record.CreatedAt], r.Text[record.UpdatedAt] = "05.01.2020", "2024-01-05T10:00:00Z"
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Map(r); err != nil {
			b.Fatal(err)
		}
	}
}
