package reach

import (
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// read reads one row of a feed whose header and cells are divided by bars.
func read(t *testing.T, f Feed, header, cells string) (Row, error) {
	t.Helper()
	r, _, err := NewReader(f, strings.Split(header, "|"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r.Read(strings.Split(cells, "|"))
}

func TestReadRows(t *testing.T) {
	const header = "Type|channel|value|at|code|detail|source|record-id"
	sha := hashed("sha256", jane, nil)
	for name, x := range map[string]struct {
		feed          Feed
		header, cells string
		want          Row
	}{
		"bounce":                   {esp, header, "Bounced|email|a@b.c|2026|5.1.1", Row{Type: "bounce", Channel: record.ByEmail, Value: "a@b.c", Kind: record.EmailPoint, At: "2026", Code: "5.1.1"}},
		"hard bounce, no code":     {esp, header, "hard bounce||a@b.c|2026", Row{Type: "bounce", Value: "a@b.c", Kind: record.EmailPoint, At: "2026", Code: "hard"}},
		"soft bounce, no code":     {esp, header, "soft-bounce||a@b.c|2026", Row{Type: "bounce", Value: "a@b.c", Kind: record.EmailPoint, At: "2026", Code: "soft"}},
		"soft bounce with a code":  {esp, header, "soft_bounce||a@b.c|2026|5.1.1", Row{Type: "bounce", Value: "a@b.c", Kind: record.EmailPoint, At: "2026", Code: "5.1.1"}},
		"complaint":                {esp, header, "SpamReport|e-mail|a@b.c|2026", Row{Type: "complaint", Channel: record.ByEmail, Value: "a@b.c", Kind: record.EmailPoint, At: "2026"}},
		"unsubscribe":              {esp, header, "STOP|text|0123456|2026", Row{Type: "unsubscribe", Channel: record.BySMS, Value: "0123456", Kind: record.PhonePoint, At: "2026"}},
		"unsubscribe, odd channel": {esp, header, "opt-out|push|0123456|2026", Row{Type: "unsubscribe", Value: "0123456", Kind: record.PhonePoint, At: "2026"}},
		"mail may be either":       {esp, header, "opt-out|mail|a@b.c|2026", Row{Type: "unsubscribe", Channel: record.ByPost, Value: "a@b.c", Kind: record.EmailPoint, At: "2026"}},
		"opt in":                   {esp, header, "subscribed||a@b.c|2026", Row{Type: "opt_in", Value: "a@b.c", Kind: record.EmailPoint, At: "2026"}},
		"opened":                   {esp, header, "Opened||a@b.c|2026", Row{Type: "open", Value: "a@b.c", Kind: record.EmailPoint, At: "2026"}},
		"clicked":                  {esp, header, "clicked||a@b.c|2026", Row{Type: "click", Value: "a@b.c", Kind: record.EmailPoint, At: "2026"}},
		"replied":                  {esp, header, "replied||a@b.c|2026", Row{Type: "reply", Value: "a@b.c", Kind: record.EmailPoint, At: "2026"}},
		"delivery":                 {esp, header, "delivery||a@b.c|2026", Row{Type: "delivered", Value: "a@b.c", Kind: record.EmailPoint, At: "2026"}},
		"call":                     {crm, header, "call|phone|020 7183|2026||Do Not Call", Row{Type: "call", Channel: record.ByVoice, Value: "020 7183", Kind: record.PhonePoint, At: "2026", Detail: "do_not_call"}},
		"call, in short":           {crm, header, "call|call|020 7183|2026||DNC", Row{Type: "call", Channel: record.ByVoice, Value: "020 7183", Kind: record.PhonePoint, At: "2026", Detail: "do_not_call"}},
		"a type of its own":        {crm, header, "do not call||020 7183|2026", Row{Type: "call", Value: "020 7183", Kind: record.PhonePoint, At: "2026", Detail: "do_not_call"}},
		"returned mail by line":    {esp, header, "returned_mail||12 High St, N1|2026", Row{Type: "returned_mail", Value: "12 High St, N1", Kind: record.PostPoint, At: "2026"}},
		"returned mail by record":  {esp, header, "returned_mail|||2026|||crm|1", Row{Type: "returned_mail", Kind: record.PostPoint, At: "2026", Record: record.Key{Source: "crm", ID: "1"}}},
		"address confirmed":        {esp, header, "address_confirmed||The Old Mill|2026", Row{Type: "address_confirmed", Value: "The Old Mill", Kind: record.PostPoint, At: "2026"}},
		"mailbox confirmed":        {esp, header, "address_confirmed||a@b.c|2026", Row{Type: "address_confirmed", Value: "a@b.c", Kind: record.EmailPoint, At: "2026"}},
		"a house, no channel":      {esp, header, "unsubscribe||12 High St|2026", Row{Type: "unsubscribe", Value: "12 High St", Kind: record.PostPoint, At: "2026"}},
		"a word, no channel":       {esp, header, "unsubscribe||jane|2026", Row{Type: "unsubscribe", Value: "jane", Kind: record.EmailPoint, At: "2026"}},
		"contact":                  {outbox, "to|date|channel", "a@b.c|2026|letter", Row{Type: "contact", Channel: record.ByPost, Value: "a@b.c", Kind: record.EmailPoint, At: "2026"}},
		"list":                     {Feed{Kind: "suppression", Channel: record.ByVoice}, "number|since", "020 7183|1", Row{Type: "suppress", Channel: record.ByVoice, Value: "020 7183", Kind: record.PhonePoint}},
		"list, number with words":  {Feed{Kind: "suppression"}, "number", "020 7183 ext 5", Row{Type: "suppress", Value: "020 7183 ext 5", Kind: record.PhonePoint}},
		"list of hashes":           {Feed{Kind: "suppression", Hash: "sha256"}, "hash", sha, Row{Type: "suppress", Value: sha}},
		"a mailbox among hashes":   {Feed{Kind: "suppression", Hash: "sha256"}, "hash", "a@b.c", Row{Type: "suppress", Value: "a@b.c", Kind: record.EmailPoint}},
		"reassigned":               {rnd, "phone|answer|asked_at", "020|No Data|2026", Row{Type: "reassigned", Channel: record.ByVoice, Value: "020", Kind: record.PhonePoint, At: "2026", Detail: "no_data"}},
		"erase a record":           {erase, "source|record_id", "crm|1", Row{Type: "erase", Kind: record.PostPoint, Record: record.Key{Source: "crm", ID: "1"}}},
		"erase a mailbox":          {erase, "email|phone", "a@b.c|", Row{Type: "erase", Value: "a@b.c", Kind: record.EmailPoint}},
		"erase a number":           {erase, "email|phone", "|020", Row{Type: "erase", Value: "020", Kind: record.PhonePoint}},
	} {
		got, err := read(t, x.feed, x.header, x.cells)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		same(t, name, x.want, got)
	}
}

func TestBrokenRows(t *testing.T) {
	for name, x := range map[string]struct {
		feed          Feed
		header, cells string
		want          string
	}{
		"type":          {esp, "type|value|at", "sneezed|a@b.c|2026", "the type of event is not known"},
		"no value":      {esp, "type|value|at", "bounce||2026", "the row names no contact point"},
		"short":         {esp, "type|at|value", "bounce", "the row names no contact point"},
		"no source":     {esp, "type|at|source|record_id", "returned_mail|2026||1", "the row names a record without its source"},
		"grant of what": {esp, "type|value|at|channel", "opt_in|0123|2026|push", "the channel is none of email, sms, voice, post"},
		"answer":        {rnd, "phone|answer|asked_at", "020|perhaps|2026", "the answer is none of yes, no, no_data"},
		"other hash":    {Feed{Kind: "suppression", Hash: "sha256"}, "value", hashed("md5", jane, nil), "the hash is not of the kind sha256"},
		"erase nobody":  {erase, "source|record_id", "|1", "the row names a record without its source"},
	} {
		_, err := read(t, x.feed, x.header, x.cells)
		if err == nil {
			t.Errorf("%s: read", name)
			continue
		}
		same(t, name, x.want, err.Error())
	}
}

func TestHeaders(t *testing.T) {
	list := Feed{Name: "tps", Kind: "suppression"}
	if _, headless, err := NewReader(list, []string{"020 7183 8750"}, nil); err != nil || !headless {
		t.Errorf("a list of one column needs no header: %v", err)
	}
	if _, headless, err := NewReader(list, []string{"Phone"}, nil); err != nil || headless {
		t.Errorf("took a header for a value: %v", err)
	}
	if _, _, err := NewReader(list, []string{"a", "b"}, nil); err == nil || !strings.Contains(err.Error(), "feed tps lacks a column") {
		t.Errorf("two unknown columns: %v", err)
	}
	if _, _, err := NewReader(esp, []string{"type", "value"}, nil); err == nil || !strings.Contains(err.Error(), "type, at") {
		t.Errorf("no date: %v", err)
	}
	if _, _, err := NewReader(esp, []string{"x"}, map[string][]string{"type": {"y"}}); err == nil || err.Error() != `feed esp has no column "y"; it has x` {
		t.Errorf("a mapped column that is not there: %v", err)
	}
	r, _, err := NewReader(esp, []string{"what", "who", "when"}, map[string][]string{"type": {"what"}, "value": {"who"}, "at": {"when"}})
	if err != nil {
		t.Fatal(err)
	}
	row, err := r.Read([]string{"click", " a@b.c ", "2026"})
	same(t, "mapped", Row{Type: "click", Value: "a@b.c", Kind: record.EmailPoint, At: "2026"}, row)
	same(t, "error", nil, err)
}

func TestStateKnowsLists(t *testing.T) {
	s := NewState(on(today), [record.NumChannels]int{})
	s.Declare(Feed{Name: "b", Kind: "suppression"})
	s.Declare(Feed{Name: "a", Kind: "suppression"})
	s.Declare(Feed{Name: "a", Kind: "suppression"})
	s.Declare(Feed{Name: "c", Kind: "events"})
	var names []string
	for _, l := range s.lists {
		names = append(names, l.feed.Name)
	}
	same(t, "lists", "a b", strings.Join(names, " "))
	s.Add(esp, Row{Type: "click"}, []record.ContactPoint{janes}, on("2026-01-01"))
	same(t, "rows", int64(1), s.Rows["esp"])
	same(t, "before 1970", on("1969-12-31"), dayOf(on("1969-12-31T10:00:00Z")))
}
