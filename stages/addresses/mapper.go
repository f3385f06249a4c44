package addresses

import (
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// Options are what a Mapper must be told.
type Options struct {
	Lists *Lists // nil: those that come with the program
}

// Mapper cleans the address of one record. It is safe for concurrent use.
type Mapper struct{ lists *Lists }

// New makes a mapper.
func New(o Options) *Mapper {
	if o.Lists == nil {
		o.Lists = builtIn()
	}
	return &Mapper{o.Lists}
}

// Clean cleans the address and makes its contact point. The error is always nil; cleaning twice is cleaning once.
func (m *Mapper) Clean(r *record.Record) error {
	drop(r)
	if v := r.Text[record.Country]; v != "" {
		m.country(r, v)
	}
	before := codeOf(r)
	p := m.lists.postcode(before.postcode, before.country, before.region)
	for range 4 { // what one field tells, another may say again
		done := len(r.Changes)
		m.places(r, p.code)
		if len(r.Changes) == done {
			break
		}
		if now := codeOf(r); now != before {
			before, p = now, m.lists.postcode(now.postcode, now.country, now.region)
		}
	}
	if p.ok {
		r.Set(record.Postcode, p.code, p.rule, p.confidence)
	}
	m.point(r)
	return nil
}

// Map is [Mapper.Clean] of a copy.
func (m *Mapper) Map(r record.Record) (record.Record, error) {
	err := m.Clean(&r)
	return r, err
}

// coded is what a postcode is read by.
type coded struct{ postcode, country, region string }

func codeOf(r *record.Record) coded {
	return coded{r.Text[record.Postcode], r.Home(), r.Text[record.Region]}
}

// country gives the ISO code; a name that is not known is kept out, with a finding.
func (m *Mapper) country(r *record.Record, v string) {
	code, ok := m.lists.Country(v)
	if !ok {
		r.Findings = append(r.Findings, record.Finding{Code: "country_unknown", Effect: record.Asks, Value: v, Source: "addresses", Detail: "country"})
		r.Set(record.Country, "", "addresses.country", 0.5)
		return
	}
	r.Set(record.Country, code, "addresses.country", 0.99)
}

// point makes the record's post point, and judges it.
func (m *Mapper) point(r *record.Record) {
	a := record.Address{
		Street: r.Text[record.Street], Street2: r.Text[record.Street2], City: r.Text[record.City], Region: r.Text[record.Region],
		Postcode: r.Text[record.Postcode], Country: r.Home(),
	}
	if a.Street == "" && a.City == "" && a.Postcode == "" {
		return
	}
	var buf [2 * maxCode]byte
	code := string(appendCompact(buf[:0], a.Postcode)) // does not escape
	var room [512]byte
	out := m.lists.appendForm(room[:0], &a, code)
	written := string(appendLine(out, &a)) // one string for the two: each row has them
	r.Points = append(r.Points, record.ContactPoint{Kind: record.PostPoint, Value: written[:len(out)], Display: written[len(out):], Address: a, PCurrent: -1})
	p := &r.Points[len(r.Points)-1]
	rule, known := m.lists.rules[a.Country]
	forms := m.lists.forms[a.Country]
	switch {
	case m.lists.placeholder("street", a.Street, "") || m.lists.placeholder("postcode", a.Postcode, a.Country):
		judge(r, p, record.Placeholder, "placeholders")
	case a.Street == "" || a.City == "" && a.Postcode == "" || known && (rule.required && a.Postcode == "" || a.City == "" && strings.Contains(rule.needs, "C")):
		judge(r, p, record.Incomplete, "postcodes")
	case forms != nil && code != "" && forms.find(code) == nil:
		judge(r, p, record.BadPostcode, "postcode_forms")
	case !known || a.Country == "":
		p.Status = record.Unknown
		if a.City == "" || a.Country == "" {
			judge(r, p, record.Incomplete, "postcodes")
		}
	case m.lists.elsewhere(&a, code):
		judge(r, p, record.PostcodeMismatch, "regions")
	}
}

// placeholder reports whether a value is one that is typed to get past a required field.
func (l *Lists) placeholder(field, value, country string) bool {
	if value == "" || len(value) > 40 {
		return false
	}
	var buf [64]byte
	where, listed := l.placeholders[string(appendKey(buf[:0], field, value))]
	return listed && (country == "" || !strings.Contains(where, country))
}

// appendKey makes what placeholders are known by: field and value, capitals, without spaces and marks.
func appendKey(dst []byte, field, value string) []byte {
	dst = append(append(dst, field...), '/')
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c >= 'a' && c <= 'z':
			dst = append(dst, c-'a'+'A')
		case c != ' ' && c != '-' && c != '.' && c != '/' && c != '_':
			dst = append(dst, c)
		}
	}
	return dst
}

// elsewhere reports whether the postcode is of another region of the country than the address names.
func (l *Lists) elsewhere(a *record.Address, code string) bool {
	if a.Region == "" || code == "" || !l.tellsStarts(a.Country) {
		return false
	}
	var buf [64]byte
	region, ok := l.area(a.Country, text.AppendFold(buf[:0], a.Region))
	if !ok {
		return false
	}
	in, known := l.inRegion(a.Country, code, region.key)
	return known && !in && l.hasStarts(a.Country, region.key)
}

// drop takes away the point and findings of an earlier walk, so that cleaning twice is cleaning once.
func drop(r *record.Record) {
	mine := func(p record.ContactPoint) bool { return p.Kind == record.PostPoint }
	if slices.ContainsFunc(r.Points, mine) {
		r.Points = slices.DeleteFunc(slices.Clone(r.Points), mine)
	}
	about := func(f record.Finding) bool { return f.Kind == record.PostPoint }
	if slices.ContainsFunc(r.Findings, about) {
		r.Findings = slices.DeleteFunc(slices.Clone(r.Findings), about)
	}
}

func judge(r *record.Record, p *record.ContactPoint, reason record.Reason, table string) {
	p.Judge(reason)
	r.Findings = append(r.Findings, record.Finding{Kind: record.PostPoint, Value: p.Value, Code: reason, Effect: record.GivesStatus, Source: table})
}

// appendLine prints an address on one line.
func appendLine(out []byte, a *record.Address) []byte {
	from := len(out)
	add := func(s, cut string) {
		if s != "" {
			if len(out) > from {
				out = append(out, cut...)
			}
			out = append(out, s...)
		}
	}
	add(a.Street, ", ")
	add(a.Street2, ", ")
	add(a.Postcode, ", ")
	if a.Postcode != "" {
		add(a.City, " ")
	} else {
		add(a.City, ", ")
	}
	add(a.Region, ", ")
	add(a.Country, ", ")
	return out
}
