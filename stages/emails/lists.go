package emails

import (
	"embed"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/reference"
)

//go:embed data/*.psv data/*.txt
var data embed.FS

// Lists holds the reference data of the stage. It must not be loaded into once a Mapper uses it.
type Lists struct {
	*reference.Lists

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

// builtIn are the lists that come with the program, shared by all who have no others.
var builtIn = sync.OnceValue(DefaultLists)

// DefaultLists reads the lists that come with the program.
func DefaultLists() *Lists {
	l := &Lists{}
	p := &l.placeholders
	l.Lists = reference.Open(data,
		reference.Table{
			Name: "closed_providers", Columns: []string{"domain", "closed_on", "kind", "moved_to"},
			Reset: func() { l.closed = make(map[string]closing) },
			Add:   l.addClosed,
		},
		set("not_closed", domainKey, &l.notClosed, "domain"),
		reference.Table{
			Name: "typo_domains", Columns: []string{"domain", "country", "rank"},
			Reset: func() { l.popular, l.popularAt, l.brands = nil, make(map[string]int), make(map[string]bool) },
			Add:   l.addPopular,
		},
		set("disposable", domainKey, &l.disposable),
		set("free", domainKey, &l.free),
		set("role_accounts", strings.ToLower, &l.roles),
		set("words", strings.ToLower, &l.words),
		set("tlds", domainKey, &l.tlds),
		set("reserved_domains", domainKey, &l.reserved, "name"),
		reference.Table{
			Name: "placeholders", Columns: []string{"field", "match?", "value", "kind"},
			Reset: func() {
				p.exact, p.domain, p.local = make(map[string]bool), make(map[string]bool), make(map[string]bool)
			},
			Add: l.addPlaceholder,
		},
		reference.Table{
			Name: "mailbox_aliases", Columns: []string{"domain", "mailbox_domain", "dots", "tag"},
			Reset: func() { l.aliases = make(map[string]alias) },
			Add: func(row []string) error {
				l.aliases[domainKey(row[0])] = alias{domain: domainKey(row[1]), dots: row[2] == "ignored", tag: row[3]}
				return reference.OneOf("dots", row[2], "", "ignored")
			},
		},
	)
	return l
}

// set is a list of which only the first of the columns counts; without columns, each line.
func set(name string, key func(string) string, m *map[string]bool, columns ...string) reference.Table {
	return reference.Table{
		Name: name, Columns: columns,
		Reset: func() { *m = make(map[string]bool) },
		Add:   func(row []string) error { (*m)[key(row[0])] = true; return nil },
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

// addPlaceholder takes the rows of the email field; a weak one is somebody's real address too and never decides.
func (l *Lists) addPlaceholder(row []string) error {
	if row[0] != "email" {
		return reference.OfField(row[0])
	}
	p, value, decides := &l.placeholders, strings.ToLower(row[2]), row[3] != "weak"
	switch row[1] {
	case "", "exact":
		p.exact[value] = decides
	case "domain":
		p.domain[value] = decides
	case "local":
		p.local[value] = decides
	default:
		return errors.New("match is neither empty nor one of exact, domain, local")
	}
	return reference.OneOf("kind", row[3], "placeholder", "test", "weak")
}
