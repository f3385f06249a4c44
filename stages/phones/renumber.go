package phones

import (
	"fmt"
	"strings"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// A rule says that numbers of one form were given up on a day. See data/README.md for its language.
type rule struct {
	region  string
	on      record.Instant // midnight UTC of the switch; 0: waits for a source, never applies
	date    string         // as the list writes it
	scope   string
	trunk   string
	mayLack bool // the trunk prefix may be missing when written nationally
	written writing
	old     []digits
	fresh   []byte // template of the new national digits; empty: unknown
}

type writing uint8

const (
	anyhow writing = iota
	national
	international
)

// digits is a set of digits that may stand in one place; literal when the rule names it alone.
type digits struct {
	set     uint16
	literal bool
}

// newRule reads a row: region, switch_date, scope, trunk, written, old, new.
func newRule(row []string) (rule, error) {
	r := rule{region: row[0], date: row[1], scope: row[2]}
	if row[1] != "?" {
		day, ok := firstDay(row[1])
		if !ok {
			return r, fmt.Errorf("switch_date is not yyyy-mm-dd, yyyy-mm, yyyy, a range of these, or ?")
		}
		r.on = record.At(day)
	}
	r.trunk, r.mayLack = strings.CutSuffix(row[3], "?")
	if only(r.trunk) != r.trunk {
		return r, fmt.Errorf("trunk is not digits, with or without ?")
	}
	switch row[4] {
	case "any":
	case "national":
		r.written = national
	case "international":
		r.written = international
	default:
		return r, fmt.Errorf("written is none of any, national, international")
	}
	var err error
	if r.old, err = parsePattern(row[5]); err != nil {
		return r, fmt.Errorf("old: %w", err)
	}
	open := 0
	for _, d := range r.old {
		if !d.literal {
			open++
		}
	}
	for _, c := range []byte(row[6]) {
		if c != 'x' && (c < '0' || c > '9') {
			return r, fmt.Errorf("new: neither a digit nor x")
		}
	}
	if r.fresh = []byte(row[6]); len(r.fresh) > 0 && strings.Count(row[6], "x") != open {
		return r, fmt.Errorf("new: not as many x as old leaves digits open")
	}
	return r, nil
}

// firstDay reads a date; one that names a year, a month or a range of them counts from its first day.
func firstDay(s string) (time.Time, bool) {
	s, _, _ = strings.Cut(s, "..")
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if day, err := time.Parse(layout, s); err == nil {
			return day, true
		}
	}
	return time.Time{}, false
}

// parsePattern reads digits, x and classes such as [2-9] or [689].
func parsePattern(s string) ([]digits, error) {
	var p []digits
	for s != "" {
		switch c := s[0]; {
		case c == 'x':
			p = append(p, digits{set: 1<<10 - 1})
		case '0' <= c && c <= '9':
			p = append(p, digits{set: 1 << (c - '0'), literal: true})
		case c == '[':
			class, rest, ok := strings.Cut(s[1:], "]")
			set, valid := parseClass(class)
			if !ok || !valid {
				return nil, fmt.Errorf("broken class of digits")
			}
			p = append(p, digits{set: set})
			s = "]" + rest
		default:
			return nil, fmt.Errorf("neither a digit, x nor a class")
		}
		s = s[1:]
	}
	if len(p) == 0 {
		return nil, fmt.Errorf("empty")
	}
	return p, nil
}

func parseClass(s string) (set uint16, ok bool) {
	for i := 0; i < len(s); i++ {
		from, to := s[i], s[i]
		if i+2 < len(s) && s[i+1] == '-' {
			to = s[i+2]
			i += 2
		}
		if from < '0' || to > '9' || from > to {
			return 0, false
		}
		for d := from; d <= to; d++ {
			set |= 1 << (d - '0')
		}
	}
	return set, set != 0
}

// match reports whether the rule speaks of a number, and gives the national digits it became; empty when the rule
// cannot tell.
func (r *rule) match(d dialled) (fresh string, ok bool) {
	number := d.digits
	lead := len(r.trunk)
	if len(number) < len(r.old) || len(number) > len(r.old)+lead {
		return "", false
	}
	switch {
	case r.written == national && d.international, r.written == international && !d.international:
		return "", false
	case len(number) == len(r.old)+lead && string(number[:lead]) == r.trunk:
		number = number[lead:] // even in +44 0171 ..., where the trunk prefix does not belong
	case !d.international && lead > 0 && !r.mayLack:
		return "", false
	}
	if len(number) != len(r.old) {
		return "", false
	}
	for i, place := range r.old {
		if place.set&(1<<(number[i]-'0')) == 0 {
			return "", false
		}
	}
	if len(r.fresh) == 0 {
		return "", true
	}
	out := make([]byte, len(r.fresh))
	at := 0
	for i, c := range r.fresh {
		if c == 'x' {
			for r.old[at].literal {
				at++
			}
			c = number[at]
			at++
		}
		out[i] = c
	}
	return string(out), true
}

// dialled is a number as it is written: digits after the country code when international, else all of them.
type dialled struct {
	digits        []byte
	international bool
}

// maxHops is how often one number can have changed: 0703, 01703, 023 80 are two, and no number here has had four.
const maxHops = 4

// renumbering is what the rules make of a number: the first rule that speaks of it, and where it ended.
type renumbering struct {
	rule  *rule
	fresh string // E.164; empty when only the verdict is certain
}

// renumber finds the rule that gave a number up, and follows the rules to the valid number it is now. known is the
// region the number belongs to.
func (l *Lists) renumber(region string, d dialled) (renumbering, bool) {
	rules := l.rules[region]
	for i := range rules {
		first := &rules[i]
		fresh, ok := first.match(d)
		if !ok || !first.on.Known() {
			continue
		}
		if fresh == "" {
			return renumbering{rule: first}, true
		}
		if e164, ok := l.settle(region, fresh, maxHops); ok {
			return renumbering{rule: first, fresh: e164}, true
		}
	}
	return renumbering{}, false
}

// settle gives the E.164 of a new national number once it is valid, by further rules where it was itself given up.
func (l *Lists) settle(region, number string, hops int) (string, bool) {
	n := l.ask("+"+countryCode(region)+number, region)
	if n.valid {
		return n.e164, true
	}
	if hops == 0 {
		return "", false
	}
	rules := l.rules[region]
	for i := range rules {
		r := &rules[i]
		if fresh, ok := r.match(dialled{[]byte(number), true}); ok && fresh != "" && r.on.Known() {
			if e164, ok := l.settle(region, fresh, hops-1); ok {
				return e164, true
			}
		}
	}
	return "", false
}
