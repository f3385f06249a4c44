package emails

import (
	"strings"
	"testing"
)

// A suggestion is a domain of the list, never the domain itself, the same each time, and no typo of another.
func FuzzSuggest(f *testing.F) {
	for _, s := range []string{"gmial.com", "gmailcom", "hotmail.co.ku", "yaho.ocom", "wbe.de", "a.b", ".", "", "xn--bcher-kva.de", strings.Repeat("gmail.", 40) + "com"} {
		f.Add(s, "DE")
		f.Add(s, "")
	}
	l := DefaultLists()
	f.Fuzz(func(t *testing.T, domain, country string) {
		if _, popular := l.popularAt[domain]; popular {
			return // never asked for
		}
		meant := l.suggest(domain, country)
		if meant == "" {
			return
		}
		if _, popular := l.popularAt[meant]; !popular || meant == domain || l.suggest(domain, country) != meant {
			t.Fatalf("%q in %q: %q", domain, country, meant)
		}
	})
}

// A list that can be read can be used; one that cannot says why without a value of it.
func FuzzLoad(f *testing.F) {
	for _, s := range []string{
		"domain|closed_on|kind|moved_to\na.de|2020-01|closed|\nb.de|2020-01-02|moved|c.de\n", "domain|country|rank\nfirm.de|DE|1\n", "# remark\n\na.de\r\nB\u00fccher.de\n",
		"field|match|value|kind\nemail|local|none|placeholder\n", "domain|mailbox_domain|dots|tag\na.de|b.de|ignored|+\n", "domain\n|\n", "|",
	} {
		for _, name := range []string{"closed_providers", "typo_domains", "disposable", "placeholders", "mailbox_aliases", "tlds"} {
			f.Add(name, s, true)
		}
	}
	f.Fuzz(func(t *testing.T, name, text string, extend bool) {
		l := DefaultLists()
		if err := l.Load(name, strings.NewReader(text), extend); err != nil {
			return
		}
		m, err := New(Options{AsOf: asOf, Lists: l})
		if err != nil {
			t.Fatal(err)
		}
		checkTwice(t, m, []string{"ann@firm.de; Bob <bob@gmial.com>", "c@a.de, d@b.de"})
	})
}
