// Package tally counts: associative, commutative, in integers, so that any number of workers count alike.
package tally

import (
	"cmp"
	"math"
	"slices"
)

// Key names a count: of what, and along which dimension ("" for the whole) with which value.
type Key struct {
	Count     string
	Dimension string
	Value     string
}

// Counts are a mergeable set of counts, by what is counted along which dimension, then by value.
type Counts struct{ n map[line]map[string]int64 }

// line is a count along a dimension.
type line struct{ count, dimension string }

// New makes an empty set.
func New() *Counts { return &Counts{make(map[line]map[string]int64)} }

// Add counts n more of a thing as a whole.
func (c *Counts) Add(count string, n int64) { c.By(count, "", "", n) }

// By counts n more along a dimension.
func (c *Counts) By(count, dimension, value string, n int64) {
	at := line{count, dimension}
	values := c.n[at]
	if values == nil {
		values = make(map[string]int64)
		c.n[at] = values
	}
	values[value] += n
}

// Get is a count; 0 where nothing was counted.
func (c *Counts) Get(count string) int64 { return c.n[line{count: count}][""] }

// At is a count along a dimension.
func (c *Counts) At(count, dimension, value string) int64 { return c.n[line{count, dimension}][value] }

// Merge adds another set.
func (c *Counts) Merge(o *Counts) {
	o.Each(func(k Key, n int64) { c.By(k.Count, k.Dimension, k.Value, n) })
}

// Each visits all counts, in no order.
func (c *Counts) Each(visit func(Key, int64)) {
	for at, values := range c.n {
		for v, n := range values {
			visit(Key{at.count, at.dimension, v}, n)
		}
	}
}

// Values lists the values of a dimension for any of the counts, the largest first, equal ones by name.
func (c *Counts) Values(dimension string, counts ...string) []string {
	size := make(map[string]int64)
	for _, count := range counts {
		for v, n := range c.n[line{count, dimension}] {
			size[v] = max(size[v], n)
		}
	}
	out := make([]string, 0, len(size))
	for v := range size {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(size[b], size[a]), cmp.Compare(a, b)) })
	return out
}

// Quantiles estimates quantiles of non-negative numbers in buckets that grow by 1 %: an estimate is within 1 % of a value
// that has the rank. Equal sets give equal estimates, whatever their order (Masson, Rim and Lee, DDSketch, 2019).
type Quantiles struct {
	buckets map[int32]int64
	zero    int64
	n       int64
}

const growth = 1.01

// NewQuantiles makes an empty sketch.
func NewQuantiles() *Quantiles { return &Quantiles{buckets: make(map[int32]int64)} }

// Add counts one number; negative ones count as zero.
func (q *Quantiles) Add(x float64) {
	q.n++
	if !(x > 1e-9) {
		q.zero++
		return
	}
	q.buckets[int32(math.Floor(math.Log(x)/math.Log(growth)))]++
}

// N is how many numbers were counted.
func (q *Quantiles) N() int64 { return q.n }

// Merge adds another sketch.
func (q *Quantiles) Merge(o *Quantiles) {
	q.zero += o.zero
	q.n += o.n
	for b, n := range o.buckets {
		q.buckets[b] += n
	}
}

// At is the number below which the share p of all lies; 0 when there are none.
func (q *Quantiles) At(p float64) float64 {
	rank := int64(math.Ceil(p * float64(q.n)))
	if q.n == 0 || rank <= q.zero {
		return 0
	}
	keys := make([]int32, 0, len(q.buckets))
	for b := range q.buckets {
		keys = append(keys, b)
	}
	slices.Sort(keys)
	seen := q.zero
	for _, b := range keys {
		if seen += q.buckets[b]; seen >= rank {
			return math.Pow(growth, float64(b))
		}
	}
	return 0
}
