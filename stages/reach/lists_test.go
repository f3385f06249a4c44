package reach

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/stages/merge"
)

func TestListsThatAreOutOfDate(t *testing.T) {
	const gb, de = "GB", "DE"
	works := mailbox("jane@work.example")
	old := func(name string, ch record.Channel, countries ...string) Feed {
		return Feed{Name: name, Kind: "suppression", Channel: ch, Countries: countries, AsOf: "2026-01-01", Stale: true}
	}
	abroad := cells
	abroad.PhoneRegion = de
	nowhere := cells
	nowhere.PhoneRegion = ""
	there := homes
	there.Address.Country = de
	for name, x := range map[string]struct {
		lists   []Feed
		rows    []told
		point   record.ContactPoint
		country string
		channel record.Channel
		want    string
	}{
		"out of date":                     {lists: []Feed{old("tps", record.ByVoice)}, point: cells, channel: record.ByVoice, want: "stale_suppression_list tps"},
		"of another channel":              {lists: []Feed{old("tps", record.ByVoice)}, point: cells, channel: record.BySMS, want: ""},
		"of its country":                  {lists: []Feed{old("tps", record.ByVoice, gb)}, point: cells, channel: record.ByVoice, want: "stale_suppression_list tps"},
		"of another country":              {lists: []Feed{old("tps", record.ByVoice, gb)}, point: abroad, country: gb, channel: record.ByVoice, want: ""},
		"a number of no country: his":     {lists: []Feed{old("tps", record.ByVoice, gb)}, point: nowhere, country: gb, channel: record.ByVoice, want: "stale_suppression_list tps"},
		"a mailbox: the customer's":       {lists: []Feed{old("mps", record.ByEmail, gb)}, point: janes, country: de, channel: record.ByEmail, want: ""},
		"nobody knows the country":        {lists: []Feed{old("mps", record.ByEmail, gb)}, point: janes, channel: record.ByEmail, want: "stale_suppression_list mps"},
		"a letter: the address's":         {lists: []Feed{old("mps", record.ByPost, gb)}, point: there, country: gb, channel: record.ByPost, want: ""},
		"a value on it":                   {lists: []Feed{old("tps", record.ByVoice)}, rows: []told{listed(old("tps", record.ByVoice), cells)}, point: cells, channel: record.ByVoice, want: "suppressed tps"},
		"a value on it, another country":  {rows: []told{listed(old("tps", record.ByVoice, gb), abroad)}, point: abroad, channel: record.ByVoice, want: "suppressed tps"},
		"one out of date, one has it":     {lists: []Feed{old("a", record.ByVoice)}, rows: []told{listed(Feed{Name: "b", Channel: record.ByVoice}, cells)}, point: cells, channel: record.ByVoice, want: "suppressed stale_suppression_list b"},
		"two have it":                     {rows: []told{listed(Feed{Name: "b"}, cells), listed(Feed{Name: "a"}, cells)}, point: cells, channel: record.ByVoice, want: "suppressed a"},
		"no channel, nothing on it":       {lists: []Feed{old("all", 0)}, point: janes, channel: record.ByEmail, want: "stale_suppression_list all"},
		"no channel, nothing on it, text": {lists: []Feed{old("all", 0)}, point: cells, channel: record.BySMS, want: "stale_suppression_list all"},
		"no channel, never letters":       {lists: []Feed{old("all", 0)}, point: homes, channel: record.ByPost, want: ""},
		"no channel, mailboxes: email":    {rows: []told{listed(old("all", 0), works)}, point: janes, channel: record.ByEmail, want: "stale_suppression_list all"},
		"no channel, mailboxes: voice":    {rows: []told{listed(old("all", 0), works)}, point: cells, channel: record.ByVoice, want: ""},
		"no channel, numbers: voice":      {rows: []told{listed(old("all", 0), fixeds)}, point: cells, channel: record.ByVoice, want: "stale_suppression_list all"},
		"no channel, numbers: email":      {rows: []told{listed(old("all", 0), fixeds)}, point: janes, channel: record.ByEmail, want: ""},
		"up to date":                      {lists: []Feed{{Name: "tps", Channel: record.ByVoice, AsOf: "2026-11-01"}}, point: cells, channel: record.ByVoice, want: ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := scene{rows: x.rows, lists: x.lists}.of(from("crm:1", fields{record.Country: x.country, record.City: "X"}, x.point))
			p := use(t, &c, x.point.Value, x.channel)
			same(t, "reasons and list", x.want, strings.TrimSpace(words(p.Reasons)+" "+p.SuppressedBy))
			same(t, "contactable", x.want == "", p.Contactable)
			if strings.HasSuffix(x.want, "tps") && p.SuppressionAs != "2026-01-01" {
				t.Errorf("the list's date is %q", p.SuppressionAs)
			}
		})
	}
}

// hexed is a text's hash as a list holds it.
func hexed(kind, text string, key []byte) string {
	h := map[string]func() hash.Hash{"sha256": sha256.New, "sha1": sha1.New, "md5": md5.New, "hmac": func() hash.Hash { return hmac.New(sha256.New, key) }}[kind]()
	_, _ = h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}

// hashList is a list that holds one hash.
func hashList(kind, text string) told {
	f := Feed{Name: "optout", Kind: "suppression", Hash: kind}
	return told{f, Row{Type: "suppress", Value: strings.ToUpper(hexed(kind, text, []byte("sixteen bytes at least")))}, "", nil}
}

// A list of which no hash is anybody's is told apart from one that forbids somebody something.
func TestHashesOfNobody(t *testing.T) {
	for _, x := range []struct{ listed, want string }{{jane, ""}, {"stranger@a.example", "optout"}} {
		c := scene{rows: []told{hashList("hmac", x.listed)}}
		j := c.judge()
		customer := merge.New(merge.Options{}).Customer([]record.Record{from("crm:1", nil, janes)})
		j.Customer(&customer)
		same(t, x.listed, x.want, strings.Join(j.s.Strangers(1), " "))
		same(t, "few hashes", "", strings.Join(j.s.Strangers(2), " "))
	}
}

func TestHashedLists(t *testing.T) {
	gmail := mailbox("janedoe@gmail.com")
	gmail.Display = "Jane.Doe+news@GoogleMail.com"
	plain := mailbox("jane.doe+x@a.example")
	plain.Display = "Jane.Doe+X@A.example"
	number := mobile("+447700900123")
	number.Display = "07700-900 123"
	american := landline("+12125550123")
	post := address("12 High Street", "London")
	other := gmail
	other.Display = "j.a.n.e.doe@gmail.com"
	for _, kind := range []string{"sha256", "sha1", "md5", "hmac"} {
		for _, x := range []struct {
			point record.ContactPoint
			ch    record.Channel
			texts []string
		}{
			{gmail, record.ByEmail, []string{
				"janedoe@gmail.com", "janedoe@googlemail.com", "Jane.Doe+news@GoogleMail.com", "jane.doe+news@googlemail.com",
				"jane.doe@gmail.com", "jane.doe@googlemail.com", "j.a.n.e.doe@gmail.com", "JANEDOE@GMAIL.COM",
			}},
			{plain, record.ByEmail, []string{"jane.doe+x@a.example", "Jane.Doe+X@A.example", "JANE.DOE+X@A.EXAMPLE"}},
			{number, record.ByVoice, []string{"+447700900123", "447700900123", "00447700900123", "07700-900 123", "07700900123", "7700900123", "07700 900123"}},
			{american, record.ByVoice, []string{"+12125550123", "12125550123", "2125550123", "(212) 555-0123"}},
			{post, record.ByPost, []string{post.Value, "12 High Street, London"}},
		} {
			for _, text := range x.texts {
				second := from("shop:1", nil)
				if x.point.Value == gmail.Value {
					second.Points = []record.ContactPoint{other}
				}
				c := scene{rows: []told{hashList(kind, text)}}.of(from("crm:1", nil, x.point), second)
				same(t, kind+" of "+text, "suppressed", words(use(t, &c, x.point.Value, x.ch).Reasons))
			}
			c := scene{rows: []told{hashList(kind, "jane.doe@a.example")}}.of(from("crm:1", nil, x.point))
			same(t, kind+" of another", "", words(use(t, &c, x.point.Value, x.ch).Reasons))
		}
	}
	// the form that replaces a value is on the list, the customer holds the old one alone
	old := becomes(mobile("+447700100123", record.ObsoleteFormat), cell)
	c := scene{rows: []told{hashList("sha256", cell)}}.of(from("crm:1", nil, old))
	same(t, "new form", "suppressed", words(use(t, &c, old.Value, record.ByVoice).Reasons))

	// a plain value in a list of hashes
	c = scene{rows: []told{listed(Feed{Name: "optout", Hash: "sha256"}, janes)}}.of(from("crm:1", nil, janes))
	same(t, "plain", "suppressed", words(use(t, &c, jane, record.ByEmail).Reasons))

	// hashes tell no kind: an old list of them closes what it may hold
	stale := hashList("sha256", "nobody")
	stale.feed.Stale = true
	c = scene{rows: []told{stale}}.of(from("crm:1", nil, janes, cells, homes))
	same(t, "mailbox", "stale_suppression_list", words(use(t, &c, jane, record.ByEmail).Reasons))
	same(t, "number", "stale_suppression_list", words(use(t, &c, cell, record.BySMS).Reasons))
	same(t, "letter", "", words(use(t, &c, home, record.ByPost).Reasons))

	same(t, "no number", "", national("n/a").digits)
	same(t, "no such country", "", national("+999").digits)
}

func TestErasure(t *testing.T) {
	forget := func(points ...record.ContactPoint) told { return told{erase, Row{Type: "erase"}, "", points} }
	noone := mobile("+440000000000", record.Placeholder)
	shared := map[string]int32{jane: 1} // by somebody who is not erased
	members := []record.Record{from("crm:1", nil, janes, cells, homes, noone)}
	erased := func(s scene) bool {
		c := s.of(members...)
		return c.Erased
	}
	for name, x := range map[string]struct {
		rows []told
		want bool
	}{
		"nobody asked":     {},
		"by its record":    {rows: []told{forget().of("crm:1")}, want: true},
		"another record":   {rows: []told{forget().of("crm:2")}},
		"by its mailbox":   {rows: []told{forget(janes)}, want: true},
		"by its number":    {rows: []told{forget(cells)}, want: true},
		"by nobody's":      {rows: []told{forget(noone)}},
		"another mailbox":  {rows: []told{forget(mailbox("j@b.example"))}},
		"dated after":      {rows: []told{{erase, Row{Type: "erase"}, before(-5), []record.ContactPoint{janes}}}, want: true},
		"event, not erase": {rows: []told{event("unsubscribe", "2026-01-01", janes)}},
	} {
		same(t, name, x.want, erased(scene{rows: x.rows}))
	}

	kept := func(s scene) (kinds string, hashes map[string]bool) {
		j := s.judge()
		c := s.of(members...)
		hashes = make(map[string]bool)
		for _, e := range j.Erasures(&c) {
			kinds += e.Kind + " "
			hashes[e.Hash] = true
		}
		return kinds, hashes
	}
	kinds, hashes := kept(scene{rows: []told{forget().of("crm:1")}})
	same(t, "kept of it", "record email phone ", kinds)
	kinds, _ = kept(scene{rows: []told{forget().of("crm:1")}, holders: shared})
	same(t, "a mailbox of two stays out of it", "record phone ", kinds)
	kinds, _ = kept(scene{rows: []told{forget(janes)}, holders: shared})
	same(t, "unless the request named it", "record email phone ", kinds)

	later := scene{options: func(o *Options) { o.ErasedBefore = hashes }}
	if !erased(later) {
		t.Error("who was erased came back")
	}
	for _, p := range []record.ContactPoint{janes, cells} {
		c := later.of(from("web:99", nil, p))
		same(t, "with a new record", true, c.Erased)
	}
	c := later.of(from("web:99", nil, homes))
	same(t, "an address is not only one's own", false, c.Erased)
	later.holders = map[string]int32{jane: 3}
	c = later.of(from("web:99", nil, janes))
	same(t, "a mailbox that others hold by now", true, c.Erased)
	later = scene{options: func(o *Options) { o.ErasedBefore, o.HashKey = hashes, nil }}
	same(t, "without the key nobody can tell", false, erased(later))
}

func TestHashLength(t *testing.T) {
	for kind, n := range map[string]int{"sha256": 64, "hmac": 64, "sha1": 40, "md5": 32} {
		h := hexed(kind, "a", []byte("key"))
		if _, err := hex.DecodeString(h); err != nil || len(h) != n || hexLength(kind) != n || !isHash(" "+h) {
			t.Error(fmt.Sprint(kind, " has no hash of ", n, " digits"))
		}
	}
	if isHash(strings.Repeat("x", 32)) || isHash("0123") {
		t.Error("took a text for a hash")
	}
}
