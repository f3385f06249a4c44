package tally

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestCounts(t *testing.T) {
	a, b := New(), New()
	a.Add("rows", 2)
	b.Add("rows", 3)
	a.By("rows", "source", "crm", 2)
	b.By("rows", "source", "shop", 3)
	b.By("rows", "source", "app", 3)
	a.Merge(b)
	if a.Get("rows") != 5 || a.At("rows", "source", "shop") != 3 || a.Get("none") != 0 {
		t.Error("wrong counts")
	}
	if got := a.Values("source", "rows"); !slices.Equal(got, []string{"app", "shop", "crm"}) {
		t.Error(got)
	}
}

func TestQuantilesAreNearAndOrderFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(0, 1e6), 1, 200).Draw(t, "x")
		whole, left, right := NewQuantiles(), NewQuantiles(), NewQuantiles()
		for i, v := range x {
			whole.Add(v)
			if i%2 == 0 {
				left.Add(v)
			} else {
				right.Add(v)
			}
		}
		right.Merge(left)
		slices.Sort(x)
		for _, p := range []float64{0.3, 0.5, 0.8, 1} {
			got := whole.At(p)
			if got != right.At(p) {
				t.Fatal("the order of merging counts")
			}
			want := x[int(math.Ceil(p*float64(len(x))))-1]
			if math.Abs(got-want) > 0.0101*want+1e-9 {
				t.Fatalf("quantile %v is %v, not %v", p, got, want)
			}
		}
	})
	if NewQuantiles().At(0.5) != 0 {
		t.Error("nothing has a quantile")
	}
}
