package main

import (
	"cmp"
	_ "embed"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/page"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/stages/match"
	"github.com/rollcall-data/rollcall/stages/report"
)

//go:embed explain.html
var explainFile string

// storyPage is what the template of one customer's page sees.
type storyPage struct {
	*story
	Report *report.Report
}

// page writes the story as a page. It holds the customer's own data, and says so.
func (s *story) page(file string, r *report.Report) error {
	funcs := maps.Clone(pageFuncs)
	funcs["codes"] = strings.Fields
	funcs["number"] = func(s string) (float64, error) { return strconv.ParseFloat(s, 64) }
	funcs["effect"] = effectOf
	funcs["key"] = func(source, id string) string { return strings.Trim(source+":"+id, ":") }
	return drawTo(file, page.New("explain", explainFile, funcs), r.Locale, storyPage{s, r})
}

func effectOf(effect, code string) string {
	if record.Effect(effect) == record.GivesStatus && record.Reason(code).Status() == record.Valid {
		return "says more, and changes nothing"
	}
	return effectWords[record.Effect(effect)]
}

// effectWords say what a finding does.
var effectWords = map[record.Effect]string{
	record.GivesStatus: "decides the status", record.Undone: "is undone by a later sign of life", record.Denies: "denies permission", record.Grants: "gives permission",
	record.Suppresses: "a list forbids it", record.Notes: "is noted, and changes nothing", record.Asks: "asks for a look", record.SeenAlive: "is a sign of life",
}

// Name is what the page calls the customer.
func (s storyPage) Name() string {
	return cmp.Or(strings.TrimSpace(s.Customer["full_name"]+" "+s.Customer["company"]), s.CustomerID)
}

// channelRow is how a customer stands on one channel.
type channelRow struct {
	Channel string
	Open    bool
	Points  []row
	Why     []string // where it is not open
}

// Channels are all channels, each with the points that serve it and what closes it.
func (s storyPage) Channels() []channelRow {
	var out []channelRow
	for _, ch := range record.Channels {
		x := channelRow{Channel: ch.String(), Open: s.Customer[ch.String()+"_ok"] == "true"}
		for _, p := range s.story.Points {
			if p["channel"] != x.Channel {
				continue
			}
			x.Points = append(x.Points, p)
			for _, code := range strings.Fields(p["permission_reasons"] + " " + p["reasons"]) {
				if !slices.Contains(x.Why, code) && (!statusOnly(code) || p["status"] != "valid") {
					x.Why = append(x.Why, code)
				}
			}
		}
		slices.SortStableFunc(x.Why, func(a, b string) int {
			return cmp.Compare(record.Reason(a).Precedence(), record.Reason(b).Precedence())
		})
		if len(x.Points) == 0 {
			x.Why = []string{"no_contact_point"}
		}
		out = append(out, x)
	}
	return out
}

// statusOnly reports whether a code speaks of a point's status, not of permission.
func statusOnly(code string) bool {
	return !slices.Contains(record.PermissionReasons, record.Reason(code))
}

// pointView is a contact point with what was found of it and, by channel, whether it may be used.
type pointView struct {
	Point    row
	Evidence []row // by date, undated first
	Uses     []row
}

// ContactPoints are the points by kind and value, in the order of the table.
func (s storyPage) ContactPoints() []pointView {
	var out []pointView
	for _, p := range s.story.Points {
		i := slices.IndexFunc(out, func(v pointView) bool { return v.Point["kind"] == p["kind"] && v.Point["value"] == p["value"] })
		if i < 0 {
			i = len(out)
			v := pointView{Point: p}
			for _, e := range s.Evidence {
				if e["kind"] == p["kind"] && e["value"] == p["value"] {
					v.Evidence = append(v.Evidence, e)
				}
			}
			byDate(v.Evidence)
			out = append(out, v)
		}
		out[i].Uses = append(out[i].Uses, p)
	}
	return out
}

func byDate(list []row) {
	slices.SortStableFunc(list, func(a, b row) int { return cmp.Compare(a["at"], b["at"]) })
}

// History is what was said of permission: grants, denials and lists, by date.
func (s storyPage) History() []row {
	var out []row
	for _, e := range s.Evidence {
		switch record.Effect(e["effect"]) {
		case record.Denies, record.Grants, record.Suppresses:
			out = append(out, e)
		default:
		}
	}
	for _, p := range s.story.Points {
		if p["permission"] == "granted" || p["permission"] == "expired" {
			out = append(out, row{
				"kind": p["kind"], "channel": p["channel"], "value": p["value"], "code": "granted", "effect": string(record.Grants), "at": p["permission_at"], "source": p["permission_source"],
				"detail": summaryOf(p, "permission_basis"), "until": p["permission_expires_at"],
			})
		}
	}
	byDate(out)
	return out
}

// field is a field of the customer and what each record says of it.
type field struct {
	Name, Value string
	Cells       []string
	Differs     []bool // whether a record says something else than the customer
}

// mostRecords is how many records stand side by side.
const mostRecords = 5

// Shown are the records that stand side by side.
func (s storyPage) Shown() []row { return s.Records[:min(len(s.Records), mostRecords)] }

// Hidden is how many do not.
func (s storyPage) Hidden() int { return len(s.Records) - len(s.Shown()) }

// Fields are the fields that the customer or any of the shown records has.
func (s storyPage) Fields() []field {
	var out []field
	for f := record.RecordID + 1; f < record.NumFields; f++ {
		x := field{Name: f.String(), Value: s.Customer[f.String()]}
		some := x.Value != ""
		for _, r := range s.Shown() {
			v := r[f.String()]
			some = some || v != ""
			x.Cells = append(x.Cells, v)
			x.Differs = append(x.Differs, v != "" && x.Value != "" && v != x.Value)
		}
		if some {
			out = append(out, x)
		}
	}
	return out
}

// Steps are a link as a waterfall: the prior, what each comparison adds, and the sum.
func (l link) Steps() []page.Step {
	var out []page.Step
	total := 0.0
	for _, x := range l.Levels {
		total += x.Bits
		out = append(out, page.Step{Label: levelWords(x), By: x.Bits})
	}
	return append(out, page.Step{Label: "sum", By: total, State: true})
}

func levelWords(x match.Level) string {
	if x.Comparison == "prior" {
		return "the odds before any look"
	}
	return report.Words(x.Comparison) + ": " + x.Level
}

// Total is the sum of the bits.
func (l link) Total() (sum float64) {
	for _, x := range l.Levels {
		sum += x.Bits
	}
	return sum
}
