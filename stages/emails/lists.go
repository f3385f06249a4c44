package emails

import (
	"bufio"
	"embed"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

//go:embed data/*.psv data/*.txt
var data embed.FS

// Reference is the name card of a list: what the manifest and the report say of it.
type Reference struct {
	Name    string
	Date    string // yyyy-mm-dd: when it was gathered; empty for the job's own list
	Rows    int
	Licence string
	Source  string
}

// Lists holds the reference data of the stage. It must not be loaded into once a Mapper uses it.
type Lists struct {
	cards []Reference

	closed     map[string]closing
	notClosed  map[string]bool
	popular    []popularDomain // distinct, by name
	popularAt  map[string]int  // place in popular
	brands     map[string]bool // the popular domains' names without their endings
	disposable map[string]bool
	free       map[string]bool
	roles      map[string]bool
	tlds       map[string]bool
	reserved   map[string]bool
	aliases    map[string]alias
	words      map[string]bool

	placeholders struct{ exact, domain, local map[string]bool }
}

// closing is what became of a mail provider.
type closing struct {
	reason  record.Reason
	on      record.Instant // midnight UTC of its day
	date    string         // as the list writes it: yyyy-mm-dd or yyyy-mm
	movedTo string
}

// popularDomain is a domain that many people have.
type popularDomain struct {
	name    string
	letters uint64           // which letters it holds, for a quick look
	ranks   map[string]uint8 // by country; "*" = everywhere; 1 is the commonest
	best    uint8            // the lowest of ranks
}

// alias says which mailbox domain a provider's domain belongs to, and what it ignores in a local part.
type alias struct {
	domain string
	dots   bool
	tag    string
}

// DefaultLists reads the lists that come with the program.
func DefaultLists() *Lists {
	l := &Lists{}
	err := l.rows("references", must("references.psv"), []string{"name", "file", "date", "licence", "source"}, func(row []string) error {
		l.cards = append(l.cards, Reference{Name: row[0], Date: row[2], Licence: row[3], Source: row[4]})
		return l.read(row[0], must(row[1]), false)
	})
	if err != nil {
		panic(err) // a list that ships with the program is broken
	}
	return l
}

func must(file string) io.Reader {
	f, err := data.Open("data/" + file)
	if err != nil {
		panic(err)
	}
	return f
}

// Load replaces the named list by what r holds, or extends it; a row of r wins over one of the list with the same key.
// Names and columns are those of the files in data/. An error names the list and the row, never a value.
func (l *Lists) Load(name string, r io.Reader, extend bool) error {
	at := slices.IndexFunc(l.cards, func(c Reference) bool { return c.Name == name })
	if at < 0 {
		return fmt.Errorf("reference %s: no such list of emails", name)
	}
	if err := l.read(name, r, extend); err != nil {
		return err
	}
	if extend {
		l.cards[at].Source += "; extended by the job's own rows"
	} else {
		l.cards[at] = Reference{Name: name, Rows: l.cards[at].Rows, Source: "the job's own list"}
	}
	return nil
}

// Has reports whether there is a list of that name.
func (l *Lists) Has(name string) bool {
	return slices.ContainsFunc(l.cards, func(c Reference) bool { return c.Name == name })
}

// References lists the name cards in a fixed order.
func (l *Lists) References() []Reference { return slices.Clone(l.cards) }

// read takes the rows of one list and counts them on its card.
func (l *Lists) read(name string, r io.Reader, extend bool) error {
	var err error
	n := 0
	switch name {
	case "closed_providers":
		fresh(&l.closed, extend)
		err = l.rows(name, r, []string{"domain", "closed_on", "kind", "moved_to"}, l.addClosed)
		n = len(l.closed)
	case "not_closed":
		n, err = l.set(name, r, domainKey, &l.notClosed, extend, "domain")
	case "typo_domains":
		if !extend {
			l.popular = nil
		}
		fresh(&l.popularAt, extend)
		fresh(&l.brands, extend)
		err = l.rows(name, r, []string{"domain", "country", "rank"}, l.addPopular)
		n = len(l.popular)
	case "disposable":
		n, err = l.set(name, r, domainKey, &l.disposable, extend)
	case "free":
		n, err = l.set(name, r, domainKey, &l.free, extend)
	case "role_accounts":
		n, err = l.set(name, r, strings.ToLower, &l.roles, extend)
	case "words":
		n, err = l.set(name, r, strings.ToLower, &l.words, extend)
	case "tlds":
		n, err = l.set(name, r, domainKey, &l.tlds, extend)
	case "reserved_domains":
		n, err = l.set(name, r, domainKey, &l.reserved, extend, "name")
	case "placeholders":
		p := &l.placeholders
		fresh(&p.exact, extend)
		fresh(&p.domain, extend)
		fresh(&p.local, extend)
		err = l.rows(name, r, []string{"field", "match", "value", "kind"}, l.addPlaceholder)
		n = len(p.exact) + len(p.domain) + len(p.local)
	case "mailbox_aliases":
		fresh(&l.aliases, extend)
		err = l.rows(name, r, []string{"domain", "mailbox_domain", "dots", "tag"}, func(row []string) error {
			l.aliases[domainKey(row[0])] = alias{domain: domainKey(row[1]), dots: row[2] == "ignored", tag: row[3]}
			return nil
		})
		n = len(l.aliases)
	}
	if at := slices.IndexFunc(l.cards, func(c Reference) bool { return c.Name == name }); at >= 0 {
		l.cards[at].Rows = n
	}
	return err
}

func fresh[V any](m *map[string]V, extend bool) {
	if *m == nil || !extend {
		*m = make(map[string]V)
	}
}

// domainKey is a domain as addresses have it once parsed: lower case A-labels. Lists also write @firm.de and .firm.de.
func domainKey(s string) string {
	s = strings.ToLower(strings.TrimLeft(s, "@."))
	if ascii(s) {
		return s
	}
	if a, err := lookup.ToASCII(s); err == nil {
		return a
	}
	return s
}

// set reads the keys of values into a set: one value a line, or the first of the columns.
func (l *Lists) set(name string, r io.Reader, key func(string) string, m *map[string]bool, extend bool, columns ...string) (int, error) {
	fresh(m, extend)
	err := l.rows(name, r, columns, func(row []string) error {
		(*m)[key(row[0])] = true
		return nil
	})
	return len(*m), err
}

func (l *Lists) addClosed(row []string) error {
	reasons := map[string]record.Reason{
		"closed": record.ProviderClosed, "moved": record.ProviderMoved, "paid_only": record.ProviderPaidOnly,
	}
	c := closing{reason: reasons[row[2]], date: row[1]}
	if c.reason == "" {
		return fmt.Errorf("kind is none of closed, moved, paid_only")
	}
	day, ok := ruleDay(row[1])
	if !ok {
		return fmt.Errorf("closed_on is not yyyy-mm-dd or yyyy-mm")
	}
	c.on = record.At(day)
	if c.reason == record.ProviderMoved {
		if c.movedTo = domainKey(row[3]); !strings.Contains(c.movedTo, ".") {
			return fmt.Errorf("moved_to is not a domain")
		}
	}
	l.closed[domainKey(row[0])] = c
	return nil
}

// ruleDay reads the day of a rule; yyyy-mm means that month's last day (contract, Verdicts).
func ruleDay(s string) (time.Time, bool) {
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return day, true
	}
	month, err := time.Parse("2006-01", s)
	return month.AddDate(0, 1, -1), err == nil
}

func (l *Lists) addPopular(row []string) error {
	rank, err := strconv.ParseUint(row[2], 10, 8)
	if err != nil {
		return fmt.Errorf("rank is not a number from 1 to 255")
	}
	domain := domainKey(row[0])
	at, ok := l.popularAt[domain]
	if !ok {
		at = len(l.popular)
		l.popularAt[domain] = at
		name, _, _ := strings.Cut(domain, ".")
		l.brands[name] = true
		l.popular = append(l.popular, popularDomain{name: domain, letters: letters(domain), ranks: make(map[string]uint8), best: math.MaxUint8})
	}
	p := &l.popular[at]
	p.ranks[row[1]] = uint8(rank)
	p.best = uint8(min(uint64(p.best), rank))
	return nil
}

// addPlaceholder takes the rows of the email field; weak ones are somebody's real address too and never decide.
func (l *Lists) addPlaceholder(row []string) error {
	value := strings.ToLower(row[2])
	switch {
	case row[0] != "email" || row[3] == "weak":
	case row[1] == "exact":
		l.placeholders.exact[value] = true
	case row[1] == "domain":
		l.placeholders.domain[value] = true
	case row[1] == "local":
		l.placeholders.local[value] = true
	default:
		return fmt.Errorf("match is none of exact, domain, local")
	}
	return nil
}

// rows reads a list: with columns a |-separated file whose header names them in any order, else one value a line. Empty
// lines and those that begin with # say nothing.
func (l *Lists) rows(name string, r io.Reader, columns []string, add func([]string) error) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	places := make([]int, len(columns))
	row := make([]string, max(1, len(columns)))
	header := len(columns) > 0
	for n := 1; in.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(in.Text(), "\uFEFF"))
		if line == "" || line[0] == '#' {
			continue
		}
		cells := strings.Split(line, "|")
		switch {
		case len(columns) == 0:
			row[0] = line
		case header:
			header = false
			for i, c := range columns {
				if places[i] = slices.Index(cells, c); places[i] < 0 {
					return fmt.Errorf("reference %s: the header has no column %s", name, c)
				}
			}
			continue
		default:
			for i, p := range places {
				if p >= len(cells) {
					return fmt.Errorf("reference %s: line %d: too few columns", name, n)
				}
				row[i] = strings.TrimSpace(cells[p])
			}
		}
		if err := add(row); err != nil {
			return fmt.Errorf("reference %s: line %d: %w", name, n, err)
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("reference %s: %w", name, err)
	}
	return nil
}
