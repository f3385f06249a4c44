package reach

import (
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// One row a rule of permission: what records and feeds say, and whether the value may be used.
func TestPermission(t *testing.T) {
	const work = "jane@work.example"
	works := mailbox(work)
	typo := becomes(mailbox("jane@gmial.example", record.TypoDomain), jane)
	oldCell := becomes(mobile("+447700100123", record.ObsoleteFormat), cell)
	extension := landline(fixed + ";ext=12")
	yes := func(basis, at string) fields {
		return fields{record.ConsentEmail: "yes", record.ConsentBasis: basis, record.ConsentAt: at}
	}
	no := func(at string) fields { return fields{record.ConsentEmail: "no", record.ConsentAt: at} }
	one := func(set fields, points ...record.ContactPoint) []record.Record {
		return []record.Record{from("crm:1", set, points...)}
	}
	two := func(a, b fields) []record.Record {
		return []record.Record{from("crm:1", a, janes), from("shop:1", b, janes)}
	}
	again := func(a, b fields) []record.Record {
		return []record.Record{from("crm:1", a, janes), from("crm:1~0a1b2c3d", b, janes)}
	}
	for name, x := range map[string]struct {
		members []record.Record
		rows    []told
		shared  bool
		byPoint bool // denial_scope: point
		require Requirement
		value   string
		channel record.Channel
		answer  record.Answer
		reasons string
	}{
		"nobody asked":                  {members: one(nil, janes), answer: record.Unasked},
		"nobody asked, a grant needed":  {members: one(nil, janes), require: Granted, answer: record.Unasked, reasons: "no_permission"},
		"granted":                       {members: one(yes("express", "2020-01-01"), janes), require: Granted, answer: record.Granted},
		"granted without a date":        {members: one(yes("express", ""), janes), require: Granted, answer: record.Granted},
		"granted to come":               {members: one(yes("express", before(-1)), janes), require: Granted, answer: record.Unasked, reasons: "no_permission"},
		"granted on the as-of date":     {members: one(yes("express", today+"T23:00:00Z"), janes), require: Granted, answer: record.Granted},
		"implied, on its last day":      {members: one(yes("implied_purchase", "2024-11-21"), janes), require: Granted, answer: record.Granted},
		"implied, the day after":        {members: one(yes("implied_purchase", "2024-11-20"), janes), answer: record.Expired, reasons: "permission_expired"},
		"inquiry, on its last day":      {members: one(yes("implied_inquiry", "2026-05-21"), janes), answer: record.Granted},
		"days, on the last":             {members: one(yes("pilot", "2026-11-11"), janes), answer: record.Granted},
		"days, the day after":           {members: one(yes("pilot", "2026-11-10"), janes), answer: record.Expired, reasons: "permission_expired"},
		"inquiry, the day after":        {members: one(yes("implied_inquiry", "2026-05-20"), janes), answer: record.Expired, reasons: "permission_expired"},
		"implied, nobody knows when":    {members: one(yes("implied_purchase", ""), janes), answer: record.Expired, reasons: "permission_expired"},
		"expired here, express there":   {members: two(yes("implied_purchase", "2020-01-01"), yes("express", "2019-01-01")), require: Granted, answer: record.Granted},
		"express there, expired here":   {members: two(yes("express", "2019-01-01"), yes("implied_purchase", "2020-01-01")), require: Granted, answer: record.Granted},
		"another record's mailbox":      {members: []record.Record{from("crm:1", yes("express", "2020-01-01"), works), from("crm:2", nil, janes)}, require: Granted, answer: record.Unasked, reasons: "no_permission"},
		"a grant for another channel":   {members: one(fields{record.ConsentSMS: "yes"}, janes), require: Granted, answer: record.Unasked, reasons: "no_permission"},
		"opted in":                      {members: one(nil, janes), rows: []told{event("opt_in", "2020-01-01", janes)}, require: Granted, answer: record.Granted},
		"opted in without a date":       {members: one(nil, janes), rows: []told{event("opt_in", "", janes)}, require: Granted, answer: record.Granted},
		"opted in to come":              {members: one(nil, janes), rows: []told{event("opt_in", before(-1), janes)}, require: Granted, answer: record.Unasked, reasons: "no_permission"},
		"opted in with another value":   {members: one(nil, janes, works), rows: []told{event("opt_in", "2020-01-01", works)}, require: Granted, answer: record.Unasked, reasons: "no_permission"},
		"opted in to text, not calls":   {members: one(nil, cells), rows: []told{event("opt_in", "2020-01-01", cells).by(record.BySMS)}, require: Granted, value: cell, channel: record.ByVoice, answer: record.Unasked, reasons: "no_permission"},
		"an old mailbox's grant":        {members: one(yes("express", "2020-01-01"), becomes(mailbox("j@old.example", record.ProviderMoved), jane), mailbox(jane, record.Renumbered)), require: Granted, answer: record.Granted},
		"denied by a record":            {members: one(no("2020-01-01"), janes), answer: record.Denied, reasons: "permission_denied"},
		"denied without a date":         {members: one(no(""), janes), answer: record.Denied, reasons: "permission_denied"},
		"denied to come":                {members: one(no(before(-9)), janes), answer: record.Denied, reasons: "permission_denied"},
		"denied by another record":      {members: []record.Record{from("crm:1", no("2020-01-01"), works), from("shop:1", yes("express", "2021-01-01"), janes)}, answer: record.Denied, reasons: "permission_denied"},
		"denied without any value":      {members: []record.Record{from("crm:1", no("2020-01-01")), from("shop:1", nil, janes)}, answer: record.Denied, reasons: "permission_denied"},
		"denied here, granted there":    {members: two(no("2020-01-01"), yes("express", "2024-01-01")), answer: record.Denied, reasons: "permission_denied"},
		"the same row granted later":    {members: again(no("2020-01-01"), yes("express", "2020-01-02")), answer: record.Granted},
		"the same row denied later":     {members: again(no("2020-01-02"), yes("express", "2020-01-01")), answer: record.Denied, reasons: "permission_denied"},
		"the same row at one moment":    {members: again(no("2020-01-01"), yes("express", "2020-01-01")), answer: record.Denied, reasons: "permission_denied"},
		"the same row, no date to lift": {members: again(no("2020-01-01"), yes("express", "")), answer: record.Denied, reasons: "permission_denied"},
		"the same row, no date denied":  {members: again(no(""), yes("express", "2024-01-01")), answer: record.Denied, reasons: "permission_denied"},
		"the same row grants to come":   {members: again(no("2020-01-01"), yes("express", before(-1))), answer: record.Denied, reasons: "permission_denied"},
		"a row of another id":           {members: []record.Record{from("crm:1", no("2020-01-01"), janes), from("crm:2", yes("express", "2024-01-01"), janes)}, answer: record.Denied, reasons: "permission_denied"},
		"denied for another channel":    {members: one(fields{record.ConsentSMS: "no"}, janes), answer: record.Unasked},
		"leave me alone":                {members: []record.Record{from("crm:1", fields{record.DoNotContact: "yes"}), from("shop:1", yes("express", "2024-01-01"), janes)}, answer: record.Denied, reasons: "do_not_contact"},
		"is dead":                       {members: one(fields{record.Deceased: "yes"}, janes), answer: record.Denied, reasons: "deceased"},
		"do not call: voice":            {members: one(fields{record.DoNotCall: "yes"}, cells), value: cell, channel: record.ByVoice, answer: record.Denied, reasons: "do_not_call"},
		"do not call: text":             {members: one(fields{record.DoNotCall: "yes"}, cells), value: cell, channel: record.BySMS, answer: record.Unasked},
		"do not call: email":            {members: one(fields{record.DoNotCall: "yes"}, janes), answer: record.Unasked},
		"reasons in order":              {members: one(fields{record.DoNotContact: "yes", record.Deceased: "yes", record.ConsentEmail: "no"}, janes), rows: []told{event("complaint", "2020-01-01", janes), event("unsubscribe", "2019-01-01", janes), listed(Feed{Name: "l"}, janes)}, answer: record.Denied, reasons: "do_not_contact deceased permission_denied unsubscribed complained suppressed"},

		"unsubscribed":                    {members: one(yes("express", "2024-01-01"), janes), rows: []told{event("unsubscribe", "2020-01-01", janes)}, answer: record.Denied, reasons: "unsubscribed"},
		"unsubscribed to come":            {members: one(nil, janes), rows: []told{event("unsubscribe", before(-9), janes)}, answer: record.Denied, reasons: "unsubscribed"},
		"complained":                      {members: one(nil, janes), rows: []told{event("complaint", "2020-01-01", janes)}, answer: record.Denied, reasons: "complained"},
		"asked on the phone":              {members: one(nil, cells), rows: []told{called("do_not_call", "2020-01-01", cells)}, value: cell, channel: record.ByVoice, answer: record.Denied, reasons: "do_not_call"},
		"asked on the phone, text":        {members: one(nil, cells), rows: []told{called("do_not_call", "2020-01-01", cells)}, value: cell, channel: record.BySMS, answer: record.Unasked},
		"opted in again":                  {members: one(nil, janes), rows: []told{event("unsubscribe", "2020-01-01", janes), event("opt_in", "2020-01-02", janes)}, require: Granted, answer: record.Granted},
		"opted in again, channel named":   {members: one(nil, janes), rows: []told{event("unsubscribe", "2020-01-01", janes), event("opt_in", "2020-01-02", janes).by(record.ByEmail)}, require: Granted, answer: record.Granted},
		"opted in before":                 {members: one(nil, janes), rows: []told{event("opt_in", "2020-01-01", janes), event("unsubscribe", "2020-01-02", janes)}, answer: record.Denied, reasons: "unsubscribed"},
		"opted in at the same moment":     {members: one(nil, janes), rows: []told{event("opt_in", "2020-01-01", janes), event("unsubscribe", "2020-01-01", janes)}, answer: record.Denied, reasons: "unsubscribed"},
		"opted in, nobody knows when":     {members: one(nil, janes), rows: []told{event("opt_in", "", janes), event("unsubscribe", "2020-01-02", janes)}, answer: record.Denied, reasons: "unsubscribed"},
		"unsubscribed, nobody knows when": {members: one(nil, janes), rows: []told{event("opt_in", "2020-01-01", janes), event("unsubscribe", "", janes)}, answer: record.Denied, reasons: "unsubscribed"},
		"an earlier one has no date":      {members: one(nil, janes), rows: []told{event("unsubscribe", "2019-01-01", janes), event("unsubscribe", "", janes), event("opt_in", "2020-01-01", janes)}, answer: record.Denied, reasons: "unsubscribed"},
		"another feed opts in":            {members: one(nil, janes), rows: []told{event("unsubscribe", "2020-01-01", janes), event("opt_in", "2020-01-02", janes).in(crm)}, answer: record.Denied, reasons: "unsubscribed"},
		"opts in with another value":      {members: one(nil, janes, works), rows: []told{event("unsubscribe", "2020-01-01", janes), event("opt_in", "2020-01-02", works)}, answer: record.Denied, reasons: "unsubscribed"},
		"a record's grant lifts no feed":  {members: one(yes("express", "2024-01-01"), janes), rows: []told{event("complaint", "2020-01-01", janes)}, answer: record.Denied, reasons: "complained"},
		"one of two was lifted":           {members: one(nil, janes), rows: []told{event("unsubscribe", "2020-01-01", janes), event("opt_in", "2020-01-02", janes), event("complaint", "2020-01-03", janes)}, answer: record.Denied, reasons: "complained"},
		"opts in to text only":            {members: one(nil, cells), rows: []told{event("unsubscribe", "2020-01-01", cells), event("opt_in", "2020-01-02", cells).by(record.BySMS)}, value: cell, channel: record.ByVoice, answer: record.Denied, reasons: "unsubscribed"},
		"and to text":                     {members: one(nil, cells), rows: []told{event("unsubscribe", "2020-01-01", cells), event("opt_in", "2020-01-02", cells).by(record.BySMS)}, value: cell, channel: record.BySMS, answer: record.Granted},

		"his other mailbox":              {members: one(nil, janes, works), rows: []told{event("unsubscribe", "2020-01-01", works)}, answer: record.Denied, reasons: "unsubscribed"},
		"his other mailbox, scope point": {members: one(nil, janes, works), rows: []told{event("unsubscribe", "2020-01-01", works)}, byPoint: true, answer: record.Unasked},
		"the very mailbox, scope point":  {members: one(nil, janes, works), rows: []told{event("unsubscribe", "2020-01-01", janes)}, byPoint: true, answer: record.Denied, reasons: "unsubscribed"},
		"a mailbox of two":               {members: one(nil, janes, works), rows: []told{event("unsubscribe", "2020-01-01", works)}, shared: true, answer: record.Unasked},
		"the very mailbox of two":        {members: one(nil, janes, works), rows: []told{event("unsubscribe", "2020-01-01", janes)}, shared: true, answer: record.Denied, reasons: "unsubscribed"},
		"nobody's value":                 {members: one(nil, janes, mailbox(work, record.Placeholder)), rows: []told{event("unsubscribe", "2020-01-01", works)}, answer: record.Unasked},
		"his other channel":              {members: one(nil, janes, cells), rows: []told{event("unsubscribe", "2020-01-01", cells)}, answer: record.Unasked},
		"no texts to his landline":       {members: one(nil, cells, fixeds), rows: []told{event("unsubscribe", "2020-01-01", fixeds).by(record.BySMS)}, value: cell, channel: record.BySMS, answer: record.Denied, reasons: "unsubscribed"},
		"the old form":                   {members: one(nil, oldCell, mobile(cell, record.Renumbered)), rows: []told{called("do_not_call", "2020-01-01", oldCell)}, byPoint: true, value: cell, channel: record.ByVoice, answer: record.Denied, reasons: "do_not_call"},
		"the new form, not held":         {members: one(nil, oldCell), rows: []told{called("do_not_call", "2020-01-01", cells)}, byPoint: true, value: oldCell.Value, channel: record.ByVoice, answer: record.Denied, reasons: "do_not_call"},
		"the new form widens":            {members: one(nil, oldCell, fixeds), rows: []told{called("do_not_call", "2020-01-01", cells)}, value: fixed, channel: record.ByVoice, answer: record.Denied, reasons: "do_not_call"},
		"a typo that is proven":          {members: one(nil, typo, janes), rows: []told{event("unsubscribe", "2020-01-01", typo)}, byPoint: true, answer: record.Denied, reasons: "unsubscribed"},
		"a typo's grant is its own":      {members: []record.Record{from("crm:1", yes("express", ""), typo), from("crm:2", nil, janes)}, require: Granted, answer: record.Unasked, reasons: "no_permission"},
		"a number bars its extensions":   {members: one(nil, extension), rows: []told{called("do_not_call", "2020-01-01", fixeds)}, byPoint: true, value: extension.Value, channel: record.ByVoice, answer: record.Denied, reasons: "do_not_call"},
		"an extension bars itself":       {members: one(nil, extension, fixeds), rows: []told{called("do_not_call", "2020-01-01", extension)}, byPoint: true, value: fixed, channel: record.ByVoice, answer: record.Unasked},
		"denied for a record":            {members: one(nil, janes), rows: []told{event("unsubscribe", "2020-01-01").by(record.ByEmail).of("crm:1")}, answer: record.Denied, reasons: "unsubscribed"},
		"for a record, no channel":       {members: one(nil, janes), rows: []told{event("unsubscribe", "2020-01-01").of("crm:1")}, answer: record.Denied, reasons: "unsubscribed"},
		"for a record, by another":       {members: one(nil, janes), rows: []told{event("unsubscribe", "2020-01-01").by(record.BySMS).of("crm:1")}, answer: record.Unasked},
		"for a record with its value":    {members: one(nil, janes), rows: []told{event("unsubscribe", "2020-01-01", works).by(record.ByEmail).of("crm:1")}, answer: record.Unasked},
		"a bounce of a record":           {members: one(nil, janes), rows: []told{bounced("5.1.1", "2020-01-01").by(record.ByEmail).of("crm:1")}, answer: record.Unasked},
		"post denied for a record":       {members: one(nil, homes), rows: []told{event("unsubscribe", "2020-01-01").by(record.ByPost).of("crm:1")}, value: home, channel: record.ByPost, answer: record.Denied, reasons: "unsubscribed"},
		"post denied for an address":     {members: one(nil, homes), rows: []told{event("unsubscribe", "2020-01-01", homes)}, value: home, channel: record.ByPost, answer: record.Denied, reasons: "unsubscribed"},
		"post and a record, both spoken": {members: one(nil, homes), rows: []told{event("complaint", "2020-01-01", homes), event("unsubscribe", "2020-01-01").by(record.ByPost).of("crm:1")}, value: home, channel: record.ByPost, answer: record.Denied, reasons: "unsubscribed complained"},
		"a click with a record, post":    {members: one(nil, homes), rows: []told{event("unsubscribe", "2020-01-01", janes).of("crm:1")}, value: home, channel: record.ByPost, answer: record.Unasked},
		"obsolete, yet nothing forbids":  {members: one(nil, mailbox(jane, record.HardBounce)), answer: record.Unasked},
		"granted, yet on a list":         {members: one(yes("express", "2024-01-01"), janes), rows: []told{listed(Feed{Name: "l", Channel: record.ByEmail}, janes)}, answer: record.Granted, reasons: "suppressed"},
		"on a list of another channel":   {members: one(nil, cells), rows: []told{listed(Feed{Name: "l", Channel: record.BySMS}, cells)}, value: cell, channel: record.ByVoice, answer: record.Unasked},
		"a list widens nothing":          {members: one(nil, janes, works), rows: []told{listed(Feed{Name: "l", Channel: record.ByEmail}, works)}, answer: record.Unasked},
		"a list has the old form":        {members: one(nil, oldCell, mobile(cell, record.Renumbered)), rows: []told{listed(Feed{Name: "l", Channel: record.ByVoice}, oldCell)}, value: cell, channel: record.ByVoice, answer: record.Unasked, reasons: "suppressed"},
		"a list has the new form":        {members: one(nil, oldCell), rows: []told{listed(Feed{Name: "l"}, cells)}, value: oldCell.Value, channel: record.ByVoice, answer: record.Unasked, reasons: "suppressed"},
		"a list has the bare number":     {members: one(nil, extension), rows: []told{listed(Feed{Name: "l"}, fixeds)}, value: extension.Value, channel: record.ByVoice, answer: record.Unasked, reasons: "suppressed"},
	} {
		t.Run(name, func(t *testing.T) {
			if x.value == "" {
				x.value, x.channel = jane, record.ByEmail
			}
			s := scene{rows: x.rows, options: func(o *Options) {
				o.PersonScope = !x.byPoint
				o.Require[x.channel] = x.require
			}}
			if x.shared {
				s.holders = map[string]int32{work: 2, jane: 2}
			}
			c := s.of(x.members...)
			got := use(t, &c, x.value, x.channel)
			same(t, "answer", x.answer.String(), got.Answer.String())
			same(t, "reasons", x.reasons, words(got.Reasons))
			usable := pointOf(t, &c, x.value).Status < record.Obsolete
			same(t, "contactable", x.reasons == "" && usable, got.Contactable)
			for _, r := range got.Reasons {
				if evidence(&c, r) == "" {
					t.Errorf("%s has no evidence", r)
				}
			}
		})
	}
}

// What the table of points shows of a permission: its latest statement.
func TestPermissionIsDated(t *testing.T) {
	show := func(members []record.Record, rows ...told) string {
		c := scene{rows: rows, options: func(o *Options) { o.PersonScope = false }}.of(members...)
		p := use(t, &c, jane, record.ByEmail)
		return strings.Join([]string{p.Answer.String(), p.Basis, p.At.String(), p.Source, p.ExpiresAt.String()}, "|")
	}
	one := func(set fields) []record.Record { return []record.Record{from("crm:1", set, janes)} }
	both := func(a, b fields) []record.Record {
		return []record.Record{from("crm:1", a, janes), from("shop:1", b, janes)}
	}
	grant := func(basis, at string) fields {
		return fields{record.ConsentEmail: "yes", record.ConsentBasis: basis, record.ConsentAt: at}
	}
	same(t, "grant", "granted|implied_purchase|2025-08-31T00:00:00Z|crm|2027-08-31T00:00:00Z", show(one(grant("implied_purchase", "2025-08-31"))))
	same(t, "a month without that day", "expired|implied_inquiry|2025-08-31T00:00:00Z|crm|2026-02-28T00:00:00Z", show(one(grant("implied_inquiry", "2025-08-31"))))
	same(t, "no date to count from", "expired|implied_inquiry||crm|", show(one(grant("implied_inquiry", ""))))
	same(t, "the later grant", "granted|express|2025-01-01T00:00:00Z|shop|", show(both(grant("express", "2024-01-01"), grant("express", "2025-01-01"))))
	same(t, "the later of two that ended", "expired|implied_inquiry|2021-01-01T00:00:00Z|crm|2021-07-01T00:00:00Z", show(both(grant("implied_inquiry", "2021-01-01"), grant("implied_inquiry", "2020-01-01"))))
	same(t, "an opt-in", "granted|opt_in|2025-01-01T00:00:00Z|esp|", show(one(nil), event("opt_in", "2025-01-01", janes)))
	same(t, "a feed's denial", "denied||2025-01-01T00:00:00Z|esp|", show(one(grant("express", "2024-01-01")), event("complaint", "2025-01-01", janes)))
	same(t, "the latest denial", "denied||2025-01-01T00:00:00Z|esp|", show(one(fields{record.ConsentEmail: "no", record.ConsentAt: "2020-01-01"}), event("complaint", "2025-01-01", janes)))

	c := scene{rows: []told{event("unsubscribe", "2025-01-01", janes)}}.of(from("crm:1", fields{record.DoNotContact: "yes"}, janes), from("shop:1", fields{record.DoNotContact: "yes"}))
	same(t, "everybody who said it", "denies crm:1, denies shop:1", evidence(&c, record.AskedNoContact))
	same(t, "once", "denies 2025-01-01 esp", evidence(&c, record.Unsubscribed))
}

func TestTooOften(t *testing.T) {
	works := mailbox("jane@work.example")
	old := becomes(mailbox("jane@old.example", record.ProviderMoved), jane)
	fresh := mailbox(jane, record.Renumbered)
	post := func(at string) told { return contacted(record.ByPost, at).of("crm:1") }
	for name, x := range map[string]struct {
		points    []record.ContactPoint
		frequency string
		rows      []told
		channel   record.Channel
		want      bool
	}{
		"never contacted":                   {},
		"one of two":                        {rows: mailed(1)},
		"two of two":                        {rows: mailed(1, 2), want: true},
		"told twice":                        {rows: mailed(1, 1)},
		"on the first day of the window":    {rows: mailed(29, 2), want: true},
		"the day before it":                 {rows: mailed(30, 2)},
		"on the as-of date":                 {rows: []told{contacted(record.ByEmail, today+"T08:00:00Z", janes), contacted(record.ByEmail, today+"T09:00:00Z", janes)}, want: true},
		"to come":                           {rows: mailed(-1, 2)},
		"by another channel":                {points: []record.ContactPoint{cells, janes}, rows: []told{contacted(record.BySMS, before(1), cells), contacted(record.BySMS, before(2), cells)}},
		"a number, no channel: text":        {points: []record.ContactPoint{cells}, rows: []told{contacted(0, before(1), cells), contacted(0, before(2), cells)}, channel: record.BySMS, want: true},
		"a number, no channel: voice":       {points: []record.ContactPoint{cells}, rows: []told{contacted(0, before(1), cells), contacted(0, before(2), cells)}, channel: record.ByVoice, want: true},
		"two mailboxes, one each":           {points: []record.ContactPoint{janes, works}, rows: []told{contacted(record.ByEmail, before(1), janes), contacted(record.ByEmail, before(1), works)}, want: true},
		"old and new form, one contact":     {points: []record.ContactPoint{old, fresh}, rows: []told{contacted(record.ByEmail, before(1), old, fresh)}},
		"old and new form, two contacts":    {points: []record.ContactPoint{old, fresh}, rows: []told{contacted(record.ByEmail, before(1), old, fresh), contacted(record.ByEmail, before(2), old, fresh)}, want: true},
		"only the new form is held":         {points: []record.ContactPoint{janes}, rows: []told{contacted(record.ByEmail, before(1), old, fresh), contacted(record.ByEmail, before(2), old, fresh)}, want: true},
		"letters by record":                 {points: []record.ContactPoint{homes}, rows: []told{post(before(1)), post(before(2))}, channel: record.ByPost, want: true},
		"letters by record and by address":  {points: []record.ContactPoint{homes}, rows: []told{post(before(1)), contacted(record.ByPost, before(2), homes)}, channel: record.ByPost, want: true},
		"weekly, six days ago":              {frequency: "weekly", rows: mailed(6), want: true},
		"weekly, a week ago":                {frequency: "weekly", rows: mailed(7)},
		"weekly, as it was written":         {frequency: "Weekly", rows: mailed(6), want: true},
		"monthly wins over two in 30 days":  {frequency: "monthly", rows: mailed(29), want: true},
		"quarterly, outside the window":     {frequency: "quarterly", rows: mailed(90), want: true},
		"never":                             {frequency: "NEVER", want: true},
		"a frequency that nobody can read":  {frequency: "now and then", rows: mailed(0)},
		"daily, today":                      {frequency: "daily", rows: mailed(0), want: true},
		"daily, yesterday":                  {frequency: "daily", rows: mailed(1)},
		"a contact without a date is none":  {frequency: "weekly", rows: []told{contacted(record.ByEmail, "", janes)}},
		"the value of somebody else":        {rows: []told{contacted(record.ByEmail, before(1), works), contacted(record.ByEmail, before(2), works)}},
		"letters of another record's house": {points: []record.ContactPoint{homes}, rows: []told{post(before(1)).of("crm:9"), post(before(2)).of("crm:9")}, channel: record.ByPost},
	} {
		t.Run(name, func(t *testing.T) {
			if x.points == nil {
				x.points = []record.ContactPoint{janes}
			}
			if x.channel == record.AnyChannel {
				x.channel = record.ByEmail
			}
			c := scene{rows: x.rows, options: func(o *Options) {
				for _, ch := range record.Channels {
					o.MaxContacts[ch] = Rate{2, 30}
				}
			}}.of(from("crm:1", fields{record.ContactFrequency: x.frequency, record.LastSeenAt: before(1)}, x.points...))
			p := use(t, &c, x.points[len(x.points)-1].Value, x.channel)
			want := ""
			if x.want {
				want = "too_often"
			}
			same(t, "reasons", want, words(p.Reasons))
			if p.Answer != record.Unasked {
				t.Error("a contact too many is no denial")
			}
		})
	}
}
