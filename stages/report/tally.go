package report

import (
	"strconv"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/tally"
)

// Tally folds what a run publishes into counts. One serves one worker; merged in any order they count alike.
type Tally struct {
	*tally.Counts
	sheets sheets
}

// NewTally makes an empty one.
func NewTally() *Tally { return &Tally{tally.New(), newSheets()} }

// Merge adds another.
func (t *Tally) Merge(o *Tally) {
	o.sheets.empty(o.Counts)
	t.Counts.Merge(o.Counts)
}

// Get is a count; 0 where nothing was counted.
func (t *Tally) Get(count string) int64 {
	t.sheets.empty(t.Counts)
	return t.Counts.Get(count)
}

// At is a count along a dimension.
func (t *Tally) At(count, dimension, value string) int64 {
	t.sheets.empty(t.Counts)
	return t.Counts.At(count, dimension, value)
}

// Values lists the values of a dimension for any of the counts, the largest first, equal ones by name.
func (t *Tally) Values(dimension string, counts ...string) []string {
	t.sheets.empty(t.Counts)
	return t.Counts.Values(dimension, counts...)
}

// Record counts a record and its fate.
func (t *Tally) Record(source string, fate record.Fate) {
	t.Add("rows_read", 1)
	t.By("rows_read", "source", source, 1)
	t.Add(string(fate), 1)
	t.By(string(fate), "source", source, 1)
	if fate != record.Rejected {
		t.Add("records", 1)
		t.By("records", "source", source, 1)
	}
}

// Reject counts a row that could not be read, by its reason.
func (t *Tally) Reject(r *record.Reject) {
	t.Record(r.Source, record.Rejected)
	t.By("rejected", "reason", r.Reason, 1)
}

// Changes counts what cleaning and merging altered, by rule.
func (t *Tally) Changes(list []record.Change) {
	for i := range list {
		t.By("changes", "rule", list[i].Rule, 1)
	}
}

// dims are the dimensions of customers.
var dims = []struct {
	name  string
	field record.Field
}{
	{"value_tier", record.ValueTier}, {"segment", record.Segment}, {"lifecycle_stage", record.LifecycleStage}, {"outlet", record.Outlet},
}

func dimNames() []string {
	out := make([]string, len(dims))
	for i, d := range dims {
		out[i] = d.name
	}
	return out
}

// NoValue stands for customers without a value of a dimension.
const NoValue = "(none)"

// Customer counts a customer that reach has judged.
func (t *Tally) Customer(c *record.Customer) {
	t.sheets.of(c)
	count := t.sheets.customer
	count("customers")
	var open [record.NumChannels]bool
	for i := range c.Points {
		p := &c.Points[i]
		t.point(p)
		for _, x := range p.Permissions {
			open[x.Channel] = open[x.Channel] || x.Contactable
			t.permission(p, x)
		}
	}
	reachable := false
	for _, ch := range record.Channels {
		t.By("customers", "channel", ch.String(), 1)
		if open[ch] {
			reachable = true
			count(reachNames[ch])
			t.By("contactable", "channel", ch.String(), 1)
		} else {
			t.By(lostTo(closedBy(c, ch)), "channel", ch.String(), 1)
		}
	}
	if reachable {
		count("contactable")
	} else {
		why := record.Reason(NoValue)
		if len(c.NotContactable) > 0 {
			why = c.NotContactable[0]
		}
		t.By("not_contactable", "reason", string(why), 1)
		count(lostTo(why))
	}
	t.contacts(c)
	t.copies(c)
	for _, x := range [...]struct {
		name string
		has  bool
	}{
		{"has_name", c.Text[record.GivenName] != "" && c.Text[record.FamilyName] != ""},
		{"has_birth_date", c.Text[record.BirthDate] != ""},
		{"has_anniversary", c.Text[record.Anniversary] != ""},
		{"has_social", len(c.Socials) > 0},
		{"has_preference", c.Text[record.PreferredChannel] != ""},
		{"has_frequency", c.Text[record.ContactFrequency] != ""},
		{"has_time", c.Text[record.PreferredTime] != ""},
		{"in_household", c.HouseholdID != ""},
	} {
		if x.has {
			count(x.name)
		}
	}
	for i := range c.Repairs {
		problem := string(c.Repairs[i].Problem)
		t.sheets.within("repairs")
		t.By("repairs", "problem", problem, 1)
		t.By("repairs", "value_tier of "+problem, orNone(c.Text[record.ValueTier]), 1)
	}
}

// reachNames are the counts of customers that can be reached, by channel.
var reachNames = [record.NumChannels]string{record.ByEmail: "reach_email", record.BySMS: "reach_sms", record.ByVoice: "reach_voice", record.ByPost: "reach_post"}

// lostTo is the count of customers that cannot be reached, by their first reason.
func lostTo(r record.Reason) string {
	if name, ok := lostNames[r]; ok {
		return name
	}
	return lostPrefix + string(r)
}

const lostPrefix = "lost to "

var lostNames = func() map[record.Reason]string {
	names := make(map[record.Reason]string)
	for _, r := range record.PermissionReasons {
		names[r] = lostPrefix + string(r)
	}
	for _, s := range record.StatusReasons {
		names[s.Reason] = lostPrefix + string(s.Reason)
	}
	return names
}()

// closedBy is the first reason why a channel cannot be used for a customer: permission before status, as for the customer as
// a whole.
func closedBy(c *record.Customer, ch record.Channel) record.Reason {
	var best record.Reason
	first := func(r record.Reason) {
		if best == "" || r.Precedence() < best.Precedence() {
			best = r
		}
	}
	for i := range c.Points {
		p := &c.Points[i]
		for _, x := range p.Permissions {
			if x.Channel != ch {
				continue
			}
			for _, r := range x.Reasons {
				first(r)
			}
			for _, r := range p.Reasons {
				if r.Status() == p.Status && p.Status != record.Valid {
					first(r)
				}
			}
			if best == "" {
				best = record.Reason(p.Status.String())
			}
		}
	}
	if best == "" {
		return "no_contact_point"
	}
	return best
}

// contacts counts who was contacted and responded, who is held by which outlets, and who by several.
func (t *Tally) contacts(c *record.Customer) {
	contacted, responded := false, false
	for _, ch := range record.Channels {
		if c.Contacted[ch] {
			contacted, responded = true, responded || c.Responded[ch]
			t.By("contacted", "channel", ch.String(), 1)
			if c.Responded[ch] {
				t.By("responded", "channel", ch.String(), 1)
			}
		}
	}
	if contacted {
		t.sheets.customer("contacted")
	}
	if responded {
		t.sheets.customer("responded")
	}
	if len(c.HeldBy) == 0 {
		t.sheets.customer("held")
		return
	}
	for _, name := range [...]string{"held", "in_several_outlets"} {
		t.Add(name, 1)
		for _, d := range dims {
			if d.field != record.Outlet { // each outlet that holds it counts it, below
				t.By(name, d.name, orNone(c.Text[d.field]), 1)
			}
		}
		for _, s := range c.Sources {
			t.By(name, "source", s, 1)
		}
		for _, o := range c.HeldBy {
			t.By(name, "outlet", o, 1)
		}
	}
}

// copies counts how often one customer stands in the extracts: within a source, and between sources.
func (t *Tally) copies(c *record.Customer) {
	t.By("cluster_size", "records", size(len(c.Members)), 1)
	if len(c.Members) > 1 {
		in := make(map[string]int64, len(c.Sources))
		for i := range c.Members {
			in[c.Members[i].Source]++
		}
		for source, n := range in {
			t.Add("repeated", n-1)
			t.By("repeated", "source", source, n-1)
		}
	}
	if len(c.Sources) < 2 {
		return
	}
	t.sheets.customer("in_several_sources")
	for i, a := range c.Sources {
		for _, b := range c.Sources[i+1:] {
			t.By("in_several_sources", "sources", a+" + "+b, 1)
		}
	}
}

func orNone(s string) string {
	if s == "" {
		return NoValue
	}
	return s
}

func size(n int) string {
	if n > 9 {
		return "10 or more"
	}
	return strconv.Itoa(n)
}

// pointNames are the counts of points: all of a kind, and those of each status.
var pointNames, statusNames = func() (all [record.PostPoint + 1]string, by [record.PostPoint + 1][record.Invalid + 1]string) {
	for k := record.EmailPoint; k <= record.PostPoint; k++ {
		all[k] = k.String() + "_points"
		for s := range by[k] {
			by[k][s] = k.String() + "_" + record.Status(s).String()
		}
	}
	return all, by
}()

// answerNames are the counts of permissions by answer.
var answerNames = func() (names [record.Expired + 1]string) {
	for a := range names {
		names[a] = "permission_" + record.Answer(a).String()
	}
	return names
}()

func (t *Tally) point(p *record.ContactPoint) {
	all, status := pointNames[p.Kind], statusNames[p.Kind][p.Status]
	t.sheets.within(all)
	t.sheets.within(status)
	i, j := t.sheets.index(all), t.sheets.index(status)
	for _, s := range p.Sources {
		x := t.sheets.sheet("source", s)
		x.add(i)
		x.add(j)
	}
	x := t.sheets.sheet("captured", t.sheets.month(p.CapturedAt))
	x.add(i)
	x.add(j)
	for _, r := range p.Reasons {
		t.By("point_reasons", p.Kind.String(), string(r), 1)
	}
}

func (t *Tally) permission(p *record.ContactPoint, x record.Permission) {
	names := [3]string{"permissions", answerNames[x.Answer], "suppressed"}
	list := names[:2]
	if x.SuppressedBy != "" {
		list = names[:]
	}
	ch := t.sheets.sheet("channel", x.Channel.String())
	for _, name := range list {
		t.sheets.within(name)
		i := t.sheets.index(name)
		ch.add(i)
		for _, s := range p.Sources {
			t.sheets.sheet("source", s).add(i)
		}
	}
	for _, r := range x.Reasons {
		t.By("permission_reasons", "reason", string(r), 1)
	}
}

// Conservation is what does not add up; empty when read = kept + merged + rejected + erased.
func (t *Tally) Conservation() string {
	read, kept, merged, rejected, erased := t.Get("rows_read"), t.Get("kept"), t.Get("merged"), t.Get("rejected"), t.Get("erased")
	if read != kept+merged+rejected+erased {
		return strconv.FormatInt(read, 10) + " rows read are not " + strconv.FormatInt(kept, 10) + " kept, " + strconv.FormatInt(merged, 10) + " merged, " +
			strconv.FormatInt(rejected, 10) + " rejected and " + strconv.FormatInt(erased, 10) + " erased"
	}
	if c := t.Get("customers"); c != kept {
		return strconv.FormatInt(kept, 10) + " rows were kept for " + strconv.FormatInt(c, 10) + " customers"
	}
	return ""
}
