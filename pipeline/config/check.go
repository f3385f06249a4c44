package config

import (
	"fmt"
	"math"
	"time"
	_ "time/tzdata" // so that a timezone is known on every machine
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/language"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// check holds what the keys of a config say against each other; what one value may be is its field's tag's business.
func (d *decoder) check(c *Config) {
	names := make(map[string]bool)
	for i := range c.Sources {
		s := &c.Sources[i]
		if names[s.Name] && i < len(d.sources) {
			at := d.sources[i].Position
			d.problems = append(d.problems, Problem{d.file, at.Line, at.Column, fmt.Sprintf("two sources are named %q; every source needs a name of its own", s.Name)})
		}
		names[s.Name] = true
		d.reading("source "+s.Name, s.Encoding, s.Delimiter, s.Timezone)
	}
	names = make(map[string]bool)
	for i := range c.Feeds {
		f := &c.Feeds[i]
		if names[f.Name] {
			d.whole("two feeds are named %q; every feed needs a name of its own", f.Name)
		}
		names[f.Name] = true
		d.reading("feed "+f.Name, f.Encoding, f.Delimiter, f.Timezone)
		if f.Kind != "suppression" && (f.Hash != "" || !f.MaxAge.IsZero()) {
			d.whole("feed %s: hash and max_age are for suppression lists, this is a feed of %s", f.Name, f.Kind)
		}
		if !f.MaxAge.IsZero() && f.AsOf == "" {
			d.whole("feed %s: max_age needs as_of, the day the list was drawn", f.Name)
		}
	}
	if r := c.Match.Review; len(r) != 2 || r[0] > r[1] {
		d.whole("match.review takes two probabilities, the lower first, as [0.50, 0.95]")
	}
	for i := range c.Gates {
		g := &c.Gates[i]
		if g.Min == nil && g.Max == nil && g.MaxChange == nil {
			d.whole("the gate on %s has no min, max or max_change, so it could never fail", g.Metric)
		}
	}
	for _, list := range [...][]Rule{c.Segments, c.Stages} {
		for i := range list {
			for name, words := range list[i].Is {
				if name == record.Country.String() {
					for _, word := range words {
						if err := checkCountry(word); err != nil {
							d.whole("rule %s: is: country: %v", list[i].Name, err)
						}
					}
				}
				if f, ok := record.FieldByName(name); !ok || f.Many() || f == record.RecordID {
					d.whole("rule %s: is: names no field of one value; such are segment, language, gender and the like", list[i].Name)
				}
			}
		}
	}
	if _, err := language.Parse(c.Output.Locale); err != nil {
		d.whole("output.locale: not a locale; it is a BCP 47 tag such as en, en-GB or de")
	}
	for tier, q := range c.ValueTiers {
		if math.IsNaN(q) {
			d.whole("value_tiers.%s is not a quantile", tier)
		}
	}
}

func (d *decoder) whole(format string, args ...any) {
	d.problems = append(d.problems, Problem{File: d.file, What: fmt.Sprintf(format, args...)})
}

func (d *decoder) reading(what, encoding, delimiter, timezone string) {
	if encoding != "" && encoding != "auto" {
		if _, err := htmlindex.Get(encoding); err != nil {
			d.whole("%s: the encoding is not known; try utf-8, utf-16, windows-1252 or latin1", what)
		}
	}
	if delimiter != "" && delimiter != "auto" && delimiter != "tab" && utf8.RuneCountInString(delimiter) != 1 {
		d.whole("%s: the delimiter is not one character, tab or auto", what)
	}
	if _, err := time.LoadLocation(timezone); err != nil {
		d.whole("%s: the timezone is not known; it is an IANA name such as Europe/London", what)
	}
}
