package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/table"
)

// couple is what a run says of two records.
type couple struct {
	A         string `json:"a"`
	B         string `json:"b"`
	CustomerA string `json:"customer_a"`
	CustomerB string `json:"customer_b"`
	Link      *link  `json:"link"` // none where they were not joined directly and do not wait in review
	Verdict   string `json:"verdict"`
}

// tellTwo gathers what the tables say of two records, each named SOURCE:RECORD_ID.
func tellTwo(tables, a, b string) (*couple, error) {
	for _, key := range []string{a, b} {
		if !strings.Contains(key, ":") {
			return nil, usageError{fmt.Errorf("a pair is two records, each named as source:id; %s is none", key)}
		}
	}
	if a == b {
		return nil, usageError{errors.New("a pair is two records; this is one")}
	}
	x := &couple{A: a, B: b}
	var err error
	if x.CustomerA, err = customerOf(tables, a); err == nil {
		x.CustomerB, err = customerOf(tables, b)
	}
	if err != nil {
		return nil, err
	}
	links, err := linksOf(tables, "links", func(l link) bool { return l.joins(a, b) })
	if err != nil {
		return nil, err
	}
	waiting, err := linksOf(tables, "review", func(l link) bool { return l.joins(a, b) })
	if err != nil {
		return nil, err
	}
	switch {
	case len(links) > 0:
		x.Link, x.Verdict = &links[0], "they are one customer, joined by "+links[0].DecidedBy
	case len(waiting) > 0:
		x.Link, x.Verdict = &waiting[0], "too close to call: the pair waits in review"
	case x.CustomerA == x.CustomerB:
		x.Verdict = "they are one customer, not by a link of their own: other records join them"
	default:
		x.Verdict = "they are two customers: the two were never compared, or their probability is below review"
	}
	return x, nil
}

func (l link) joins(a, b string) bool { return l.A == a && l.B == b || l.A == b && l.B == a }

// linksOf reads the wanted rows of links, or of review.
func linksOf(tables, name string, wanted func(link) bool) ([]link, error) {
	levels := "levels"
	if name == "review" {
		levels = "evidence"
	}
	var out []link
	err := table.Scan(tables, name, nil, func(r table.Row) error {
		p, _ := r.Float("probability")
		l := link{r.Text("source_a") + ":" + r.Text("record_id_a"), r.Text("source_b") + ":" + r.Text("record_id_b"), p, or(r.Text("decided_by"), "model"), nil}
		if !wanted(l) {
			return nil
		}
		if err := json.Unmarshal([]byte(r.Text(levels)), &l.Levels); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, l)
		return nil
	})
	return out, err
}

// customerOf finds the customer that a record named SOURCE:RECORD_ID became.
func customerOf(tables, key string) (string, error) {
	source, id, _ := strings.Cut(key, ":")
	customer, fate := "", ""
	err := table.Scan(tables, "records", []string{"source", "record_id", "customer_id", "fate"}, func(r table.Row) error {
		if r.Text("source") == source && r.Text("record_id") == id {
			customer, fate = r.Text("customer_id"), r.Text("fate")
		}
		return nil
	})
	switch {
	case err != nil:
		return "", err
	case customer != "":
		return customer, nil
	case fate != "":
		return "", fmt.Errorf("record %s was %s; the run holds nothing else of it", key, fate)
	}
	hint, err := rejectedAs(tables, source, id)
	if err != nil {
		return "", err
	}
	return "", fmt.Errorf("the run has no record %s%s", key, hint)
}

// rejectedAs says which rejected rows of a source may be a record: those that hold its id as a cell.
func rejectedAs(tables, source, id string) (string, error) {
	n, first := 0, ""
	err := table.Scan(tables, "rejects", nil, func(r table.Row) error {
		cells := strings.FieldsFunc(r.Text("raw"), func(c rune) bool { return strings.ContainsRune(",;|\t\"{}[]:\r\n", c) })
		if r.Text("source") != source || !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) == id }) {
			return nil
		}
		if n++; n == 1 {
			first = fmt.Sprintf("row %s of %s: %s, %s", cellsOf(r)["row"], r.Text("file"), r.Text("reason"), r.Text("detail"))
		}
		return nil
	})
	if err != nil || n == 0 {
		return "", err
	}
	return fmt.Sprintf("; %d rejected row(s) of %s hold that text, the first is %s (see the table rejects)", n, source, first), nil
}

// recordsCalled lists some of the records, as SOURCE:RECORD_ID, that bear an id.
func recordsCalled(tables, id string) ([]string, error) {
	var out []string
	err := table.Scan(tables, "records", []string{"source", "record_id"}, func(r table.Row) error {
		if r.Text("record_id") == id && len(out) < 5 {
			out = append(out, r.Text("source")+":"+id)
		}
		return nil
	})
	return out, err
}

func (x *couple) print(w io.Writer) {
	fmt.Fprintf(w, "%s  %s\n%s  %s\n%s\n", x.A, x.CustomerA, x.B, x.CustomerB, x.Verdict)
	if x.Link == nil {
		return
	}
	sign := "="
	if x.CustomerA != x.CustomerB {
		sign = "?"
	}
	fmt.Fprintln(w)
	x.Link.print(w, sign)
}

// print draws a link's waterfall, in bits.
func (l link) print(w io.Writer, sign string) {
	fmt.Fprintf(w, "  %s %s %s  p %.4f, by %s\n", l.A, sign, l.B, l.Probability, l.DecidedBy)
	for _, x := range l.Levels {
		fmt.Fprintf(w, "    %-14s %-34s %+7.2f  %s\n", x.Comparison, x.Level, x.Bits, bars(x.Bits))
	}
	fmt.Fprintf(w, "    %-14s %-34s %+7.2f\n", "total", "", l.Total())
}
