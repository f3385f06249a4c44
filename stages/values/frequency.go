package values

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/reference"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// periods are how often a customer may be contacted, in days, from the most often on.
var periods = [...]struct {
	word string
	days int
}{{"daily", 1}, {"weekly", 7}, {"biweekly", 14}, {"monthly", 30}, {"quarterly", 91}, {"yearly", 365}}

// pace is what a word says of how often: an answer, a number (of times), a unit of days, or what stands between them.
type pace struct {
	means   string // of periods, never, unknown; or unit, count, times, per, every, filler
	n       int    // days of a unit, the number of a count
	answers bool   // alone
}

func (l *Lists) addPace(row []string) error {
	means, number, counted := strings.Cut(row[1], " ")
	p := pace{means: means, answers: means == "never" || means == "unknown"}
	if counted {
		n, err := strconv.Atoi(number)
		if err != nil {
			return fmt.Errorf("means has no whole number behind %s", means)
		}
		p.n = n
	}
	for _, x := range periods {
		if x.word == means {
			p.n, p.answers = x.days, true
		}
	}
	if p.n == 0 {
		if err := reference.OneOf("means", means, "daily", "weekly", "biweekly", "monthly", "quarterly", "yearly", "never", "unknown", "unit N", "count N", "times N", "times", "per", "every", "filler"); err != nil {
			return err
		}
	}
	k := text.Fold(row[0])
	l.paces[k] = p
	l.longestPace = max(l.longestPace, strings.Count(k, " ")+1)
	return nil
}

// frequency is one of periods, never or unknown; empty for what is none. What lies between two periods is the rarer, but for
// a day: who asked for three a week is not contacted more often than that. Rarer than yearly is never.
func (l *Lists) frequency(s string) string {
	words := plainly(strings.ReplaceAll(s, "/", " per "))
	if p := l.paces[strings.Join(words, " ")]; p.answers {
		return p.means
	}
	if said := l.answers[key(s)]; said.speaks && said.consent == no { // stop
		return "never"
	}
	count, days, ok := l.rate(numbersApart(words))
	switch {
	case !ok:
		return ""
	case count == 0:
		return "never"
	}
	for _, p := range periods {
		if p.days*count >= days-count {
			return p.word
		}
	}
	return "never"
}

// rate reads that somebody may be contacted count times in some days: 1 per 30 d, twice a month, every 2 weeks.
func (l *Lists) rate(words []string) (count, days int, ok bool) {
	var numbers []int
	counted := false // the first number is one of times
	for i := 0; i < len(words); {
		if n, err := strconv.Atoi(words[i]); err == nil && n < 1000 {
			numbers = append(numbers, n)
			i++
			continue
		}
		p, taken := pace{}, min(l.longestPace, len(words)-i)
		for ; taken > 0; taken-- {
			if p, ok = l.paces[strings.Join(words[i:i+taken], " ")]; ok {
				break
			}
		}
		switch p.means {
		case "", "never", "unknown":
			return 0, 0, false
		case "count", "times":
			if p.n > 0 {
				numbers = append(numbers, p.n)
			}
			counted = counted || p.means == "times"
		case "per", "every":
			counted = counted || len(numbers) > 0
		case "filler":
		default: // a unit, or a period for one
			if days > 0 {
				return 0, 0, false
			}
			days = p.n
		}
		i += taken
	}
	switch {
	case len(numbers) == 1 && numbers[0] == 0:
		return 0, days, true
	case days == 0 || len(numbers) > 2:
		return 0, 0, false
	case len(numbers) == 0:
		return 1, days, true
	case len(numbers) == 1 && counted:
		return numbers[0], days, true
	case len(numbers) == 1:
		return 1, days * numbers[0], true
	}
	return numbers[0], days * numbers[1], numbers[1] > 0
}

// numbersApart cuts 30d in two.
func numbersApart(words []string) []string {
	var out []string
	for _, w := range words {
		if rest := strings.TrimLeft(w, digits); rest != "" && rest != w {
			out = append(out, w[:len(w)-len(rest)], rest)
		} else {
			out = append(out, w)
		}
	}
	return out
}
