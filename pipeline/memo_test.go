package pipeline

import (
	"strconv"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/stages/reach"
)

// What a memo tells of a value is what was put for it, also while it grows and after it began anew.
func TestMemoTellsWhatItWasTold(t *testing.T) {
	s := reach.NewState(0, [record.NumChannels]int{})
	m := newMemo(1 << 20)
	told := func(i int) []reach.Target {
		points := make([]record.ContactPoint, i%3) // none, one or many
		for k := range points {
			points[k] = record.ContactPoint{Kind: record.EmailPoint, Value: strconv.Itoa(i) + "/" + strconv.Itoa(k)}
		}
		return s.Targets(&reach.Feed{Kind: "suppression"}, points)
	}
	const values = 100_000
	var room [1]reach.Target
	remembered := 0
	for i := range values {
		m.put(memoKey(record.EmailPoint, strconv.Itoa(i)), told(i))
		for _, k := range []int{i, i / 2, i + 1} {
			got, ok := m.get(memoKey(record.EmailPoint, strconv.Itoa(k)), &room)
			want := told(k)
			switch {
			case k > i && ok:
				t.Fatalf("value %d is known before it was put", k)
			case k == i && !ok:
				t.Fatalf("value %d is forgotten at once", k)
			case ok && len(got) != len(want) || ok && len(got) > 0 && got[len(got)-1] != want[len(want)-1]:
				t.Fatalf("value %d: %v, want %v", k, got, want)
			case ok:
				remembered++
			}
		}
	}
	if slots := 0; remembered <= values {
		t.Errorf("%d remembered", remembered)
	} else {
		for i := range m.shards {
			slots += len(m.shards[i].slots)
		}
		if slots*32 > 1<<20 {
			t.Errorf("%d slots are more than its memory", slots)
		}
	}
}
