package evaluate

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// keyOf writes a key of records named by letters.
func keyOf(t interface{ Fatal(...any) }, records, entities string) *Key {
	var b strings.Builder
	b.WriteString("record_id,cluster_id\n")
	for i := range len(records) {
		fmt.Fprintf(&b, "%c,%c\n", records[i], entities[i])
	}
	k, err := ReadKey(strings.NewReader(b.String()), "key.csv")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func assigned(clusters map[string]string) iter.Seq2[Assignment, error] {
	return func(yield func(Assignment, error) bool) {
		for _, id := range slices.Sorted(maps.Keys(clusters)) {
			if !yield(Assignment{record.Key{Source: "s", ID: id}, clusters[id]}, nil) {
				return
			}
		}
	}
}

// The cases and figures are worked out by hand from the definitions in the package's text.
func TestPairs(t *testing.T) {
	perfect := map[string]string{"a": "1", "b": "1", "c": "1", "d": "2", "e": "2", "f": "3", "g": "4"}
	for _, c := range []struct {
		name     string
		clusters map[string]string
		want     Score
	}{
		{"perfect", perfect, Score{
			Records: 7, Entities: 4, Clusters: 4, LargestCluster: 3, TruePairs: 4, PredictedPairs: 4, RightPairs: 4,
			Pairwise: Rates{1, 1, 1}, BCubed: Rates{1, 1, 1}, Cluster: Rates{1, 1, 1},
		}},
		// {a,b} {c,d}, of e f g the run knows nothing; z is unknown. precision 1,1,.5,.5 = 3/4; recall 2/3,2/3,1/3,1 = (8/3)/4
		{"some", map[string]string{"a": "x", "b": "x", "c": "y", "d": "y", "z": "y"}, Score{
			Records: 4, Entities: 2, Clusters: 2, LargestCluster: 2, UnknownRecords: 1, AbsentRecords: 3, TruePairs: 3, PredictedPairs: 2, RightPairs: 1,
			Pairwise: Rates{0.5, 0.33333, 0.4}, BCubed: Rates{0.75, 0.66667, 0.70588}, Cluster: Rates{0, 0, 0},
		}},
		{"erased are alone", map[string]string{"a": "", "b": "", "c": "x", "d": ""}, Score{
			Records: 4, Entities: 2, Clusters: 4, LargestCluster: 1, AbsentRecords: 3, TruePairs: 3,
			Pairwise: Rates{1, 0, 0}, BCubed: Rates{1, 0.5, 0.66667}, Cluster: Rates{0.25, 0.5, 0.33333},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := keyOf(t, "abcdefg", "1112234").Pairs(assigned(c.clusters))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Pairs agrees with counting every pair and every record, and does not mind how clusters are called or ordered.
func TestPairsByCounting(t *testing.T) {
	const letters = "abcdefghijklmnop"
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, len(letters)).Draw(t, "records")
		entity := rapid.SliceOfN(rapid.IntRange(0, 5), n, n).Draw(t, "entity")
		cluster := rapid.SliceOfN(rapid.IntRange(0, 5), n, n).Draw(t, "cluster")
		var entities strings.Builder
		run, renamed := map[string]string{}, map[string]string{}
		for i := range n {
			fmt.Fprintf(&entities, "%d", entity[i])
			run[letters[i:i+1]] = fmt.Sprint(cluster[i])
			renamed[letters[i:i+1]] = fmt.Sprint("c", (cluster[i]*5+2)%7)
		}
		k := keyOf(t, letters[:n], entities.String())
		got, err := k.Pairs(assigned(run))
		if err != nil {
			t.Fatal(err)
		}
		again, err := k.Pairs(assigned(renamed))
		if err != nil || got != again {
			t.Fatalf("renamed clusters score %+v, not %+v (%v)", again, got, err)
		}
		var truePairs, made, right int64
		var precision, recall float64
		for i := range n {
			var inCluster, inEntity, both float64
			for j := range n {
				c, e := cluster[i] == cluster[j], entity[i] == entity[j]
				inCluster, inEntity, both = inCluster+float64(one(c)), inEntity+float64(one(e)), both+float64(one(c && e))
				if i < j {
					truePairs, made, right = truePairs+one(e), made+one(c), right+one(c && e)
				}
			}
			precision, recall = precision+both/inCluster, recall+both/inEntity
		}
		if got.TruePairs != truePairs || got.PredictedPairs != made || got.RightPairs != right {
			t.Fatalf("got %+v, counted %d %d %d", got, truePairs, made, right)
		}
		for _, pair := range [][2]float64{{got.BCubed.Precision, precision / float64(n)}, {got.BCubed.Recall, recall / float64(n)}} {
			if d := pair[0] - pair[1]; d > 1e-5 || d < -1e-5 {
				t.Fatalf("got %v, counted %v", pair[0], pair[1])
			}
		}
	})
}

func TestKeyFaults(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "key.csv: the file is empty"},
		{"no records", "record_id,cluster_id\n", "key.csv: the key has no records"},
		{"no column", "id,cluster_id\n1,2\n", "key.csv: no column record_id in the header"},
		{"twice", "record_id,cluster_id\na,1\nb,1\na,2\n", "key.csv:4: this record was given before"},
		{"short", "record_id,cluster_id\na\n", "key.csv:2: 1 cells where the header has 2"},
		{"quote", "record_id,cluster_id\n\"a\nb,2\n", "key.csv:2: extraneous or missing \" in quoted-field"},
		{"header", "\"record_id\n", "key.csv: parse error on line 1, column 12: extraneous or missing \" in quoted-field"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadKey(strings.NewReader(c.text), "key.csv")
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	if _, err := ReadKey(broken{}, "key.csv"); !errors.Is(err, errBroken) {
		t.Errorf("a reader's error is lost: %v", err)
	}
}

type broken struct{}

var errBroken = errors.New("disk on fire")

func (broken) Read([]byte) (int, error) { return 0, errBroken }

// TestAKeyOfAnotherRun: where no record is common there is nothing to score, and the error says what to look at.
func TestAKeyOfAnotherRun(t *testing.T) {
	run := func(yield func(Assignment, error) bool) {
		_ = yield(Assignment{record.Key{Source: "shop", ID: "8"}, "c1"}, nil) &&
			yield(Assignment{record.Key{Source: "crm", ID: "7"}, "c1"}, nil)
	}
	for text, want := range map[string]string{
		"record_id,cluster_id\n1,a\n":          "key.csv: none of the key's 1 records is in the run; the run has several sources, so the key needs a column source: crm, shop",
		"source,record_id,cluster_id\nx,7,a\n": "key.csv: none of the key's 1 records is in the run; its column source names the sources as the run does: crm, shop",
	} {
		k, err := ReadKey(strings.NewReader(text), "key.csv")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.Pairs(run); err == nil || err.Error() != want {
			t.Errorf("%v, not %s", err, want)
		}
	}
	if _, err := keyOf(t, "9", "1").Pairs(assigned(map[string]string{"1": "x"})); err == nil || !strings.Contains(err.Error(), "of another run") {
		t.Error(err)
	}
}

func TestSources(t *testing.T) {
	k, err := ReadKey(strings.NewReader("\ufeffcluster_id, Source ,record_id,note\n1,crm,7,x\n2,shop,7,y\n"), "key.csv")
	if err != nil {
		t.Fatal(err)
	}
	run := func(yield func(Assignment, error) bool) {
		_ = yield(Assignment{record.Key{Source: "crm", ID: "7"}, "c1"}, nil) &&
			yield(Assignment{record.Key{Source: "shop", ID: "7"}, "c1"}, nil)
	}
	s, err := k.Pairs(run)
	if err != nil || s.PredictedPairs != 1 || s.RightPairs != 0 || s.UnknownRecords != 0 {
		t.Errorf("got %+v, %v", s, err)
	}
	if _, err := keyOf(t, "7", "1").Pairs(run); err == nil || !strings.Contains(err.Error(), "needs a column source") {
		t.Errorf("one id of two sources under a key without sources: %v", err)
	}
	twice := func(yield func(Assignment, error) bool) {
		a := Assignment{record.Key{Source: "crm", ID: "7"}, "c1"}
		b := a
		_ = yield(a, nil) && yield(b, nil)
	}
	if _, err := k.Pairs(twice); err == nil {
		t.Error("a record assigned twice goes unnoticed")
	}
	failing := func(yield func(Assignment, error) bool) { yield(Assignment{}, errBroken) }
	if _, err := k.Pairs(failing); !errors.Is(err, errBroken) {
		t.Errorf("the iterator's error is lost: %v", err)
	}
}

func TestReliability(t *testing.T) {
	k := keyOf(t, "abcd", "1122")
	pair := func(a, b string, p float64) Link {
		return Link{record.Key{Source: "s", ID: a}, record.Key{Source: "s", ID: b}, p}
	}
	links := []Link{pair("a", "b", 0.96), pair("c", "d", 0.97), pair("a", "c", 0.96), pair("b", "c", 0.2), pair("c", "d", 1), pair("a", "z", 0.9)}
	got, err := k.Reliability(seq(links))
	if err != nil {
		t.Fatal(err)
	}
	want := Reliability{
		Buckets: []Bucket{{0.1, 0.3, 1, 0.2, 0}, {0.95, 0.98, 3, 0.96333, 0.66667}, {0.999, 1, 1, 1, 1}},
		Pairs:   5, Unknown: 1, Error: 0.218, Brier: 0.19282,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	slices.Reverse(links)
	if again, err := k.Reliability(seq(links)); err != nil || !cmp.Equal(again, got) {
		t.Errorf("the order counts: %+v", again)
	}
	if _, err := k.Reliability(seq([]Link{pair("a", "b", 1.5)})); err == nil {
		t.Error("a probability of 1.5 is taken")
	}
	if _, err := k.Reliability(func(yield func(Link, error) bool) { yield(Link{}, errBroken) }); !errors.Is(err, errBroken) {
		t.Errorf("the iterator's error is lost: %v", err)
	}
	if empty, err := k.Reliability(seq([]Link(nil))); err != nil || empty.Pairs != 0 || empty.Error != 0 {
		t.Errorf("no links: %+v, %v", empty, err)
	}
}

func seq[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, x := range list {
			if !yield(x, nil) {
				return
			}
		}
	}
}
