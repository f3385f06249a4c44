package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/spool"
	"github.com/rollcall-data/rollcall/pipeline/table"
	"github.com/rollcall-data/rollcall/pipeline/tally"
	"github.com/rollcall-data/rollcall/stages/merge"
	"github.com/rollcall-data/rollcall/stages/reach"
)

// erasedBefore are the keyed hashes that the previous run kept of erased people.
func (r *run) erasedBefore() (map[string]string, map[string]string, error) {
	kinds, days := make(map[string]string), make(map[string]string)
	if r.plan.previous == "" {
		return kinds, days, nil
	}
	err := table.Scan(filepath.Join(r.plan.previous, "tables"), "erasures", nil, func(x table.Row) error {
		t := x.Texts()
		kinds[t[0]], days[t[0]] = t[1], t[2]
		return nil
	})
	return kinds, days, err
}

// forget finds the customers who are erased, and takes them out of what was counted of all: the holders of a point, the
// households and the values.
func (p *publisher) forget(ctx context.Context, all *overview) error {
	if !p.judge.MayErase() {
		return nil
	}
	type gone struct {
		numbers []int32
		ids     []merge.ID
		points  []uint64
		traces  []string
		values  *tally.Quantiles // of those who stay
	}
	erased := make(map[int32]bool)
	all.values = tally.NewQuantiles()
	err := eachFrame(ctx, p.run, p.work.path(customersSpool),
		func(first int64, frame *spool.Frame) (gone, error) {
			g := gone{values: tally.NewQuantiles()}
			at := int32(first) - 1
			err := frame.Each(func(row []byte) error {
				at++
				var c record.Customer
				if err := spool.DecodeCustomer(row, &c); err != nil {
					return err
				}
				if !p.judge.Erases(&c) {
					if v := number(c.Text[record.Value]); v == v {
						g.values.Add(v)
					}
					return nil
				}
				id, _ := merge.ParseID(c.ID) // it is one of ours
				g.numbers, g.ids = append(g.numbers, at), append(g.ids, id)
				g.traces = appendTraces(g.traces, &c)
				for i := range c.Points {
					g.points = append(g.points, merge.PointHash(c.Points[i].Kind, c.Points[i].Value))
				}
				return nil
			})
			return g, err
		},
		func(g gone) error {
			all.values.Merge(g.values)
			for _, t := range g.traces {
				p.traces[t] = true
			}
			for i, number := range g.numbers {
				erased[number], p.erased[g.ids[i]] = true, true
			}
			for _, h := range g.points {
				if n := p.ties.Holders[h]; n > 0 {
					p.ties.Holders[h] = n - 1
				}
			}
			return nil
		})
	p.ties.Households = without(p.ties.Households, erased)
	return err
}

// appendTraces appends what may stand of an erased customer in a row that could not be read: its mailboxes, and the last
// digits of its numbers.
func appendTraces(to []string, c *record.Customer) []string {
	add := func(email, phone []string) {
		for _, v := range email {
			to = append(to, strings.ToLower(v))
		}
		for _, v := range phone {
			if t := lastDigits(v); t != "" {
				to = append(to, t)
			}
		}
	}
	for i := range c.Members {
		add(c.Members[i].Emails, c.Members[i].Phones)
	}
	for i := range c.Points {
		p := &c.Points[i]
		if p.Kind == record.EmailPoint {
			add([]string{p.Value, p.Display}, nil)
		}
		if p.Kind == record.PhonePoint {
			add(nil, []string{p.Value})
		}
	}
	return to
}

// lastDigits are the last eight of a number's, which all its spellings end with; empty for less than seven.
func lastDigits(s string) string {
	s, _, _ = strings.Cut(s, ";")
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
	if len(digits) < 7 {
		return ""
	}
	return digits[max(len(digits)-8, 0):]
}

// redacted is the raw text of a rejected row; empty where it names a person who is erased.
func (p *publisher) redacted(raw string) string {
	if len(p.traces) == 0 && !p.judge.MayErase() {
		return raw
	}
	cells := strings.FieldsFunc(raw, func(r rune) bool { return strings.ContainsRune(",;|\t\"'<>:{}[]\n\r", r) })
	for _, cell := range cells {
		if t := lastDigits(cell); t != "" && p.traces[t] {
			return ""
		}
		for word := range strings.FieldsSeq(strings.ToLower(cell)) {
			if p.traces[word] || strings.Contains(word, "@") && p.judge.ErasedValue(record.EmailPoint, word) {
				return ""
			}
		}
	}
	return raw
}

// without gives the households of those who are left: under the lowest number of them, and none of one customer alone. Who
// belonged together through an erased person alone still does.
func without(households map[int32]int32, erased map[int32]bool) map[int32]int32 {
	if len(erased) == 0 {
		return households
	}
	type left struct{ head, customers int32 }
	rest := make(map[int32]left)
	for c, h := range households {
		if erased[c] {
			continue
		}
		x, ok := rest[h]
		if !ok || c < x.head {
			x.head = c
		}
		x.customers++
		rest[h] = x
	}
	out := make(map[int32]int32, len(households))
	for c, h := range households {
		if x := rest[h]; !erased[c] && x.customers > 1 {
			out[c] = x.head
		}
	}
	return out
}

// erasures writes the keyed hashes of all who were ever erased.
func (p *publisher) erasures(now []reach.Erasure, kinds, days map[string]string) error {
	for _, e := range now {
		if _, ok := kinds[e.Hash]; !ok {
			kinds[e.Hash], days[e.Hash] = e.Kind, p.plan.asOf
		}
	}
	p.forgotten = make(map[string]bool, len(kinds))
	hashes := make([]string, 0, len(kinds))
	for h := range kinds {
		hashes = append(hashes, h)
		p.forgotten[h] = true
	}
	slices.Sort(hashes)
	t := p.rowTable("erasures")
	for _, h := range hashes {
		t.str(h, kinds[h])
		t.date(days[h])
		if err := t.done(); err != nil {
			return err
		}
	}
	return t.flush()
}

// checkErased refuses a job without the key that would tell who was erased before: they would come back.
func (r *run) checkErased(p *plan) error {
	if p.previous == "" || len(r.job.HashKey) > 0 {
		return nil
	}
	err := table.Scan(filepath.Join(p.previous, "tables"), "erasures", []string{"hash"}, func(table.Row) error { return errEnough })
	if errors.Is(err, errEnough) {
		return &UsageError{errors.New("people were erased in the previous run, and without the key they would come back: give reach.hash_key_file, or ROLLCALL_HASH_KEY")}
	}
	return err
}

// stillHeld lists the published runs that hold a record of a person who is erased by now.
func (p *publisher) stillHeld() ([]string, error) {
	if len(p.forgotten) == 0 || len(p.job.HashKey) == 0 {
		return nil, nil
	}
	runs, err := Runs(p.out.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []string
	for _, r := range runs {
		holds, err := p.holdsErased(r.Dir)
		if err != nil {
			return nil, fmt.Errorf("does run %s hold an erased person: %w", r.ID, err)
		}
		if holds {
			out = append(out, r.ID)
		}
	}
	slices.Sort(out)
	return out, nil
}

// holdsErased looks for a record of an erased person in a published run. A run that knew of all erasures has none.
func (p *publisher) holdsErased(dir string) (bool, error) {
	unknown := len(p.forgotten)
	err := table.Scan(filepath.Join(dir, "tables"), "erasures", []string{"hash"}, func(x table.Row) error {
		if p.forgotten[x.Text("hash")] {
			unknown--
		}
		return nil
	})
	if err != nil || unknown == 0 {
		return false, err
	}
	err = table.Scan(filepath.Join(dir, "tables"), "records", []string{"source", "record_id", "customer_id"}, func(x table.Row) error {
		if x.Text("customer_id") != "" && p.forgotten[reach.RecordHash(record.Key{Source: x.Text("source"), ID: x.Text("record_id")}, p.job.HashKey)] {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return true, nil
	}
	return false, err
}
