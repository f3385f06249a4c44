package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/table"
)

// difference is what changed from one run to another.
type difference struct {
	Added  int            `json:"added"`
	Gone   int            `json:"gone"`
	Merged int            `json:"merged"`
	Split  int            `json:"split"`
	Won    int            `json:"made_contactable"`
	Lost   int            `json:"lost_contactable"`
	Why    map[string]int `json:"lost_because"`
	WonBy  map[string]int `json:"won_by_channel"`
	LostBy map[string]int `json:"lost_by_channel"`
}

func newDiff() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "diff DIR DIR",
		Short:   "customers added, gone, merged, split, made or lost contactable",
		Example: "  rollcall diff out/run-0123456789abcdef out",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			var sides [2]side
			for i, dir := range args {
				run, err := pipeline.Resolve(dir)
				if err != nil {
					return err
				}
				if sides[i], err = readSide(filepath.Join(run, "tables")); err != nil {
					return err
				}
			}
			d := compare(sides[0], sides[1])
			if asJSON {
				return printJSON(c.OutOrStdout(), d)
			}
			out := c.OutOrStdout()
			fmt.Fprintf(out, "customers added %d, gone %d, merged %d, split %d\n", d.Added, d.Gone, d.Merged, d.Split)
			fmt.Fprintf(out, "made contactable %d, lost %d\n", d.Won, d.Lost)
			for _, ch := range record.Channels {
				if n := ch.String(); d.WonBy[n]+d.LostBy[n] > 0 {
					fmt.Fprintf(out, "  %-6s won %d, lost %d\n", n, d.WonBy[n], d.LostBy[n])
				}
			}
			for _, why := range slices.Sorted(maps.Keys(d.Why)) {
				fmt.Fprintf(out, "  lost because %s: %d\n", why, d.Why[why])
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// side is one run, as far as a comparison needs it.
type side struct {
	customers map[string]reachable
	of        map[record.Key]string // customer of each record
}

type reachable struct {
	open [record.NumChannels]bool
	why  []string
}

func (r reachable) any() bool { return r.open != [record.NumChannels]bool{} }

func readSide(tables string) (side, error) {
	s := side{make(map[string]reachable), make(map[record.Key]string)}
	err := table.Scan(tables, "customers", []string{"customer_id", "email_ok", "sms_ok", "voice_ok", "post_ok", "not_contactable_reasons"}, func(r table.Row) error {
		var x reachable
		for _, ch := range record.Channels {
			x.open[ch] = r.Bool(ch.String() + "_ok")
		}
		x.why = r.List("not_contactable_reasons")
		s.customers[r.Text("customer_id")] = x
		return nil
	})
	if err != nil {
		return s, err
	}
	return s, table.Scan(tables, "records", []string{"source", "record_id", "customer_id"}, func(r table.Row) error {
		if id := r.Text("customer_id"); id != "" {
			s.of[record.Key{Source: r.Text("source"), ID: r.Text("record_id")}] = id
		}
		return nil
	})
}

func compare(a, b side) difference {
	d := difference{Why: make(map[string]int), WonBy: make(map[string]int), LostBy: make(map[string]int)}
	to, from := make(map[string]map[string]bool), make(map[string]map[string]bool)
	for k, id := range a.of {
		if other, ok := b.of[k]; ok {
			add(to, id, other)
			add(from, other, id)
		}
	}
	for id, now := range b.customers {
		if len(from[id]) == 0 {
			d.Added++
		}
		if len(from[id]) > 1 {
			d.Merged += len(from[id]) - 1
		}
		before, known := a.customers[id]
		if known && now.any() && !before.any() {
			d.Won++
		}
		if known && !now.any() && before.any() {
			d.Lost++
			if len(now.why) > 0 {
				d.Why[now.why[0]]++
			}
		}
		for _, ch := range record.Channels {
			if known && now.open[ch] && !before.open[ch] {
				d.WonBy[ch.String()]++
			}
			if known && !now.open[ch] && before.open[ch] {
				d.LostBy[ch.String()]++
			}
		}
	}
	for id := range a.customers {
		switch n := len(to[id]); {
		case n == 0:
			d.Gone++
		case n > 1:
			d.Split += n - 1
		}
	}
	return d
}

func add(m map[string]map[string]bool, from, to string) {
	if m[from] == nil {
		m[from] = make(map[string]bool)
	}
	m[from][to] = true
}
