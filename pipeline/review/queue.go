package review

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/overrides"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/table"
)

// mostPairs is how many pairs one sitting holds, the most informative of all; the rest wait for the next.
const mostPairs = 1000

// Queue is the pairs of one sitting.
type Queue struct {
	Pairs []*Pair
	Later int // pairs that wait for another sitting
	known []fact
}

// Pair is two records of two customers that may be one person.
type Pair struct {
	A, B        Side
	Probability float64
	Levels      []Level
	Verdict     overrides.Verdict // of this sitting; empty before
	Skipped     bool
}

// Side is one record of a pair.
type Side struct {
	Key      record.Key
	Customer string
	Records  int // of the customer
	cells    []cell
}

// Level is what one comparison says, in bits.
type Level struct {
	Comparison string  `json:"comparison"`
	Level      string  `json:"level"`
	Bits       float64 `json:"bits"`
}

// Load reads what is to be decided: one pair for each two customers, the one that says most, since a decision about two
// records is one about their customers. The pair whose answer is least certain comes first: it tells most. Customers that
// the standing decisions settle are left out.
func Load(tables string, standing []overrides.Decision) (*Queue, error) {
	q := &Queue{}
	if err := q.settle(tables, standing); err != nil {
		return nil, err
	}
	settled := newLedger(q.known)
	best := make(map[[2]string]*Pair)
	err := table.Scan(tables, "review", nil, func(r table.Row) error {
		p := &Pair{
			A: Side{Key: record.Key{Source: r.Text("source_a"), ID: r.Text("record_id_a")}, Customer: r.Text("customer_id_a")},
			B: Side{Key: record.Key{Source: r.Text("source_b"), ID: r.Text("record_id_b")}, Customer: r.Text("customer_id_b")},
		}
		p.Probability, _ = r.Float("probability")
		if settled.has(p.A.Customer, p.B.Customer) {
			return nil
		}
		customers := both(p.A.Customer, p.B.Customer)
		if known := best[customers]; known != nil && p.compare(known) >= 0 {
			return nil
		}
		if err := json.Unmarshal([]byte(r.Text("evidence")), &p.Levels); err != nil {
			return fmt.Errorf("review: %w", err)
		}
		best[customers] = p
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, p := range best {
		q.Pairs = append(q.Pairs, p)
	}
	slices.SortFunc(q.Pairs, (*Pair).compare)
	if n := len(q.Pairs); n > mostPairs {
		q.Pairs, q.Later = q.Pairs[:mostPairs], n-mostPairs
	}
	return q, q.fill(tables)
}

// compare puts the pair first whose answer is the more open one.
func (p *Pair) compare(o *Pair) int {
	return cmp.Or(cmp.Compare(math.Abs(p.Probability-.5), math.Abs(o.Probability-.5)), p.A.Key.Compare(o.A.Key), p.B.Key.Compare(o.B.Key))
}

// settle notes the standing decisions by the customers that this run made of their records.
func (q *Queue) settle(tables string, standing []overrides.Decision) error {
	if len(standing) == 0 {
		return nil
	}
	customer := make(map[record.Key]string, 2*len(standing))
	for _, d := range standing {
		customer[d.A], customer[d.B] = "", ""
	}
	err := table.Scan(tables, "records", []string{"source", "record_id", "customer_id"}, func(r table.Row) error {
		k := record.Key{Source: r.Text("source"), ID: r.Text("record_id")}
		if _, ok := customer[k]; ok {
			customer[k] = r.Text("customer_id")
		}
		return nil
	})
	for _, d := range standing {
		if a, b := customer[d.A], customer[d.B]; a != "" && b != "" && a != b {
			q.known = append(q.known, fact{a, b, d.Verdict == overrides.Same})
		}
	}
	return err
}

// fill reads the records of the pairs, and counts those of their customers.
func (q *Queue) fill(tables string) error {
	if len(q.Pairs) == 0 {
		return nil
	}
	sides := make(map[record.Key][]*Side)
	count := make(map[string]int)
	for _, p := range q.Pairs {
		for _, s := range []*Side{&p.A, &p.B} {
			sides[s.Key] = append(sides[s.Key], s)
			count[s.Customer] = 0
		}
	}
	columns, err := table.Columns("cleaned", nil)
	if err != nil {
		return err
	}
	lists := make(map[string]bool)
	for _, c := range columns {
		lists[c.Name] = c.Type == table.List
	}
	err = table.Scan(tables, "cleaned", nil, func(r table.Row) error {
		id := r.Text("customer_id")
		if _, ok := count[id]; !ok {
			return nil
		}
		count[id]++
		if list := sides[record.Key{Source: r.Text("source"), ID: r.Text("record_id")}]; list != nil {
			cells := cellsOf(r, lists)
			for _, s := range list {
				s.cells = cells
			}
		}
		return nil
	})
	for _, list := range sides {
		for _, s := range list {
			s.Records = count[s.Customer]
		}
	}
	return err
}

// cell is a value of a record, or several.
type cell struct {
	name   string
	values []string
}

func cellsOf(r table.Row, lists map[string]bool) []cell {
	var out []cell
	for i, text := range r.Texts() {
		c := cell{name: r.Name(i)}
		if lists[c.name] {
			c.values = r.List(c.name)
		} else if text != "" {
			c.values = []string{text}
		}
		out = append(out, c)
	}
	return out
}

// fact is that two customers are one, or are not.
type fact struct {
	a, b string
	same bool
}

// ledger knows what follows from facts: whoever is one with the same third is one, and whoever is not one with a part is
// not one with the whole.
type ledger struct {
	head  map[string]string
	apart map[[2]string]bool // by their heads
}

func newLedger(facts []fact) ledger {
	l := ledger{make(map[string]string), make(map[[2]string]bool)}
	for _, f := range facts {
		if a, b := l.root(f.a), l.root(f.b); f.same && a != b {
			l.head[a] = b
		}
	}
	for _, f := range facts {
		if !f.same {
			l.apart[both(l.root(f.a), l.root(f.b))] = true
		}
	}
	return l
}

func (l ledger) root(id string) string {
	for l.head[id] != "" {
		if next := l.head[l.head[id]]; next != "" {
			l.head[id] = next
		}
		id = l.head[id]
	}
	return id
}

// same and differ tell what is known of two customers.
func (l ledger) same(a, b string) bool   { return l.root(a) == l.root(b) }
func (l ledger) differ(a, b string) bool { return l.apart[both(l.root(a), l.root(b))] }
func (l ledger) has(a, b string) bool    { return l.same(a, b) || l.differ(a, b) }

func both(a, b string) [2]string { return [2]string{min(a, b), max(a, b)} }

// ledger is what is known, but for what one of the pairs says; nil: for none.
func (q *Queue) ledger(without *Pair) ledger {
	facts := slices.Clone(q.known)
	for _, p := range q.Pairs {
		if p != without && p.Verdict != "" {
			facts = append(facts, fact{p.A.Customer, p.B.Customer, p.Verdict == overrides.Same})
		}
	}
	return newLedger(facts)
}
