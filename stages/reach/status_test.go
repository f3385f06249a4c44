package reach

import (
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

const (
	jane  = "jane@a.example"
	cell  = "+447700900123"
	fixed = "+442079460000"
	home  = "12 high street|london"
)

var (
	janes  = mailbox(jane)
	cells  = mobile(cell)
	fixeds = landline(fixed)
	homes  = address("12 High Street", "London")
)

// One row a rule: what the feeds and the record say, and what becomes of the point.
func TestStatusOfEvents(t *testing.T) {
	old := fields{record.CreatedAt: "2020-01-01", record.LastSeenAt: before(10)}
	with := func(f record.Field, at string) fields {
		return fields{record.CreatedAt: "2020-01-01", record.LastSeenAt: before(10), f: at}
	}
	for name, x := range map[string]struct {
		point    record.ContactPoint
		set      fields
		rows     []told
		holders  int32
		want     string
		code     record.Reason
		evidence string
	}{
		"no event": {point: janes, want: ""},

		"hard bounce":                      {point: janes, rows: []told{bounced("5.1.1", "2026-03-01", janes)}, want: "hard_bounce", code: record.HardBounce, evidence: "status 2026-03-01 esp"},
		"hard bounce in a server's words":  {point: janes, rows: []told{bounced("smtp; 550 5.1.1 unknown", "2026-03-01", janes)}, want: "hard_bounce"},
		"hard bounce in a sender's word":   {point: janes, rows: []told{bounced("hard", "2026-03-01", janes)}, want: "hard_bounce"},
		"an address is no code":            {point: janes, rows: []told{bounced("550 at 195.1.1.20", "2026-03-01", janes)}, want: ""},
		"the mailbox moved":                {point: janes, rows: []told{bounced("5.1.6", "2026-03-01", janes)}, want: "hard_bounce"},
		"blocked is the sender's":          {point: janes, rows: []told{bounced("5.7.1", "2026-03-01", janes)}, want: ""},
		"malformed is not obsolete":        {point: janes, rows: []told{bounced("5.1.3", "2026-03-01", janes)}, want: ""},
		"bounce on the as-of date":         {point: janes, rows: []told{bounced("5.1.1", today+"T10:00:00Z", janes)}, want: "hard_bounce"},
		"bounce after the as-of date":      {point: janes, rows: []told{bounced("5.1.1", before(-1), janes)}, want: ""},
		"bounce without a date":            {point: janes, rows: []told{bounced("5.1.1", "", janes)}, want: ""},
		"hard bounce undone by a click":    {point: janes, rows: []told{bounced("5.1.1", "2026-03-01", janes), event("click", "2026-03-02", janes)}, want: "", code: record.HardBounce, evidence: "undone 2026-03-02 esp"},
		"hard bounce undone by delivered":  {point: janes, rows: []told{bounced("5.1.1", "2026-03-01", janes), event("delivered", "2026-03-02", janes)}, want: ""},
		"hard bounce undone by a record":   {point: janes, set: with(record.EmailConfirmedAt, "2026-03-02"), rows: []told{bounced("5.1.1", "2026-03-01", janes)}, want: ""},
		"hard bounce not undone by open":   {point: janes, rows: []told{bounced("5.1.1", "2026-03-01", janes), event("open", "2026-03-02", janes)}, want: "hard_bounce"},
		"hard bounce not by an opt-in":     {point: janes, rows: []told{bounced("5.1.1", "2026-03-01", janes), event("opt_in", "2026-03-02", janes)}, want: "hard_bounce"},
		"hard bounce not by an earlier":    {point: janes, rows: []told{bounced("5.1.1", "2026-03-01", janes), event("click", "2026-02-28", janes)}, want: "hard_bounce"},
		"hard bounce not in the same hour": {point: janes, rows: []told{bounced("5.1.1", "2026-03-01", janes), event("click", "2026-03-01", janes)}, want: "hard_bounce"},
		"hard bounce not by the customer":  {point: janes, set: with(record.LastSeenAt, before(1)), rows: []told{bounced("5.1.1", "2026-03-01", janes)}, want: "hard_bounce"},
		"sign of life after the as-of":     {point: janes, rows: []told{bounced("5.1.1", "2026-03-01", janes), event("click", before(-2), janes)}, want: "hard_bounce"},

		"two soft bounces":            {point: janes, rows: soft("2026-03-01", "2026-03-02"), want: ""},
		"three soft bounces":          {point: janes, rows: soft("2026-03-01", "2026-03-02", "2026-03-03"), want: "soft_bounce", code: record.SoftBounce, evidence: "status 2026-03-03 esp"},
		"one soft bounce told thrice": {point: janes, rows: soft("2026-03-01", "2026-03-01", "2026-03-01"), want: ""},
		"delivered between them":      {point: janes, rows: append(soft("2026-03-01", "2026-03-03", "2026-03-04"), event("delivered", "2026-03-02", janes)), want: "", code: record.SoftBounce, evidence: ""},
		"three after a delivery":      {point: janes, rows: append(soft("2026-03-01", "2026-03-03", "2026-03-04", "2026-03-05"), event("delivered", "2026-03-02", janes)), want: "soft_bounce"},
		"soft bounces undone":         {point: janes, rows: append(soft("2026-03-01", "2026-03-02", "2026-03-03"), event("delivered", "2026-03-04", janes)), want: "", code: record.SoftBounce, evidence: "undone 2026-03-04 esp"},
		"a code that no table has":    {point: janes, rows: append(soft("2026-03-01", "2026-03-02"), bounced("4.9.9", "2026-03-03", janes)), want: "soft_bounce"},

		"mailbox full":        {point: janes, rows: []told{bounced("5.2.2", "2026-03-01", janes)}, want: "mailbox_full", code: record.MailboxFull, evidence: "status 2026-03-01 esp"},
		"mailbox full undone": {point: janes, rows: []told{bounced("4.2.2", "2026-03-01", janes), event("delivered", "2026-03-02", janes)}, want: ""},

		"inactive":                        {point: janes, rows: mailed(300, 100), want: "inactive", code: record.Inactive, evidence: "status 2026-08-13 contacts"},
		"inactive on the boundary":        {point: janes, rows: mailed(180, 179), want: "inactive"},
		"sent to for too short a time":    {point: janes, rows: mailed(179, 100), want: ""},
		"not sent to any more":            {point: janes, rows: mailed(300, 181), want: ""},
		"inactive undone by an open":      {point: janes, rows: append(mailed(300, 100), event("open", before(90), janes)), want: "", code: record.Inactive, evidence: ""},
		"inactive undone by a reply":      {point: janes, rows: append(mailed(300, 100), event("reply", before(90), janes)), want: ""},
		"an open too long ago":            {point: janes, rows: append(mailed(300, 100), event("open", before(180), janes)), want: "inactive"},
		"delivered does not undo it":      {point: janes, rows: append(mailed(300, 100), event("delivered", before(90), janes)), want: "inactive"},
		"letters are not opened":          {point: homes, rows: []told{contacted(record.ByPost, before(300), homes), contacted(record.ByPost, before(100), homes)}, want: ""},
		"disconnected":                    {point: cells, rows: []told{called("disconnected", "2026-03-01", cells)}, want: "disconnected", code: record.Disconnected, evidence: "status 2026-03-01 calls"},
		"disconnected undone by a call":   {point: cells, rows: []told{called("disconnected", "2026-03-01", cells), called("answered", "2026-03-02", cells)}, want: ""},
		"disconnected, then no answer":    {point: cells, rows: []told{called("disconnected", "2026-03-01", cells), called("no_answer", "2026-03-02", cells)}, want: "disconnected"},
		"disconnected, then delivered":    {point: cells, rows: []told{called("disconnected", "2026-03-01", cells), event("delivered", "2026-03-02", cells)}, want: "disconnected"},
		"wrong party":                     {point: cells, rows: []told{called("wrong_party", "2026-03-01", cells)}, want: "wrong_party"},
		"wrong party, then answered":      {point: cells, rows: []told{called("wrong_party", "2026-03-01", cells), called("answered", "2026-03-02", cells)}, want: "wrong_party"},
		"wrong party, then confirmed":     {point: cells, rows: []told{called("wrong_party", "2026-03-01", cells), event("address_confirmed", "2026-03-02", cells)}, want: ""},
		"wrong party, then in a record":   {point: cells, set: with(record.PhoneConfirmedAt, "2026-03-02"), rows: []told{called("wrong_party", "2026-03-01", cells)}, want: "", code: record.WrongParty, evidence: "undone 2026-03-02 calls"},
		"wrong party, then an opt-in":     {point: cells, rows: []told{called("wrong_party", "2026-03-01", cells), event("opt_in", "2026-03-02", cells)}, want: "wrong_party"},
		"reassigned":                      {point: cells, rows: []told{asked("yes", "2026-03-01", cells)}, want: "reassigned", code: record.Reassigned, evidence: "status 2026-03-01 rnd"},
		"not reassigned":                  {point: cells, rows: []told{asked("no", "2026-03-01", cells)}, want: ""},
		"no data is no safe harbour":      {point: cells, rows: []told{asked("no_data", "2026-03-01", cells)}, want: ""},
		"asked on the day of capture":     {point: cells, rows: []told{asked("yes", "2020-01-01", cells)}, want: ""},
		"asked before the capture":        {point: cells, rows: []told{asked("yes", "2019-01-01", cells)}, want: ""},
		"asked before the confirmation":   {point: cells, set: with(record.PhoneConfirmedAt, "2026-03-02"), rows: []told{asked("yes", "2026-03-01", cells)}, want: ""},
		"a capture in the future":         {point: cells, set: with(record.UpdatedAt, "2027-01-01"), rows: []told{asked("yes", "2026-03-01", cells)}, want: "reassigned"},
		"confirmed in the future":         {point: cells, set: with(record.PhoneConfirmedAt, "2027-01-01"), rows: []told{asked("yes", "2026-03-01", cells)}, want: "reassigned"},
		"reassigned, then answered":       {point: cells, rows: []told{asked("yes", "2026-03-01", cells), called("answered", "2026-03-02", cells)}, want: "reassigned"},
		"reassigned, then confirmed":      {point: cells, rows: []told{asked("yes", "2026-03-01", cells), event("address_confirmed", "2026-03-02", cells)}, want: ""},
		"asked without a date":            {point: cells, rows: []told{asked("yes", "", cells)}, want: ""},
		"returned mail":                   {point: homes, rows: []told{event("returned_mail", "2026-03-01", homes)}, want: "returned_mail"},
		"returned mail of a record":       {point: homes, rows: []told{event("returned_mail", "2026-03-01").by(record.ByPost).of("crm:1")}, want: "returned_mail"},
		"returned mail of another":        {point: homes, rows: []told{event("returned_mail", "2026-03-01").by(record.ByPost).of("crm:2")}, want: ""},
		"returned mail, then confirmed":   {point: homes, rows: []told{event("returned_mail", "2026-03-01").by(record.ByPost).of("crm:1"), event("address_confirmed", "2026-03-02", homes)}, want: ""},
		"returned mail, then delivered":   {point: homes, rows: []told{event("returned_mail", "2026-03-01", homes), event("delivered", "2026-03-02", homes)}, want: "returned_mail"},
		"an email event names its record": {point: homes, rows: []told{event("returned_mail", "2026-03-01", homes), event("click", "2026-03-02", janes).of("crm:1")}, want: "returned_mail"},

		"mailbox of three":    {point: janes, holders: 3, want: ""},
		"mailbox of four":     {point: janes, holders: 4, want: "shared", code: record.SharedPoint, evidence: "status customers"},
		"number of four":      {point: cells, holders: 4, want: "shared"},
		"address of seven":    {point: homes, holders: 7, want: ""},
		"address of eight":    {point: homes, holders: 8, want: "shared"},
		"all reasons, sorted": {point: mailbox(jane, record.Disposable), holders: 4, rows: []told{bounced("5.2.2", "2026-03-01", janes), bounced("5.1.1", "2026-03-01", janes)}, want: "hard_bounce disposable mailbox_full shared"},

		"old format is never undone":     {point: mobile(cell, record.ObsoleteFormat), rows: []told{called("answered", before(1), cells)}, want: "obsolete_format"},
		"withdrawn range is never":       {point: mobile(cell, record.WithdrawnRange), rows: []told{event("address_confirmed", before(1), cells)}, want: "withdrawn_range"},
		"moved provider is never":        {point: mailbox(jane, record.ProviderMoved), rows: []told{event("reply", before(1), janes)}, want: "provider_moved"},
		"a dated reason explains others": {point: mobile(cell, record.ObsoleteFormat, record.Unassigned, record.WrongLength, record.Unparseable), want: "obsolete_format"},
		"a closed provider explains":     {point: mailbox(jane, record.ProviderClosed, record.NoMailServer, record.UnknownTLD), want: "provider_closed"},
	} {
		t.Run(name, func(t *testing.T) {
			set := x.set
			if set == nil {
				set = old
			}
			c := scene{rows: x.rows, holders: map[string]int32{x.point.Value: x.holders}}.of(from("crm:1", set, x.point))
			p := &c.Points[0]
			same(t, "reasons", x.want, words(p.Reasons))
			worst := record.Valid
			for _, r := range p.Reasons {
				worst = max(worst, r.Status())
			}
			same(t, "status", worst.String(), p.Status.String())
			if x.code != "" {
				same(t, "evidence", x.evidence, evidence(&c, x.code))
			}
		})
	}
}

func soft(days ...string) (rows []told) {
	for _, d := range days {
		rows = append(rows, bounced("4.4.1", d, janes))
	}
	return rows
}

func mailed(daysAgo ...int) (rows []told) {
	for _, d := range daysAgo {
		rows = append(rows, contacted(record.ByEmail, before(d), janes))
	}
	return rows
}

func TestClosedProvider(t *testing.T) {
	closed := func(reason record.Reason) record.Record {
		r := from("crm:1", fields{record.CreatedAt: "2010-01-01"}, mailbox(jane, reason, record.FreeProvider))
		r.Findings = []record.Finding{{Kind: record.EmailPoint, Value: jane, Code: reason, At: on("2015-06-30"), Source: "closed_providers"}}
		return r
	}
	for _, reason := range []record.Reason{record.ProviderClosed, record.ProviderPaidOnly} {
		for at, back := range map[string]bool{"2015-06-29": false, "2015-06-30T10:00:00Z": false, "2015-07-01": true, before(-1): false} {
			for _, what := range []string{"reply", "click", "address_confirmed", "open", "delivered"} {
				c := scene{rows: []told{event(what, at, janes)}, options: func(o *Options) { o.JudgeStale = false }}.of(closed(reason))
				alive := back && what != "open" && what != "delivered"
				if got := !c.Points[0].Has(reason); got != alive {
					t.Errorf("%s, %s on %s: the provider is back: %v, want %v", reason, what, at, got, alive)
				}
				if alive {
					same(t, "evidence", "undone 2015-07-01 closed_providers", evidence(&c, reason))
				}
			}
		}
	}
}

// Who moved its mailboxes forwards their mail: an answer says nothing of the old name.
func TestMovedProviderStaysMoved(t *testing.T) {
	old := becomes(mailbox("jane@old.example", record.ProviderMoved), "jane@new.example")
	for _, what := range []string{"reply", "click", "address_confirmed"} {
		c := scene{rows: []told{event(what, before(1), old, mailbox("jane@new.example", record.Renumbered))}}.of(from("crm:1", fields{record.CreatedAt: "2010-01-01"}, old, mailbox("jane@new.example", record.Renumbered)))
		same(t, what, "provider_moved", words(pointOf(t, &c, "jane@old.example").Reasons))
		same(t, what, record.Valid, pointOf(t, &c, "jane@new.example").Status)
	}
}

func TestStale(t *testing.T) {
	for name, x := range map[string]struct {
		set   fields
		rows  []told
		off   bool
		never bool
		want  bool
	}{
		"seen on the last day that counts":  {set: fields{record.LastSeenAt: "2024-11-21"}},
		"seen the day before":               {set: fields{record.LastSeenAt: "2024-11-20"}, want: true},
		"the job cannot tell":               {set: fields{record.LastSeenAt: "2024-11-20"}, off: true},
		"stale_after is not set":            {set: fields{record.LastSeenAt: "2024-11-20"}, never: true},
		"no dated sign of life":             {set: fields{record.CreatedAt: "2001-01-01", record.UpdatedAt: "2002-01-01"}},
		"a point of the customer was alive": {set: fields{record.LastSeenAt: "2020-01-01"}, rows: []told{called("answered", "2026-01-01", cells)}},
		"an opt-in is no sign of life":      {set: fields{record.LastSeenAt: "2020-01-01"}, rows: []told{event("opt_in", "2026-01-01", janes)}, want: true},
		"an open is no sign of life":        {set: fields{record.LastSeenAt: "2020-01-01"}, rows: []told{event("open", "2026-01-01", janes)}, want: true},
		"confirmed once":                    {set: fields{record.EmailConfirmedAt: "2020-01-01"}, want: true},
		"seen after the as-of date":         {set: fields{record.LastSeenAt: "2027-01-01", record.EmailConfirmedAt: "2026-01-01"}},
		"alive after the as-of date only":   {set: fields{record.LastSeenAt: "2027-01-01"}},
		"confirmed after the as-of date":    {set: fields{record.LastSeenAt: "2020-01-01", record.EmailConfirmedAt: "2027-01-01"}, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			c := scene{rows: x.rows, options: func(o *Options) {
				o.JudgeStale = !x.off
				if x.never {
					o.StaleBefore = 0
				}
			}}.of(from("crm:1", x.set, janes, cells))
			for i := range c.Points {
				if got := c.Points[i].Has(record.Stale); got != x.want {
					t.Errorf("%s is stale: %v, want %v", c.Points[i].Kind, got, x.want)
				}
			}
			if c.LastSeenAt > on(today)+day {
				t.Error("a sign of life after the as-of date is shown")
			}
		})
	}
}

func TestSuperseded(t *testing.T) {
	newMail := mailbox("new@a.example")
	old := func(points ...record.ContactPoint) record.Record {
		return identified(from("crm:1", fields{record.UpdatedAt: "2020-01-01"}, points...), "7")
	}
	next := func(key, at string, points ...record.ContactPoint) record.Record {
		return identified(from(key, fields{record.UpdatedAt: at}, points...), "7")
	}
	for name, x := range map[string]struct {
		members  []record.Record
		rows     []told
		before   bool
		point    string
		want     bool
		evidence string
	}{
		"a newer record has another":          {members: []record.Record{old(janes), next("crm:2", "2021-01-01", newMail)}, want: true, evidence: "status 2021-01-01 crm:2"},
		"the latest of two":                   {members: []record.Record{old(janes), next("crm:2", "2021-01-01", newMail), next("crm:3", "2022-01-01", newMail)}, want: true, evidence: "status 2022-01-01 crm:3"},
		"created counts where nothing else":   {members: []record.Record{old(janes), identified(from("crm:2", fields{record.CreatedAt: "2021-01-01"}, newMail), "7")}, want: true},
		"of another source":                   {members: []record.Record{old(janes), next("shop:2", "2021-01-01", newMail)}},
		"with another number":                 {members: []record.Record{old(janes), identified(next("crm:2", "2021-01-01", newMail), "8")}},
		"at the same time":                    {members: []record.Record{old(janes), next("crm:2", "2020-01-01", newMail)}},
		"no date":                             {members: []record.Record{identified(from("crm:1", nil, janes), "7"), next("crm:2", "2021-01-01", newMail)}},
		"after the as-of date":                {members: []record.Record{old(janes), next("crm:2", before(-1), newMail)}},
		"on the as-of date":                   {members: []record.Record{old(janes), next("crm:2", today+"T09:00:00Z", newMail)}, want: true},
		"it has both":                         {members: []record.Record{old(janes), next("crm:2", "2021-01-01", newMail, janes)}},
		"it has none of the kind":             {members: []record.Record{old(janes), next("crm:2", "2021-01-01", cells)}},
		"its value is none":                   {members: []record.Record{old(janes), next("crm:2", "2021-01-01", mailbox("none@none", record.Placeholder))}},
		"a later one still has it":            {members: []record.Record{old(janes), next("crm:2", "2021-01-01", newMail), next("crm:3", "2021-01-01", janes)}},
		"a later one of another source":       {members: []record.Record{old(janes), next("crm:2", "2021-01-01", newMail), next("shop:1", "2021-01-01", janes)}, want: true},
		"another row of the record":           {members: []record.Record{old(janes), from("crm:2~0123abcd", fields{record.UpdatedAt: "2022-01-01"}, janes), next("crm:2", "2021-01-01", newMail)}},
		"undone by a reply":                   {members: []record.Record{old(janes), next("crm:2", "2021-01-01", newMail)}, rows: []told{event("reply", "2021-01-02", janes)}, evidence: "undone 2021-01-02 crm:2"},
		"not by an earlier reply":             {members: []record.Record{old(janes), next("crm:2", "2021-01-01", newMail)}, rows: []told{event("reply", "2020-06-01", janes)}, want: true},
		"two mailboxes of one record":         {members: []record.Record{old(janes, newMail)}},
		"the same record in the previous run": {members: []record.Record{from("crm:1", fields{record.UpdatedAt: "2021-01-01"}, newMail), from("shop:1", fields{record.UpdatedAt: "2019-01-01"}, janes)}, before: true, want: true, evidence: "status 2021-01-01 crm:1"},
		"the same without a date":             {members: []record.Record{from("crm:1", nil, newMail), from("shop:1", nil, janes)}, before: true, want: true, evidence: "status 2026-11-21 crm:1"},
		"its new form is the newer":           {members: []record.Record{old(becomes(mobile("+441712221234", record.ObsoleteFormat), fixed), landline(fixed, record.Renumbered)), next("crm:2", "2021-01-01", fixeds)}, point: "+441712221234"},
		"so is the new form":                  {members: []record.Record{old(becomes(mobile("+441712221234", record.ObsoleteFormat), fixed), landline(fixed, record.Renumbered)), next("crm:2", "2021-01-01", cells)}, point: fixed, want: true},
		"a newer address":                     {members: []record.Record{old(homes), next("crm:2", "2021-01-01", address("4 Low Lane", "Leeds"))}, point: home, want: true},
		"a slip of the pen":                   {members: []record.Record{old(homes), next("crm:2", "2021-01-01", address("12 Hihg Street", "London"))}, point: home},
	} {
		t.Run(name, func(t *testing.T) {
			c := scene{rows: x.rows, options: func(o *Options) {
				o.JudgeStale = false
				if x.before {
					o.Former = func(k record.Key) []record.ContactPoint {
						if k.Source == "crm" {
							return []record.ContactPoint{janes}
						}
						return nil
					}
				}
			}}.of(x.members...)
			value := x.point
			if value == "" {
				value = jane
			}
			p := pointOf(t, &c, value)
			if got := p.Has(record.Superseded); got != x.want {
				t.Errorf("superseded: %v, want %v (%s)", got, x.want, words(p.Reasons))
			}
			if x.evidence != "" {
				same(t, "evidence", x.evidence, evidence(&c, record.Superseded))
			}
		})
	}
}

func TestOnePlace(t *testing.T) {
	at := func(street, postcode, city string) *record.ContactPoint {
		p := address(street, city)
		p.Value = strings.ToLower(street) + "||" + strings.ToLower(postcode) + "|" + strings.ToLower(city)
		p.Address.Postcode = postcode
		return &p
	}
	for _, x := range []struct {
		a, b *record.ContactPoint
		want bool
	}{
		{at("12 High Street", "W4 3XT", "London"), at("12 high st", "w43xt", "London"), true},
		{at("91 Mill Street", "60670", "Chicago"), at("91 Mi1l Street", "60670", "Chicago"), true},
		{at("141 5chool Grove", "LS8 1LF", "Leeds"), at("141 School Grove", "LS8 1LF", "Leedz"), true},
		{at("7 Rai1way Road", "B3 6NQ", "Birmingham"), at("7 Railway Road", "B3 6NS", "Birmingham"), true},
		{at("12 High Street", "", "London"), at("12 Hihg Street", "", "London"), true},
		{at("12 High Street Flat 4", "W4 3XT", "London"), at("12 High Street", "W4 3XT", "London"), true},
		{at("135 church street", "98126", "Seattle"), at("13 5church street", "98126", "Seattle"), true},
		{at("77south street", "BT9 9YZ", "Belfast"), at("77 South Street", "BT9 9YZ", "Belfast"), true},
		{at("111 allee Aristide Briand", "75004", "Paris"), at("111 allee Aristide nBriand", "750", "Paris"), true},
		{at("1 East Maple Avenue", "98198", "Seattle"), at("1 East Maple Abe", "98198", "Seattle"), true},
		{at("12 Park Road", "78248", "Houston"), at("12 Oak Lane", "78248", "Houston"), false},
		{at("12", "1000", "Brussels"), at("12", "1000", "Brussels"), true},
		{at("70 Madison Street", "43287", "Columbus"), at("70 Magnolia Circle", "43226", "Columbus"), false},
		{at("5 Temple Road", "700011", "Kolkata"), at("5 Mahatma Gandhi Road", "700006", "Kolkata"), false},
		{at("12 Mill Lane", "LS8 1LF", "Leeds"), at("12 Hill Lane", "LS2 7AA", "Leeds"), false},
		{at("12 High Street", "W4 3XT", "London"), at("21 High Street", "W4 3XT", "London"), true},
		{at("4 Mill Avenue", "EH15 9XN", "Edinburgh"), at("44 Mill Avenue", "EH15 9XN", "Edinburgh"), true},
		{at("4 Mill Avenue", "EH15 9XN", "Edinburgh"), at("6 Mill Avenue", "EH15 9XN", "Edinburgh"), false},
		{at("Schulring r8", "04156", "Leipzig"), at("Schulring 48", "04156", "Leipzig"), true},
		{at("Blumenstrasse", "40438", "Koln"), at("Blumenstrasse 4", "40438", "Koln"), true},
		{at("10 Jefferson 5t", "30389", "Atlanta"), at("10 Jefferson Street", "30389", "Atlanta"), true},
		{at("73 Muhlenallee", "50631", "Koln"), at("37 Muhlenallee", "506", "Koln"), true},
		{at("73 Muhlenallee", "50631", "Koln"), at("12 Muhlenallee", "506", "Koln"), false},
		{at("13 allee Jean Jaures", "69001", "Lyon"), at("13 allee Jean Jaures", "69004", "Lyori"), true},
		{at("13 allee Jean Jaures", "69001", "Lyon"), at("13 allee Jean Jaures", "59000", "Lille"), false},
		{at("12 High Street", "W4 3XT", "London"), at("95 High Street", "W4 3XT", "London"), false},
		{at("12 High Street", "W4 3XT", "London"), at("21 High Street", "W4 3XU", "London"), false},
		{at("61k ings Way", "EH1 4NY", "Edinburgh"), at("61 Kings Way", "EH1 4NY", "Edinburgh"), true},
		{at("hauptweg 1 koln", "81463", "Koln"), at("hautweg 1", "81463", "Koln"), true},
		{at("6a High Street", "W4 3XT", "London"), at("6b High Street", "W4 3XT", "London"), false},
		{at("12 High Street", "W4 3XT", "London"), at("12 High Street", "LS8 1LF", "Leeds"), false},
	} {
		if onePlace(x.a, x.b) != x.want || onePlace(x.b, x.a) != x.want {
			t.Errorf("%q and %q are one place: %v", x.a.Value, x.b.Value, !x.want)
		}
	}
}

func TestMoved(t *testing.T) {
	leeds := address("4 Low Lane", "Leeds")
	at := func(key, day string, p record.ContactPoint) record.Record {
		return from(key, fields{record.CreatedAt: day}, p)
	}
	for name, x := range map[string]struct {
		members []record.Record
		rows    []told
		want    string
	}{
		"a newer address of any source": {members: []record.Record{at("crm:1", "2020-01-01", homes), at("shop:1", "2021-01-01", leeds)}, want: "moved"},
		"never undone":                  {members: []record.Record{at("crm:1", "2020-01-01", homes), at("shop:1", "2021-01-01", leeds)}, rows: []told{event("address_confirmed", "2026-01-01", homes)}, want: "moved"},
		"one with a wrong postcode":     {members: []record.Record{at("crm:1", "2020-01-01", homes), at("shop:1", "2021-01-01", address("4 Low Lane", "Leeds", record.BadPostcode))}, want: "moved"},
		"on the same day":               {members: []record.Record{at("crm:1", "2021-01-01", homes), at("shop:1", "2021-01-01", leeds)}},
		"an older one":                  {members: []record.Record{at("crm:1", "2022-01-01", homes), at("shop:1", "2021-01-01", leeds)}},
		"no date":                       {members: []record.Record{at("crm:1", "", homes), at("shop:1", "2021-01-01", leeds)}},
		"a date to come":                {members: []record.Record{at("crm:1", "2020-01-01", homes), at("shop:1", before(-1), leeds)}},
		"not whole":                     {members: []record.Record{at("crm:1", "2020-01-01", homes), at("shop:1", "2021-01-01", address("4 Low Lane", "", record.Incomplete))}},
		"another spelling":              {members: []record.Record{at("crm:1", "2020-01-01", homes), at("shop:1", "2021-01-01", address("12 High Str.", "London"))}},
	} {
		t.Run(name, func(t *testing.T) {
			c := scene{rows: x.rows, options: func(o *Options) { o.JudgeStale = false }}.of(x.members...)
			p := pointOf(t, &c, home)
			same(t, "reasons", x.want, words(p.Reasons))
			if x.want != "" {
				same(t, "replaced_by", leeds.Value, p.ReplacedBy)
				same(t, "evidence", "status 2021-01-01 shop:1", evidence(&c, record.Moved))
			}
		})
	}
}

// What befell the old form says nothing of the new one; who lives behind it does.
func TestReplacementInherits(t *testing.T) {
	old := becomes(mailbox("jane@old.example", record.ProviderMoved), "jane@new.example")
	fresh := mailbox("jane@new.example", record.Renumbered)
	both := []record.ContactPoint{old, fresh}
	r := from("crm:1", fields{record.CreatedAt: "2001-01-01", record.ConsentEmail: "yes", record.ConsentAt: "2020-01-01", record.ConsentBasis: "express"}, old, fresh)
	rows := append(soft(), bounced("5.1.1", "2026-01-01", both...), bounced("5.2.2", "2026-01-01", both...), event("click", "2025-12-01", both...))
	for _, d := range []int{300, 10} {
		rows = append(rows, contacted(record.ByEmail, before(d), both...))
	}
	s := scene{rows: rows, options: func(o *Options) { o.Require[record.ByEmail] = Granted; o.MaxContacts[record.ByEmail] = Rate{2, 30} }}
	c := s.of(r)
	p := pointOf(t, &c, fresh.Value)
	same(t, "reasons", "renumbered", words(p.Reasons))
	same(t, "captured", on("2001-01-01"), p.CapturedAt)
	same(t, "confirmed", on("2025-12-01"), p.ConfirmedAt)
	x := use(t, &c, fresh.Value, record.ByEmail)
	same(t, "permission", "granted 2020-01-01T00:00:00Z express crm", x.Answer.String()+" "+x.At.String()+" "+x.Basis+" "+x.Source)
	if !x.Contactable {
		t.Errorf("one contact was counted twice, or a grant was lost: %s", words(x.Reasons))
	}
	same(t, "old", "provider_moved hard_bounce mailbox_full inactive", words(pointOf(t, &c, old.Value).Reasons))

	// what the record says of the new form is no grant for the old one
	alone := from("crm:2", fields{record.ConsentEmail: "yes"}, mailbox("jane@new.example"))
	bare := from("crm:1", nil, old, fresh)
	c = s.of(bare, alone)
	same(t, "old", record.Unasked, use(t, &c, old.Value, record.ByEmail).Answer)
	same(t, "new", record.Granted, use(t, &c, fresh.Value, record.ByEmail).Answer)

	for name, denied := range map[string]record.ContactPoint{"old": old, "new": fresh} {
		c = scene{rows: []told{event("unsubscribe", "2026-01-01", denied)}, options: func(o *Options) { o.PersonScope = false }}.of(r)
		for _, v := range []string{old.Value, fresh.Value} {
			same(t, name+" denied, "+v, record.Denied, use(t, &c, v, record.ByEmail).Answer)
		}
	}
}

func TestPCurrent(t *testing.T) {
	for at, want := range map[string]float64{"2025-11-21": 0.750148, "2025-11-20T18:00:00Z": 0.75, today + "T10:00:00Z": 1, "": -1} {
		c := scene{}.of(from("crm:1", fields{record.CreatedAt: at}, janes, cells))
		same(t, "email of "+at, want, pointOf(t, &c, jane).PCurrent)
		same(t, "phone", -1.0, pointOf(t, &c, cell).PCurrent)
	}
}
