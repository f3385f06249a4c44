package report

import (
	"strconv"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/tally"
)

// Tally folds what a run publishes into counts. One serves one worker; merged in any order they count alike.
type Tally struct{ *tally.Counts }

// NewTally makes an empty one.
func NewTally() *Tally { return &Tally{tally.New()} }

// Merge adds another.
func (t *Tally) Merge(o *Tally) { t.Counts.Merge(o.Counts) }

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

// NoValue stands for customers without a value of a dimension.
const NoValue = "(none)"

// Customer counts a customer that reach has judged.
func (t *Tally) Customer(c *record.Customer) {
	count := func(name string) {
		t.Add(name, 1)
		for _, d := range dims {
			v := c.Text[d.field]
			if v == "" {
				v = NoValue
			}
			t.By(name, d.name, v, 1)
		}
	}
	count("customers")
	var open [record.NumChannels]bool
	for i := range c.Points {
		p := &c.Points[i]
		t.point(p)
		for _, x := range p.Permissions {
			open[x.Channel] = open[x.Channel] || x.Contactable
			t.permission(x)
		}
	}
	reachable := false
	for _, ch := range record.Channels {
		t.By("customers", "channel", ch.String(), 1)
		if open[ch] {
			reachable = true
			count("reach_" + ch.String())
			t.By("contactable", "channel", ch.String(), 1)
		}
	}
	if reachable {
		count("contactable")
	} else if len(c.NotContactable) > 0 {
		t.By("not_contactable", "reason", string(c.NotContactable[0]), 1)
	} else {
		t.By("not_contactable", "reason", NoValue, 1)
	}
	for _, s := range c.Sources {
		t.By("customers", "source", s, 1)
		if reachable {
			t.By("contactable", "source", s, 1)
		}
	}
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
		count("contacted")
	}
	if responded {
		count("responded")
	}
	if len(c.HeldBy) > 0 {
		t.Add("in_several_outlets", 1)
	}
	for _, o := range c.HeldBy {
		t.By("in_several_outlets", "outlet", o, 1)
	}
	if len(c.Sources) > 1 {
		t.Add("in_several_sources", 1)
	}
	for name, has := range map[string]bool{
		"has_name": c.Text[record.GivenName] != "" && c.Text[record.FamilyName] != "", "has_birth_date": c.Text[record.BirthDate] != "",
		"has_anniversary": c.Text[record.Anniversary] != "", "has_social": len(c.Socials) > 0, "has_preference": c.Text[record.PreferredChannel] != "",
		"has_frequency": c.Text[record.ContactFrequency] != "", "has_time": c.Text[record.PreferredTime] != "", "in_household": c.HouseholdID != "",
	} {
		if has {
			count(name)
		}
	}
	t.By("cluster_size", "records", size(len(c.Members)), 1)
	for i := range c.Repairs {
		t.Add("repairs", 1)
		t.By("repairs", "problem", string(c.Repairs[i].Problem), 1)
		tier := c.Text[record.ValueTier]
		if tier == "" {
			tier = NoValue
		}
		t.By("repairs", "value_tier", tier, 1)
	}
}

func size(n int) string {
	if n > 9 {
		return "10 or more"
	}
	return strconv.Itoa(n)
}

func (t *Tally) point(p *record.ContactPoint) {
	kind := p.Kind.String()
	t.Add(kind+"_points", 1)
	t.Add(kind+"_"+p.Status.String(), 1)
	for _, s := range p.Sources {
		t.By(kind+"_points", "source", s, 1)
		t.By(kind+"_"+p.Status.String(), "source", s, 1)
	}
	for _, r := range p.Reasons {
		t.By("point_reasons", kind, string(r), 1)
	}
}

func (t *Tally) permission(x record.Permission) {
	ch := x.Channel.String()
	t.Add("permissions", 1)
	t.By("permissions", "channel", ch, 1)
	t.Add("permission_"+x.Answer.String(), 1)
	t.By("permission_"+x.Answer.String(), "channel", ch, 1)
	if x.SuppressedBy != "" {
		t.Add("suppressed", 1)
		t.By("suppressed", "channel", ch, 1)
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
