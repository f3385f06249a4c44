package evaluate

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

const header = "source,record_id,kind,value,status,reason,since,replaced_by,contactable_email,contactable_sms,contactable_voice,contactable_post\n"

func id(s string) record.Key { return record.Key{Source: "crm", ID: s} }

var everyone = []Assignment{{id("1"), "c1"}, {id("2"), "c1"}, {id("3"), "c2"}, {id("4"), "c3"}, {id("5"), ""}, {id("6"), "c6"}, {id("99"), "c99"}}

func score(t *testing.T, truth string, points ...Point) PointScore {
	t.Helper()
	got, err := Points(strings.NewReader(header+truth), "points.csv", seq(everyone), seq(points))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestPoints(t *testing.T) {
	got := score(t, `crm,1,email,jo@x.org,valid,,,,true,,,
crm,2,email,jo@x.org,valid,,,,true,,,
crm,1,phone,+447700111222,obsolete,disconnected,2026-01-02,,,false,false,
crm,3,email,al@gmal.com,invalid,typo_domain,,al@gmail.com,false,,,
crm,4,phone,+441712221234,obsolete,obsolete_format,2000-04-22,+442072221234,,,false,
crm,4,post,1 High Street; London; N1 1AA; GB,valid,,,,,,,true
crm,4,email,gone@x.org,valid,,,,true,,,
crm,5,email,er@x.org,,erased,,,false,,,
crm,6,email,er2@x.org,,erased,,,false,,,
`,
		Point{CustomerID: "c1", Key: id("1"), Kind: "email", Channel: "email", Value: "jo@x.org", Status: "valid", Reasons: []string{"free_provider"}, Contactable: true},
		Point{CustomerID: "c1", Key: id("1"), Kind: "phone", Channel: "sms", Value: "+447700111222", Status: "obsolete", Reasons: []string{"disconnected", "stale"}, Contactable: true},
		Point{CustomerID: "c1", Key: id("1"), Kind: "phone", Channel: "voice", Value: "+447700111222", Status: "obsolete", Reasons: []string{"disconnected", "stale"}},
		Point{CustomerID: "c2", Key: id("3"), Kind: "email", Channel: "email", Value: "al@gmail.com", Status: "valid", Contactable: true},
		Point{CustomerID: "c3", Key: id("4"), Kind: "phone", Channel: "voice", Value: "01712221234", Status: "obsolete", Reasons: []string{"obsolete_format"}, ReplacedBy: "+442072221234"},
		Point{CustomerID: "c3", Key: id("4"), Kind: "post", Channel: "post", Street: "1 HIGH ST", Postcode: "n1 1aa", Country: "GB", Status: "obsolete", Reasons: []string{"moved"}},
		Point{CustomerID: "c6", Key: id("6"), Kind: "email", Channel: "email", Value: "er2@x.org", Status: "valid", Contactable: true},
		Point{CustomerID: "c1", Key: id("1"), Kind: "email", Channel: "email", Value: "new@x.org", Status: "valid"},
		Point{CustomerID: "nobody", Kind: "email", Channel: "email", Value: "jo@x.org", Status: "valid"},
	)
	want := PointScore{
		Rows: 9, Absent: 1, Corrected: 1, Erased: 2, Leaked: 1, Unmatched: 2,
		Statuses: []StatusScore{
			{"valid", Counts{4, 2, 2, 1, 0.5}},
			{"obsolete", Counts{2, 3, 2, 0.66667, 1}},
			{"invalid", Counts{1, 1, 1, 1, 1}},
		},
		Reasons: []ReasonScore{
			{Kind: "email", Reason: "typo_domain", Counts: Counts{1, 1, 1, 1, 1}},
			{Kind: "email", Reason: "free_provider", Counts: Counts{0, 2, 0, 0, Nothing}},
			{Kind: "phone", Reason: "disconnected", Counts: Counts{1, 1, 1, 1, 1}, Contactable: 1, Wrongly: 1},
			{Kind: "phone", Reason: "obsolete_format", Counts: Counts{1, 1, 1, 1, 1}},
			{Kind: "phone", Reason: "stale", Counts: Counts{0, 1, 0, 0, Nothing}},
			{Kind: "post", Reason: "moved", Counts: Counts{0, 1, 0, 0, Nothing}},
		},
		Channels: []ChannelScore{
			{"email", Counts{3, 2, 2, 1, 0.66667}}, {"sms", Counts{0, 1, 0, 0, Nothing}}, {"voice", Counts{0, 0, 0, Nothing, Nothing}}, {"post", Counts{1, 0, 0, Nothing, 0}},
		},
		WronglyObsolete: map[string]int64{"moved": 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Two points that a looser look cannot tell apart go each to its own row.
func TestNearestPointWins(t *testing.T) {
	post := func(key record.Key, postcode, status string) Point {
		return Point{CustomerID: "c1", Key: key, Kind: "post", Channel: "post", Street: "1 High Street", Postcode: postcode, Country: "GB", Status: status, Reasons: []string{"moved"}}
	}
	truth := "crm,1,post,1 High Street; London; N1 1AA; GB,valid,,,,,,,true\ncrm,2,post,1 High Road; London; N1 1AA; GB,obsolete,moved,,,,,,false\n"
	for _, points := range [][]Point{
		{post(id("1"), "N1 1AA", "valid"), post(id("2"), "N11AA", "obsolete")},
		{post(id("2"), "N11AA", "obsolete"), post(id("1"), "N1 1AA", "valid")},
	} {
		got := score(t, truth, points...)
		if len(got.Statuses) != 2 || got.Statuses[0].Right != 1 || got.Statuses[1].Right != 1 {
			t.Errorf("got %+v", got.Statuses)
		}
	}
}

func TestPointsFaults(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "points.csv: the file is empty"},
		{"column", "record_id,kind\n", "points.csv: no column value in the header"},
		{"kind", header + "crm,1,fax,1,valid,,,,,,,\n", "points.csv:2: kind is not email, phone or post"},
		{"status", header + "crm,1,email,a@b,fine,,,,,,,\n", "points.csv:2: status is not one of the five"},
		{"answer", header + "crm,1,email,a@b,valid,,,,maybe,,,\n", "points.csv:2: contactable is not true, false or empty"},
		{"short", header + "crm,1\n", "points.csv:2: 2 cells where the header has 12"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Points(strings.NewReader(c.text), "points.csv", seq(everyone), seq([]Point(nil)))
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	row := strings.NewReader(header + "crm,1,email,a@b,valid,,,,,,,\n")
	if _, err := Points(row, "", func(yield func(Assignment, error) bool) { yield(Assignment{}, errBroken) }, seq([]Point(nil))); !errors.Is(err, errBroken) {
		t.Errorf("the records' error is lost: %v", err)
	}
	row = strings.NewReader(header + "crm,1,email,a@b,valid,,,,,,,\n")
	if _, err := Points(row, "", seq(everyone), func(yield func(Point, error) bool) { yield(Point{}, errBroken) }); !errors.Is(err, errBroken) {
		t.Errorf("the points' error is lost: %v", err)
	}
}

func TestWithoutSource(t *testing.T) {
	truth := strings.TrimPrefix(header, "source,") + "1,phone,123,invalid,wrong_length,,,,,false,\n1,post,odd,invalid,incomplete,,,,,,false\n"
	got, err := Points(strings.NewReader(truth), "p", seq(everyone), seq([]Point{
		{CustomerID: "c1", Key: id("1"), Kind: "phone", Channel: "voice", Value: "", Display: "123", Status: "invalid"},
	}))
	if err != nil || got.Absent != 1 || got.Statuses[0].Right != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestText(t *testing.T) {
	k := keyOf(t, "abcdefg", "1112234")
	s, err := k.Pairs(assigned(map[string]string{"a": "x", "b": "x", "c": "y", "d": "y", "z": "y"}))
	if err != nil {
		t.Fatal(err)
	}
	want := `4 records, 2 entities, 2 clusters, the largest of 2; 1 records of the run are not in the key
3 records of the key are not in the run: they are left out
3 pairs to find, 2 made, 1 right

                precision  recall   F1
pairwise        0.50000    0.33333  0.40000
B-cubed         0.75000    0.66667  0.70588
exact clusters  0.00000    0.00000  0.00000
`
	if diff := cmp.Diff(want, s.Table()); diff != "" {
		t.Error(diff)
	}
	b, err := json.Marshal(s)
	if err != nil || !strings.Contains(string(b), `"right_pairs":1,"pairwise":{"p":0.5,"r":0.33333,"f1":0.4}`) {
		t.Errorf("%s %v", b, err)
	}
	r, err := k.Reliability(seq([]Link{{id("a"), id("b"), 0.9}}))
	if err != nil || !strings.Contains(r.Table(), "0.9 to 0.95  1      0.90000  1.00000") {
		t.Errorf("%s %v", r.Table(), err)
	}
	p := score(t, "crm,1,email,jo@x.org,valid,,,,true,,,\n", Point{CustomerID: "c1", Key: id("1"), Kind: "email", Channel: "email", Value: "jo@x.org", Status: "obsolete", Reasons: []string{"stale"}})
	for _, line := range []string{"valid     1     0          -          0.00000", "email  stale   0     1          0.00000    -", "usable points called obsolete: stale 1"} {
		if !strings.Contains(p.Table(), line) {
			t.Errorf("no %q in\n%s", line, p.Table())
		}
	}
	if b, err = json.Marshal(p); err != nil || !strings.Contains(string(b), `{"channel":"email","true":1,"predicted":0,"right":0,"precision":null,"recall":0}`) {
		t.Errorf("%s %v", b, err)
	}
}

func FuzzReadKey(f *testing.F) {
	f.Add("record_id,cluster_id\na,1\n")
	f.Add("source,record_id,cluster_id\na,1,\"x\"\"y\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		k, err := ReadKey(strings.NewReader(text), "key.csv")
		if err != nil {
			return
		}
		if s, err := k.Pairs(seq([]Assignment(nil))); err == nil {
			t.Errorf("scored against nothing: %+v", s)
		}
	})
}

func BenchmarkPoints(b *testing.B) {
	var truth strings.Builder
	truth.WriteString(header)
	var run []Assignment
	var points []Point
	for i := range 1000 {
		key := id(strings.Repeat("x", i%7) + string(rune('a'+i%26)) + string(rune('a'+i/26)))
		truth.WriteString("crm," + key.ID + ",email," + key.ID + "@x.org,valid,,,,true,,,\n")
		run = append(run, Assignment{key, "c" + key.ID})
		points = append(points, Point{CustomerID: "c" + key.ID, Key: key, Kind: "email", Channel: "email", Value: key.ID + "@x.org", Status: "valid", Contactable: true})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Points(strings.NewReader(truth.String()), "p", seq(run), seq(points)); err != nil {
			b.Fatal(err)
		}
	}
}
