package emails

import (
	"strings"
	"sync"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// domainFacts is what the lists say of a domain, whoever has it.
type domainFacts struct {
	name        string
	reserved    string // the reserved name it is or stands under
	unknownTLD  bool
	placeholder bool
	real        bool // some list or the job's own files know it: never a typo
	disposable  bool
	free        bool
	closing     closing
	closedName  string // the listed name it is or stands under

	typos sync.Map // country to the domain that was meant
}

// domainCache remembers what was found out. It never holds more than maxDomains; a domain beyond them is looked up
// again each time, with the same answer.
type domainCache struct {
	facts sync.Map // of *domainFacts
	size  counter
}

type counter struct {
	sync.Mutex
	n int
}

// maxDomains bounds the memory of a Mapper to some tens of megabytes.
const maxDomains = 100_000

// take reports whether there is room for one more.
func (c *counter) take() bool {
	c.Lock()
	defer c.Unlock()
	if c.n >= maxDomains {
		return false
	}
	c.n++
	return true
}

// look finds the facts about a domain.
func (m *Mapper) look(domain string) *domainFacts {
	if d, ok := m.known.facts.Load(domain); ok {
		return d.(*domainFacts)
	}
	d := m.lists.facts(domain)
	d.real = d.real || m.common[domain]
	if m.known.size.take() {
		m.known.facts.Store(d.name, d)
	}
	return d
}

func (l *Lists) facts(domain string) *domainFacts {
	domain = strings.Clone(domain) // not to hold the cell it came from
	_, popular := l.popularAt[domain]
	d := &domainFacts{
		name:        domain,
		unknownTLD:  !l.tlds[domain[strings.LastIndexByte(domain, '.')+1:]],
		placeholder: l.placeholders.domain[domain],
		free:        l.free[domain],
	}
	open := false
	for name, more := domain, true; more; _, name, more = strings.Cut(name, ".") {
		if l.reserved[name] && d.reserved == "" {
			d.reserved = name
		}
		if _, popular := l.popularAt[name]; l.disposable[name] && !popular {
			d.disposable = true // a throw-away service gives out names under its own, too
		}
		c, closed := l.closed[name]
		guarded := l.notClosed[name]
		if closed && d.closedName == "" && !open && (!guarded || !ends(c)) {
			d.closing, d.closedName = c, name
		}
		open = open || guarded
	}
	d.disposable = d.disposable && !popular
	d.free = d.free && !d.disposable
	_, alias := l.aliases[domain]
	d.real = popular || l.free[domain] || d.placeholder || d.reserved != "" || d.closedName != "" || open || alias
	return d
}

// mayTakeMail reports whether anybody could tell a mail server of the domain.
func (d *domainFacts) mayTakeMail() bool { return d.reserved == "" && !d.unknownTLD }

// MayTakeMail reports whether it is worth asking for a domain's mail servers: it is neither reserved nor under a
// top-level domain that does not exist. The domain must be in lower case A-labels.
func (l *Lists) MayTakeMail(domain string) bool { return l.facts(domain).mayTakeMail() }

// typo is the popular domain that was meant, or empty.
func (m *Mapper) typo(d *domainFacts, country string) string {
	if d.real {
		return ""
	}
	if meant, ok := d.typos.Load(country); ok {
		return meant.(string)
	}
	meant := m.lists.suggest(d.name, country)
	d.typos.Store(country, meant)
	return meant
}

// ends reports whether nobody keeps a mailbox: what a guard in not_closed denies.
func ends(c closing) bool { return c.reason != record.ProviderPaidOnly }

// meant mends the domain of what is no address: a lost dot, a comma for a dot, a dot too many; empty when that gives no
// popular domain.
func (m *Mapper) meant(broken, country string) string {
	at := strings.LastIndexByte(broken, '@')
	if at < 0 {
		return ""
	}
	local, bad := parseLocal(broken[:at])
	if bad != "" {
		return ""
	}
	domain := strings.Join(strings.FieldsFunc(broken[at+1:], func(r rune) bool { return strings.ContainsRune("., ", r) }), ".")
	if _, popular := m.lists.popularAt[domain]; !popular {
		if domain = m.lists.suggest(domain, country); domain == "" {
			return ""
		}
	}
	a := m.lists.mailbox(address{local: local, domain: domain})
	return a.local + "@" + a.domain
}
