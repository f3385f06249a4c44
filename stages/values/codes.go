package values

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// code replaces a value by its code. A value that only says that nothing is known becomes empty; one that has no code too,
// with a finding.
func code(r *record.Record, f record.Field, c, rule string) {
	v := r.Text[f]
	switch {
	case c == "":
		r.Findings = append(r.Findings, record.Finding{Code: "value_unreadable", Effect: record.Asks, Value: v, Source: "values", Detail: f.String()})
	case c == "unknown" || nothing(c): // a code that says that there is none (na) would not last
		c = ""
	}
	r.Set(f, c, rule, 0.99)
}

// gender is female, male, other or unknown; empty for what is none. beside are the letters that the column holds.
func (l *Lists) gender(s, beside string) string {
	for _, x := range l.genders[text.Fold(s)] {
		if !slices.ContainsFunc(x.with, func(w string) bool { return !strings.Contains(beside, w) }) &&
			!slices.ContainsFunc(x.without, func(w string) bool { return strings.Contains(beside, w) }) {
			return x.means
		}
	}
	return ""
}

// Survey is a fold over the genders of all records: which letters each source has. What M means goes by whether F or H
// stands beside it.
type Survey struct{ letters map[string]string }

// NewSurvey makes an empty survey.
func NewSurvey() *Survey { return &Survey{make(map[string]string)} }

// Add folds one value as it was read.
func (s *Survey) Add(source string, f record.Field, value string) {
	if f != record.Gender || len(value) > 8 {
		return
	}
	c := text.Fold(value)
	if utf8.RuneCountInString(c) != 1 || strings.Contains(s.letters[source], c) {
		return
	}
	runes := []rune(s.letters[source] + c)
	slices.Sort(runes)
	s.letters[source] = string(runes)
}

// Merge adds another survey.
func (s *Survey) Merge(o *Survey) {
	for source, letters := range o.letters {
		for _, c := range letters {
			s.Add(source, record.Gender, string(c))
		}
	}
}

// Letters are the letters of each source, sorted.
func (s *Survey) Letters() map[string]string { return s.letters }

// language is [Lists.readLanguage], remembered: people speak few languages.
func (l *Lists) language(s string) string {
	if len(s) == 2 {
		if c := strings.ToLower(s); l.tag(c) == c {
			return c
		}
	}
	if tag, ok := l.tags.Load(s); ok {
		return tag.(string)
	}
	s = strings.Clone(s) // not to hold the row it came from
	tag := l.readLanguage(s)
	if len(s) <= longestTag && l.tagsHeld.Add(1) <= mostTags {
		l.tags.Store(s, tag)
	}
	return tag
}

// What is remembered of languages is bounded; others are read anew each time, with the same answer.
const (
	longestTag = 40
	mostTags   = 10_000
)

// tag is that of a language's name or code, in small letters.
func (l *Lists) tag(name string) string {
	if t := l.named[name]; t != "" {
		return t
	}
	return l.languages[name]
}

// readLanguage gives a BCP 47 tag: of a tag in another spelling, or of a language's name.
func (l *Lists) readLanguage(s string) string {
	if code := l.tag(text.Fold(s)); code != "" {
		return code
	}
	s, _, _ = strings.Cut(s, ".") // en_US.UTF-8, de_DE@euro
	s, _, _ = strings.Cut(s, "@")
	base, rest, regional := strings.Cut(strings.ReplaceAll(s, "_", "-"), "-")
	if len(base) > 3 && regional { // English-UK
		return ""
	}
	if own := l.tag(strings.ToLower(base)); own != "" && len(base) <= 3 && !strings.Contains(own, "-") {
		base = own
	} else if len(base) == 3 && !regional {
		return "" // a code of three letters that no list knows is no language of a customer
	}
	if regional {
		base += "-" + rest
	}
	tag, err := language.Parse(base)
	if err != nil || tag == language.Und {
		return ""
	}
	out := tag.String()
	if first, _, _ := strings.Cut(out, "-"); l.tag(strings.ToLower(first)) != first {
		return "" // en-grb is Grebo, and no customer's language
	}
	return out
}

// refusals are what a preference that is none says of the person.
var refusals = map[string]struct {
	field record.Field
	value string
}{
	"no_contact": {record.DoNotContact, "yes"},
	"no_call":    {record.DoNotCall, "yes"},
	"no_email":   {record.ConsentEmail, "no"},
	"no_sms":     {record.ConsentSMS, "no"},
	"no_post":    {record.ConsentPost, "no"},
}

// preference reads the preferred channel. One that refuses (no contact please) is none, and goes to the field that forbids.
func (m *Mapper) preference(r *record.Record) {
	v := r.Text[record.PreferredChannel]
	if v == "" {
		return
	}
	c := m.lists.channels[text.Fold(v)]
	if c == "" {
		c = m.lists.channels[strings.Join(plainly(v), " ")]
	}
	if said := m.lists.answers[key(v)]; c == "" && said.speaks && said.consent == no { // unsubscribed
		c = "no_contact"
	}
	if x, refuses := refusals[c]; refuses {
		r.Set(x.field, x.value, "values.refused", 0.95)
		c = "unknown"
	}
	code(r, record.PreferredChannel, c, "values.channel")
}

// plainly are the folded words of a text without its courtesies.
func plainly(s string) []string {
	return slices.DeleteFunc(strings.Fields(text.Fold(s)), func(w string) bool { return courtesies[w] })
}

func snake(s string) string { return strings.ReplaceAll(text.Fold(s), " ", "_") }

// amount reads a number in the ways of any country: the last of point and comma is the decimal mark, unless it parts
// thousands.
func amount(s string) string {
	var room [40]byte
	digits := room[:0]
	negative := false
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9' || r == '.' || r == ',':
			digits = append(digits, byte(r))
		case (r == '-' || r == '−') && len(digits) == 0 || r == '(' && i == 0 && strings.HasSuffix(s, ")"):
			negative = true
		case r == ' ' || r == '\'' || r == '’' || r == '€' || r == '$' || r == '£' || r == '¥' || r == '₹' || r == '\u00a0' || r == '\u202f' || r >= 'A' && r <= 'Z' || r == ')' && i == len(s)-1:
		default:
			return ""
		}
	}
	d := string(digits)
	if strings.Trim(d, ".,") == "" {
		return ""
	}
	mark := strings.LastIndexAny(d, ".,")
	whole, part := d, ""
	if mark >= 0 {
		c := d[mark : mark+1]
		thousands := len(d)-mark-1 == 3 && (strings.Count(d, c) > 1 || c == "," && !strings.Contains(d, ".")) && d[0] != '0'
		if !thousands {
			whole, part = d[:mark], d[mark+1:]
		}
	}
	out := make([]byte, 0, len(d)+2)
	if negative {
		out = append(out, '-')
	}
	begin := len(out)
	for i := range len(whole) {
		if c := whole[i]; c > '0' && c <= '9' || c == '0' && len(out) > begin {
			out = append(out, c)
		}
	}
	if len(out) == begin {
		out = append(out, '0')
	}
	if part != "" {
		out = append(append(out, '.'), part...)
	}
	return string(out)
}

// plainAmount reports whether a number is in the one form already.
func plainAmount(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole, part, marked := strings.Cut(s, ".")
	return whole != "" && (whole == "0" || whole[0] != '0') && len(part) != 3 && (part != "" || !marked) && strings.Trim(whole+part, "0123456789") == ""
}
