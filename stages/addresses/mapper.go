package addresses

import (
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// Mapper cleans the address of one record. It is safe for concurrent use.
type Mapper struct{}

// New makes a mapper.
func New() *Mapper { return &Mapper{} }

// Map cleans the address and makes its contact point.
func (m *Mapper) Map(r record.Record) (record.Record, error) {
	if v := r.Text[record.Country]; v != "" {
		country(&r, v)
	}
	if v := r.Text[record.Postcode]; v != "" {
		r.Set(record.Postcode, postcode(v, r.Home()), "addresses.postcode", 0.98)
	}
	if r.Text[record.Postcode] == "" && r.Text[record.City] == "" {
		oneLine(&r)
	}
	point(&r)
	return r, nil
}

// country gives the ISO code; a name that is not known is kept out, with a finding.
func country(r *record.Record, v string) {
	code, ok := CountryCode(v)
	if !ok {
		r.Findings = append(r.Findings, record.Finding{Code: "country_unknown", Effect: record.Asks, Value: v, Source: "addresses", Detail: "country"})
		r.Set(record.Country, "", "addresses.country", 0.5)
		return
	}
	r.Set(record.Country, code, "addresses.country", 0.99)
}

// postcode writes a code in its country's form: capitals, and the space where it belongs. One that does not fit the form
// is returned as it is.
func postcode(v, country string) string {
	c := compact(v)
	for _, form := range forms(c, country) {
		if p := rules[country].postcode; p != nil && p.MatchString(form) {
			return form
		}
	}
	return text.Tidy(v)
}

// forms are the ways in which a country may write a code.
func forms(c, country string) []string {
	cut := func(n int, mark string) string {
		if len(c) <= n || n < 0 {
			return c
		}
		return c[:n] + mark + c[n:]
	}
	switch country {
	case "GB", "IM", "JE", "GG", "CA":
		return []string{cut(len(c)-3, " "), c}
	case "NL":
		return []string{cut(4, " "), c}
	case "SE", "CZ", "SK", "GR":
		return []string{cut(3, " "), c}
	case "US":
		return []string{cut(5, "-"), c, "0" + c} // a spreadsheet drops the leading zero
	case "BR":
		return []string{cut(5, "-"), c}
	case "PT":
		return []string{cut(4, "-"), c}
	case "PL":
		return []string{cut(2, "-"), c}
	case "JP":
		return []string{cut(3, "-"), c}
	case "IE":
		return []string{cut(3, " "), c}
	case "DE", "FR", "ES", "IT", "MX":
		if len(c) == 4 {
			return []string{c, "0" + c}
		}
	}
	return []string{c, cut(3, " "), cut(4, " ")}
}

// point makes the record's post point, and judges it.
func point(r *record.Record) {
	drop(r)
	a := record.Address{
		Street: r.Text[record.Street], Street2: r.Text[record.Street2], City: r.Text[record.City], Region: r.Text[record.Region],
		Postcode: r.Text[record.Postcode], Country: r.Home(),
	}
	if a.Street == "" && a.City == "" && a.Postcode == "" {
		return
	}
	p := record.ContactPoint{Kind: record.PostPoint, Value: MatchForm(a), Display: line(a), Address: a, PCurrent: -1}
	rule, known := rules[a.Country]
	switch {
	case placeholders["street/"+compact(a.Street)] || placeholders["postcode/"+compact(a.Postcode)]:
		judge(r, &p, record.Placeholder, "placeholders")
	case a.Street == "" || a.City == "" && a.Postcode == "" || known && (rule.required && a.Postcode == "" || strings.Contains(rule.needs, "C") && a.City == ""):
		judge(r, &p, record.Incomplete, "postcodes")
	case known && rule.postcode != nil && a.Postcode != "" && !rule.postcode.MatchString(a.Postcode):
		judge(r, &p, record.BadPostcode, "postcodes")
	case !known || a.Country == "":
		p.Status = record.Unknown
		if a.City == "" || a.Country == "" {
			judge(r, &p, record.Incomplete, "postcodes")
		}
	}
	r.Points = append(r.Points, p)
}

// drop takes away the point and findings of an earlier walk, so that cleaning twice is cleaning once.
func drop(r *record.Record) {
	points := r.Points[:0:0]
	for _, p := range r.Points {
		if p.Kind != record.PostPoint {
			points = append(points, p)
		}
	}
	r.Points = points
	findings := r.Findings[:0:0]
	for _, f := range r.Findings {
		if f.Kind != record.PostPoint {
			findings = append(findings, f)
		}
	}
	r.Findings = findings
}

func judge(r *record.Record, p *record.ContactPoint, reason record.Reason, table string) {
	p.Judge(reason)
	r.Findings = append(r.Findings, record.Finding{Kind: record.PostPoint, Value: p.Value, Code: reason, Effect: record.GivesStatus, Source: table})
}

// MatchForm is an address in one spelling, for comparing alone: folded, abbreviations written out.
func MatchForm(a record.Address) string {
	var out strings.Builder
	for i, part := range []string{a.Street, a.Street2, compact(a.Postcode), a.City, a.Country} {
		if i > 0 {
			out.WriteByte('|')
		}
		if i == 0 || i == 1 {
			out.WriteString(street(part))
		} else {
			out.WriteString(text.Fold(part))
		}
	}
	return out.String()
}

// street folds a street and writes its abbreviations out: "12 High St." and "12, High Street" are alike, and so are
// Hauptstr. and Hauptstraße.
func street(s string) string {
	words := strings.Fields(text.Fold(s))
	for i, w := range words {
		if long, ok := abbreviations[w]; ok && i > 0 {
			words[i] = long
		} else if base, ok := strings.CutSuffix(w, "str"); ok && len(base) > 3 {
			words[i] = base + "strasse"
		}
	}
	return strings.Join(words, " ")
}

// line prints an address on one line.
func line(a record.Address) string {
	var parts []string
	for _, s := range []string{a.Street, a.Street2, strings.TrimSpace(a.Postcode + " " + a.City), a.Region, a.Country} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

// oneLine splits an address that stands in one field, where its parts are divided by commas and one of them holds a
// postcode of the country's form. Anything else is left alone.
func oneLine(r *record.Record) {
	rule := rules[r.Home()]
	parts := strings.Split(r.Text[record.Street], ",")
	if rule.postcode == nil || len(parts) < 2 {
		return
	}
	last := text.Tidy(parts[len(parts)-1])
	if code, ok := CountryCode(last); ok && len(parts) > 2 && (code == r.Home() || r.Text[record.Country] == "") {
		parts = parts[:len(parts)-1]
		last = text.Tidy(parts[len(parts)-1])
	}
	words := strings.Fields(last)
	for n := 1; n <= 2 && n <= len(words); n++ {
		for _, ends := range [2]bool{false, true} {
			code, rest := strings.Join(words[:n], " "), strings.Join(words[n:], " ")
			if ends {
				code, rest = strings.Join(words[len(words)-n:], " "), strings.Join(words[:len(words)-n], " ")
			}
			form := postcode(code, r.Home())
			if !rule.postcode.MatchString(form) {
				continue
			}
			front := parts[:len(parts)-1]
			if rest == "" { // "12 High Street, London, N1 7AA"
				if len(front) < 2 {
					return
				}
				rest = text.Tidy(front[len(front)-1])
				front = front[:len(front)-1]
			}
			r.Set(record.Street, text.Tidy(strings.Join(front, ",")), "addresses.one_line", 0.93)
			r.Set(record.City, rest, "addresses.one_line", 0.93)
			r.Set(record.Postcode, form, "addresses.one_line", 0.95)
			return
		}
	}
}
