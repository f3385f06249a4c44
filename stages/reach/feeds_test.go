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
	sha := hexed("sha256", jane, nil)
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
		"erase both":               {erase, "email|phone", "a@b.c|020", Row{Type: "erase", Value: "a@b.c", Kind: record.EmailPoint, Phone: "020"}},
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
		"misspelt":      {esp, "type|value|at", "optedin|a@b.c|2026", "the type of event is not known"},
		"not a grant":   {esp, "type|value|at", "un.subscribed|a@b.c|2026", "the type of event is not known"},
		"an order's":    {esp, "type|value|at", "confirmed|a@b.c|2026", "the type of event is not known"},
		"no type":       {esp, "event|value|at|status", "|a@b.c|2026|subscribed", "the type of event is not known"},
		"no value":      {esp, "type|value|at", "bounce||2026", "the row names no contact point"},
		"short":         {esp, "type|at|value", "bounce", "the row names no contact point"},
		"no source":     {esp, "type|at|source|record_id", "returned_mail|2026||1", "the row names a record without its source"},
		"grant of what": {esp, "type|value|at|channel", "opt_in|0123|2026|push", "the channel is none of email, sms, voice, post"},
		"answer":        {rnd, "phone|answer|asked_at", "020|perhaps|2026", "the answer is none of yes, no, no_data"},
		"other hash":    {Feed{Kind: "suppression", Hash: "sha256"}, "value", hexed("md5", jane, nil), "the hash is not of the kind sha256"},
		"erase nobody":  {erase, "source|record_id", "|1", "the row names a record without its source"},
	} {
		row, err := read(t, x.feed, x.header, x.cells)
		if row.Type == "opt_in" && name != "grant of what" {
			t.Errorf("%s: read as a grant", name)
		}
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

func TestSenders(t *testing.T) {
	const ses = "eventType|mail.timestamp|mail.destination|bounce.bounceType|bounce.timestamp|bounce.bouncedRecipients.0.emailAddress|bounce.bouncedRecipients.0.status|bounce.bouncedRecipients.1.emailAddress|complaint.complainedRecipients.0.emailAddress"
	const twilio = "From|To|Body|Status|SentDate|Direction|ErrorCode"
	mail := func(what, at, code string) Row {
		return Row{Type: what, Value: "a@b.c", Kind: record.EmailPoint, At: at, Code: code}
	}
	text := func(what, number, detail string) Row {
		return Row{Type: what, Channel: record.BySMS, Value: number, Kind: record.PhonePoint, At: "2026", Detail: detail}
	}
	for _, x := range []struct {
		header, cells string
		want          Row
	}{
		{"Email Address|First Name|UNSUB_TIME|UNSUB_REASON", "a@b.c|A|2026|", mail("unsubscribe", "2026", "")},
		{"Email Address|CLEAN_TIME|CLEAN_CAMPAIGN_TITLE", "a@b.c|2026|x", mail("bounce", "2026", "hard")},
		{"Email Address|MEMBER_RATING|OPTIN_TIME|CONFIRM_TIME", "a@b.c|2|2025|2026", mail("opt_in", "2026", "")},
		{"Email Address|OPTIN_TIME|CONFIRM_TIME|UNSUB_TIME|UNSUB_REASON", "a@b.c|2024|2025|2026|", mail("unsubscribe", "2026", "")},
		{"Email Address|OPTIN_TIME|CONFIRM_TIME|CLEAN_TIME|LEID", "a@b.c|2024|2025|2026|7", mail("bounce", "2026", "hard")},
		{"Email Address|OPTIN_TIME|CONFIRM_TIME|UNSUB_TIME|CLEAN_TIME", "a@b.c|2024|2025||2026", mail("bounce", "2026", "hard")},
		{"event_type|time|email_address|channel|subscription_status", "users.behaviors.subscription.GlobalStateChange|1764000000|a@b.c|email|Unsubscribed", Row{Type: "unsubscribe", Channel: record.ByEmail, Value: "a@b.c", Kind: record.EmailPoint, At: "1764000000"}},
		{"event_type|time|email_address|channel|subscription_status", "users.behaviors.subscription.GlobalStateChange|1764000000|a@b.c|email|Opted In", Row{Type: "opt_in", Channel: record.ByEmail, Value: "a@b.c", Kind: record.EmailPoint, At: "1764000000"}},
		{"event_type|time|email_address|channel|subscription_status", "users.behaviors.subscriptiongroup.StateChange|1764000000|a@b.c|email|Subscribed", Row{Channel: record.ByEmail, Value: "a@b.c", Kind: record.EmailPoint, At: "1764000000"}},
		{"event_type|time|user_phone_number|message_body|action", "users.messages.sms.InboundReceive|2026|+44|STOP|Unsubscribed", text("unsubscribe", "+44", "")},
		{"event_type|time|user_phone_number|message_body|action", "users.messages.sms.InboundReceive|2026|+44|hello|None", text("reply", "+44", "")},
		{"event_type|time|to_phone_number", "users.messages.sms.DeliveryFailure|2026|+44", text("", "+44", "")},
		{"email|timestamp|event|status|type", "a@b.c|1764000000|bounce|5.1.1|bounce", mail("bounce", "1764000000", "5.1.1")},
		{"email|timestamp|event|status|type", "a@b.c|1764000000|open||", mail("open", "1764000000", "")},
		{"email|timestamp|event|status|type", "a@b.c|1764000000|group_unsubscribe||", mail("unsubscribe", "1764000000", "")},
		{"email|timestamp|event|status|type", "a@b.c|1764000000|processed||", mail("", "1764000000", "")},
		{"status|reason|email|created", "5.1.1|550 no|a@b.c|1764000000", Row{Type: "bounce", Value: "a@b.c", Kind: record.EmailPoint, At: "1764000000", Code: "5.1.1"}},
		{"ip|email|created", "::|a@b.c|1764000000", mail("complaint", "1764000000", "")},
		{ses, "Bounce|2025|x@y.z; a@b.c|Permanent|2026|a@b.c|||", mail("bounce", "2026", "Permanent")},
		{ses, "Bounce|2025|x@y.z; a@b.c|Permanent|2026|a@b.c|5.1.1||", mail("bounce", "2026", "5.1.1")},
		{ses, "Complaint|2026|x@y.z; a@b.c|||||| a@b.c", mail("complaint", "2026", "")},
		{ses, "Delivery|2026|a@b.c", mail("delivered", "2026", "")},
		{"event_type|time|email_address|user_id", "users.messages.email.SoftBounce|1764000000|a@b.c|7", Row{Type: "bounce", Channel: record.ByEmail, Value: "a@b.c", Kind: record.EmailPoint, At: "1764000000", Code: "soft"}},
		{"event_type|time|email_address|user_id", "users.messages.email.MarkAsSpam|1764000000|a@b.c|7", Row{Type: "complaint", Channel: record.ByEmail, Value: "a@b.c", Kind: record.EmailPoint, At: "1764000000"}},
		{"type|recipient|created|status|category|portalSubscriptionStatus", "BOUNCE|a@b.c|1764000000000||UNKNOWN_USER|", mail("bounce", "1764000000000", "UNKNOWN_USER")},
		{"type|recipient|created|status|category|portalSubscriptionStatus", "STATUSCHANGE|a@b.c|1764000000000|||UNSUBSCRIBED", mail("unsubscribe", "1764000000000", "")},
		{twilio, "+1|+44|hello|delivered|2026|outbound-api|", text("delivered", "+44", "")},
		{twilio, "+44|+1|STOP|received|2026|inbound|", text("unsubscribe", "+44", "")},
		{twilio, "+44|+1|thank you|received|2026|inbound|", text("reply", "+44", "")},
		{twilio, "+1|+44|hello|undelivered|2026|outbound-api|21610", text("unsubscribe", "+44", "")},
		{twilio, "+1|+44|hello|undelivered|2026|outbound-api|30005", text("call", "+44", "disconnected")},
		{twilio, "+1|+44|hello|failed|2026|outbound-api|30008", Row{Channel: record.BySMS, Value: "+44", Kind: record.PhonePoint, At: "2026", Code: "30008"}},
	} {
		got, err := read(t, esp, x.header, x.cells)
		if err != nil {
			t.Errorf("%s: %v", x.cells, err)
		}
		got.Detail = map[bool]string{true: got.Detail, false: ""}[got.Type == "call"] // a reason in free words
		same(t, x.cells, x.want, got)
	}
	row, err := read(t, esp, ses, "Bounce|2025||Permanent|2026|a@b.c|5.1.1|d@e.f")
	same(t, "both that bounced", "a@b.c; d@e.f", row.Value)
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
	same(t, "of nobody", int64(0), s.Unmatched["esp"])
	s.Only(func(point uint64) bool { return point == Hash(record.EmailPoint, jane) }, func(k record.Key) bool { return k.Source == "crm" })
	s.Add(esp, Row{Type: "click"}, []record.ContactPoint{janes}, on("2026-01-02"))
	s.Add(esp, Row{Type: "unsubscribe"}, []record.ContactPoint{cells}, on("2026-01-02"))
	s.Add(esp, Row{Type: "returned_mail", Kind: record.PostPoint, Record: record.Key{Source: "crm", ID: "1"}}, nil, on("2026-01-02"))
	s.Add(esp, Row{Type: "returned_mail", Kind: record.PostPoint, Record: record.Key{Source: "shop", ID: "1"}}, nil, on("2026-01-02"))
	same(t, "rows", int64(5), s.Rows["esp"])
	same(t, "of nobody", int64(2), s.Unmatched["esp"])
	if s.told(point{record.PhonePoint, cell}) != nil {
		t.Error("kept what was told of a number that nobody has")
	}
	same(t, "before 1970", on("1969-12-31"), dayOf(on("1969-12-31T10:00:00Z")))
}
