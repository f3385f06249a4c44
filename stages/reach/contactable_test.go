package reach

import (
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

func TestBestChannel(t *testing.T) {
	all := []record.ContactPoint{janes, cells, homes}
	for name, x := range map[string]struct {
		set  fields
		want record.Channel
		why  string
	}{
		"email first":                   {want: record.ByEmail},
		"the preferred one":             {set: fields{record.PreferredChannel: "post"}, want: record.ByPost},
		"the preferred one is closed":   {set: fields{record.PreferredChannel: "email", record.ConsentEmail: "no"}, want: record.BySMS},
		"the order of the tier":         {set: fields{record.ValueTier: "high"}, want: record.ByVoice},
		"the first open of its tier":    {set: fields{record.ValueTier: "high", record.DoNotCall: "yes"}, want: record.ByEmail},
		"none of its tier":              {set: fields{record.ValueTier: "high", record.DoNotCall: "yes", record.ConsentEmail: "no"}, want: record.BySMS},
		"a tier without an order":       {set: fields{record.ValueTier: "gold"}, want: record.ByEmail},
		"the tier by value":             {set: fields{record.Value: "900"}, want: record.ByVoice},
		"a middling value":              {set: fields{record.Value: "500"}, want: record.ByEmail},
		"a small value":                 {set: fields{record.Value: "-2"}, want: record.ByEmail},
		"no number":                     {set: fields{record.Value: "much"}, want: record.ByEmail},
		"none":                          {set: fields{record.DoNotContact: "yes"}, why: "do_not_contact"},
		"permission before status":      {set: fields{record.DoNotContact: "yes", record.Deceased: "yes", record.LastSeenAt: "2001-01-01"}, why: "do_not_contact deceased stale"},
		"none, and it says every cause": {set: fields{record.ConsentEmail: "no", record.DoNotCall: "yes", record.ConsentSMS: "no", record.ConsentPost: "no"}, why: "permission_denied do_not_call"},
	} {
		c := scene{options: func(o *Options) {
			o.TierCuts = []TierCut{{"high", 800}, {"medium", 100}}
		}}.of(from("crm:1", x.set, all...))
		same(t, name, x.want.String(), c.BestChannel.String())
		same(t, name, x.why, words(c.NotContactable))
	}
	for value, tier := range map[string]string{"800": "high", "799": "medium", "1": "low", "": ""} {
		c := scene{options: func(o *Options) { o.TierCuts = []TierCut{{"high", 800}, {"medium", 100}} }}.of(from("crm:1", fields{record.Value: value}, janes))
		same(t, "tier of "+value, tier, c.Text[record.ValueTier])
	}
}

func TestWhyNot(t *testing.T) {
	c := scene{}.of(from("crm:1", nil))
	same(t, "no point", "no_contact_point", words(c.NotContactable))

	vague := homes
	vague.Status = record.Unknown
	valid := func(o *Options) { o.Usable = []record.Status{record.Valid} }
	c = scene{options: valid}.of(from("crm:1", nil, vague))
	same(t, "a status without a reason", "unknown", words(c.NotContactable))
	c = scene{}.of(from("crm:1", nil, vague))
	same(t, "usable", record.ByPost, c.BestChannel)

	risky := mailbox(jane, record.Disposable)
	c = scene{options: valid}.of(from("crm:1", nil, risky))
	same(t, "risky is not usable", "disposable", words(c.NotContactable))
	c = scene{}.of(from("crm:1", fields{record.ConsentEmail: "no"}, risky))
	same(t, "risky is usable", "permission_denied", words(c.NotContactable))
}

func TestOrderOfPoints(t *testing.T) {
	bad, denied := mailbox("a@a.example", record.Syntax), mailbox("b@a.example")
	c := scene{rows: []told{event("unsubscribe", "2026-01-01", denied)}, options: func(o *Options) { o.PersonScope = false }}.
		of(from("crm:1", nil, homes, cells, bad, denied, janes, mailbox("z@a.example", record.Disposable)))
	var got []string
	for _, p := range c.Points {
		got = append(got, p.Value)
	}
	same(t, "order", []string{jane, "z@a.example", "b@a.example", "a@a.example", cell, home}, got)
}

func TestShown(t *testing.T) {
	gmail := mailbox("janedoe@gmail.com")
	gmail.Display = "Jane.Doe@gmail.com"
	// the columns that hold the forbidden values again
	hidden := []string{
		jane, "JANE@A.example", "mailto:jane@a.example", "Jane <jane@a.example>", "janedoe@gmail.com", "jane.d.oe+x@googlemail.com",
		"+447700900123", "07700 900123", "00 44 7700 900123", "tel: 07700-900-123", "12 High Street, London", "12 HIGH STREET", "12 high street london",
	}
	free := []string{"", "gold", "L-4471", "2026-01-01", "bob@a.example", "+447700900999", "12345678901230", "13 High Street", "London"}
	r := from("crm:1", fields{
		record.DoNotContact: "yes", record.Street: "12 High Street", record.City: "London", record.Postcode: "N1", record.Region: "Greater London", record.Country: "GB",
		record.Company: jane, record.FamilyName: "Doe", record.Value: "447700900123", record.Anniversary: "1977-00-90",
	}, janes, gmail, cells, homes)
	r.Kept = append(append([]string{}, hidden...), free...)
	r.Socials = []string{"@janedoe", "https://social.example/07700900123"}
	c := scene{}.of(r)
	shown, n := Shown(&c)
	same(t, "kept", append(make([]string, len(hidden)), free...), shown.Kept)
	same(t, "socials", []string{"@janedoe", ""}, shown.Socials)
	same(t, "count", len(hidden)+2, n)
	same(t, "the customer itself", hidden[0], c.Kept[0])
	for f, want := range (fields{
		record.Street: "", record.City: "", record.Postcode: "", record.Region: "Greater London", record.Country: "GB", record.Company: "", record.FamilyName: "Doe", record.Value: "447700900123",
	}) {
		same(t, f.String(), want, shown.Text[f])
	}

	// what one channel may use is no secret
	r = from("crm:1", fields{record.ConsentSMS: "no"}, cells)
	r.Kept = []string{cell}
	c = scene{}.of(r)
	shown, n = Shown(&c)
	same(t, "allowed by voice", []string{cell}, shown.Kept)
	same(t, "count", 0, n)

	// the address that may be used need not be the golden one
	second := address("4 Low Lane", "Leeds")
	second.Address.Postcode, second.Address.Region = "LS1", "Yorkshire"
	c = scene{rows: []told{event("returned_mail", "2026-01-01", homes)}}.of(from("crm:1", fields{record.Street: "12 High Street", record.City: "London"}, homes), from("crm:2", nil, second))
	shown, _ = Shown(&c)
	same(t, "street", "4 Low Lane LS1 Leeds Yorkshire GB", shown.Text[record.Street]+" "+shown.Text[record.Postcode]+" "+shown.Text[record.City]+" "+shown.Text[record.Region]+" "+shown.Text[record.Country])

	// a number of which only digits are known, and one too short to be told from others
	c = scene{}.of(from("crm:1", fields{record.DoNotContact: "yes", record.Company: "0999 1234567", record.Segment: "12345"}, mobile("09991234567", record.Unassigned), mobile("12345", record.WrongLength)))
	shown, n = Shown(&c)
	same(t, "digits", "", shown.Text[record.Company])
	same(t, "equal", "", shown.Text[record.Segment])
	same(t, "count", 2, n)
}

func TestRepairs(t *testing.T) {
	typo := becomes(mailbox("jane@gmial.example", record.TypoDomain), "jane@gmail.example")
	old := becomes(mobile("+441712221234", record.ObsoleteFormat), fixed)
	odd := from("crm:1", fields{record.ValueTier: "high"}, typo, janes, old, landline(fixed, record.Renumbered), landline("+441", record.WrongLength))
	odd.Findings = []record.Finding{{Code: "birth_date_future", Effect: record.Asks, Value: "2099-01-01"}, {Code: "note", Effect: record.Notes}}
	c := scene{options: func(o *Options) { o.JudgeStale = false }}.of(odd)
	want := []record.Repair{
		{Priority: 6, Problem: record.TypoDomain, Channel: record.ByEmail, Value: typo.Value, AskVia: record.ByVoice, Suggestion: "jane@gmail.example"},
		{Priority: 3, Problem: record.WrongLength, Channel: record.ByVoice, Value: "+441", AskVia: record.ByVoice},
		{Priority: 3, Problem: "birth_date_future", Value: "2099-01-01", AskVia: record.ByVoice},
	}
	same(t, "repairs", want, c.Repairs)

	c = scene{}.of(from("crm:1", nil, mailbox(jane, record.HardBounce)))
	same(t, "nobody to ask", []record.Repair{{Priority: 1.5, Problem: record.HardBounce, Channel: record.ByEmail, Value: jane}}, c.Repairs)

	j := scene{}.judge()
	c = record.Customer{Members: []record.Record{{}}, Points: []record.ContactPoint{janes}, Findings: []record.Finding{{Code: "names_differ", Effect: record.Asks, Value: "x"}}}
	j.Customer(&c)
	same(t, "of the customer", []record.Repair{{Priority: 1, Problem: "names_differ", Value: "x", AskVia: record.ByEmail}}, c.Repairs)
}

func TestOutlets(t *testing.T) {
	outlets := NewOutlets([]Outlet{
		{"North", "GB", "NE1 1AA", "Newcastle", "Tyne and Wear"},
		{"East", "GB", "N1 7AA", "London", ""},
		{"Airport", "GB", "TW6", "London", ""},
		{"Mitte", "DE", "10115", "Berlin", ""},
		{"Roma", "IT", "00184", "Roma", "Lazio"},
		{"Milano", "IT", "20121", "Milano", "Lombardia"},
	})
	for name, x := range map[string]struct {
		set  fields
		want string
	}{
		"its own stays":             {fields{record.Outlet: "Mine", record.Country: "GB", record.City: "London"}, "Mine"},
		"city and postcode":         {fields{record.Country: "GB", record.City: "LONDON", record.Postcode: "N1 8ZZ"}, "East"},
		"city alone, first by name": {fields{record.Country: "GB", record.City: "London"}, "Airport"},
		"postcode alone":            {fields{record.Country: "GB", record.Postcode: "ne1 4zz"}, "North"},
		"another country":           {fields{record.Country: "FR", record.City: "London"}, ""},
		"the only one there":        {fields{record.Country: "DE", record.Postcode: "80331"}, "Mitte"},
		"region":                    {fields{record.Country: "IT", record.Region: "LAZIO", record.Postcode: "01100"}, "Roma"},
		"nothing alike":             {fields{record.Country: "IT", record.Postcode: "90100", record.City: "Palermo"}, ""},
	} {
		c := scene{options: func(o *Options) { o.Outlets = outlets }}.of(from("crm:1", x.set, janes))
		same(t, name, x.want, c.Text[record.Outlet])
	}
}

func TestFarOutlets(t *testing.T) {
	outlets := NewOutlets([]Outlet{{"North", "GB", "NE1 1AA", "Newcastle", ""}, {"East", "GB", "N1 7AA", "London", ""}, {"West", "GB", "W4 3XT", "London", ""}})
	london := fields{record.Country: "GB", record.City: "London", record.Postcode: "W4 1AA", record.ValueTier: "medium"}
	for outlet, far := range map[string]string{"North": "West", "East": "", "West": "", "Elsewhere": ""} {
		set := fields{record.Outlet: outlet}
		for f, v := range london {
			set[f] = v
		}
		c := scene{options: func(o *Options) { o.Outlets = outlets }}.of(from("crm:1", set, janes))
		same(t, outlet+" stays", outlet, c.Text[record.Outlet])
		var want []record.Repair
		if far != "" {
			want = []record.Repair{{Priority: 4, Problem: FarOutlet, Value: outlet, AskVia: record.ByEmail, Suggestion: far}}
		}
		same(t, outlet, want, c.Repairs)
	}
	c := scene{}.of(from("crm:1", fields{record.Outlet: "East"}, janes), from("shop:1", fields{record.Outlet: "North"}, janes), from("shop:2", fields{record.Outlet: "East"}, janes))
	same(t, "held by", []string{"East", "North"}, c.HeldBy)
}

func TestRules(t *testing.T) {
	yes, no, hundred := true, false, 100.0
	rules := []Rule{
		{Name: "gone", Reachable: &no},
		{Name: "fan", Responded: &yes, Tiers: []string{"high"}},
		{Name: "rich", From: &hundred, Countries: []string{"GB"}},
		{Name: "new", KnownSince: on(before(90))},
		{Name: "quiet", QuietSince: on(before(400))},
		{Name: "woman", Is: map[record.Field][]string{record.Gender: {"female"}}},
		{Name: "active", SeenSince: on(before(400)), To: &hundred},
	}
	s := scene{rows: []told{event("click", "2026-11-01", janes)}, options: func(o *Options) { o.Segments, o.JudgeStale = rules, false }}
	seen := fields{record.LastSeenAt: before(30), record.CreatedAt: before(900)}
	for name, x := range map[string]struct {
		set   fields
		point record.ContactPoint
		want  string
	}{
		"carried":       {fields{record.Segment: "its own"}, mailbox("jane@work.example"), "its own"},
		"nothing works": {fields{}, mailbox("x", record.Syntax), "gone"},
		"responded":     {fields{record.ValueTier: "high"}, janes, "fan"},
		"of value":      {fields{record.Value: "100", record.Country: "GB"}, mailbox("jane@work.example"), "rich"},
		"elsewhere":     {fields{record.Value: "100", record.Country: "FR", record.CreatedAt: before(10)}, mailbox("jane@work.example"), "new"},
		"never seen":    {fields{}, mailbox("jane@work.example"), "quiet"},
		"a word":        {fields{record.LastSeenAt: before(30), record.CreatedAt: before(900), record.Gender: "female"}, mailbox("jane@work.example"), "woman"},
		"seen, value":   {fields{record.LastSeenAt: before(30), record.CreatedAt: before(900), record.Value: "7"}, mailbox("jane@work.example"), "active"},
		"none holds":    {seen, mailbox("jane@work.example"), ""},
	} {
		c := s.of(from("crm:1", x.set, x.point))
		same(t, name, x.want, c.Text[record.Segment])
	}
}

func TestResponse(t *testing.T) {
	c := scene{rows: []told{
		event("delivered", "2026-11-01", janes), contacted(record.BySMS, "2026-11-01", cells), called("answered", "2026-11-02", cells), event("reply", "2026-11-02", janes),
	}}.of(from("crm:1", nil, janes, cells, homes))
	same(t, "contacted", [record.NumChannels]bool{record.ByEmail: true, record.BySMS: true, record.ByVoice: true}, c.Contacted)
	same(t, "responded", [record.NumChannels]bool{record.ByEmail: true, record.ByVoice: true}, c.Responded)
}
