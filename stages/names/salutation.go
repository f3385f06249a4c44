package names

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// occasions are how letters open: by what is known of whom they go to.
var occasions = [...]string{"formal_title", "formal_male", "formal_female", "formal_both", "informal", "formal_no_name", "company", "nothing_known", "initial_only", "family_only"}

// blanks are what a pattern may leave open.
var blanks = [...]string{"title", "academic", "given_name", "family_name", "family_name_capitalised", "company", "patronymic", "given_name_vocative", "family_name_vocative"}

// addSalutation takes a pattern of a language's letters.
func (l *Lists) addSalutation(row []string) error {
	if !slices.Contains(occasions[:], row[1]) {
		return fmt.Errorf("situation is none of %s", strings.Join(occasions[:], ", "))
	}
	for _, part := range strings.Split(row[2], "{")[1:] {
		if name, _, closed := strings.Cut(part, "}"); !closed || !slices.Contains(blanks[:], name) {
			return fmt.Errorf("pattern has braces around none of %s", strings.Join(blanks[:], ", "))
		}
	}
	l.salutations[row[0]+"/"+row[1]] = row[2]
	return nil
}

// Salutation opens a letter to the customer in its language: by title and family name where title and gender are known,
// else by the whole name. It is empty when nothing is known; never "Sir or Madam".
func (l *Lists) Salutation(c *record.Customer) string {
	t := &c.Text
	home := l.culture(t[record.Country])
	lang, _, _ := strings.Cut(t[record.Language], "-")
	if lang == "nb" || lang == "nn" {
		lang = "no"
	}
	if l.salutations[lang+"/nothing_known"] == "" {
		lang = home.letters
	}
	if l.salutations[lang+"/nothing_known"] == "" {
		lang = "en"
	}
	family, given := t[record.FamilyName], t[record.GivenName]
	if len([]rune(strings.Trim(given, "."))) < 2 || strings.Contains(given, " ") && strings.Contains(given, ".") {
		given = "" // an initial is nothing to call people by
	}
	gender := t[record.Gender]
	if g := titleGender(t[record.Title], home); g != "" {
		gender = g
	}
	values := map[string]string{
		"title": home.courtesy(t[record.Title], lang), "academic": home.academic(t[record.Title]), "given_name": given, "family_name": familyCalled(family, lang, home),
		"family_name_capitalised": capitalised(family), "company": t[record.Company], "patronymic": patronymic(t[record.MiddleName]),
	}
	situations := []string{"formal_title", "formal_" + gender, "formal_both", "informal"}
	for _, situation := range situations {
		pattern := l.salutations[lang+"/"+situation]
		if pattern == "" || situation == "formal_title" && values["title"] == "" || situation == "formal_"+gender && gender != "male" && gender != "female" {
			continue
		}
		if situation != "informal" && family == "" && strings.Contains(pattern, "{family_name") {
			continue
		}
		if s, ok := fill(pattern, values); ok {
			return s
		}
	}
	switch full := t[record.FullName]; {
	case full != "" && l.salutations[lang+"/formal_no_name"] != "":
		return l.salutations[lang+"/formal_no_name"]
	case full != "":
		return l.opening(lang) + full
	case t[record.Company] != "" && l.salutations[lang+"/company"] != "":
		s, _ := fill(l.salutations[lang+"/company"], values)
		return s
	case t[record.Company] != "":
		return l.opening(lang) + t[record.Company]
	}
	return ""
}

// opening is how the language opens without a form for the name.
func (l *Lists) opening(lang string) string {
	if lang == "en" {
		return "Dear "
	}
	return strings.TrimRight(l.salutations[lang+"/nothing_known"], ",!:.，：、 ") + " "
}

// fill puts values in a pattern; false where one is not known, but for an academic title, which many have not.
func fill(pattern string, values map[string]string) (string, bool) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(pattern, "{")
		b.WriteString(before)
		if !found {
			return text.Tidy(b.String()), true
		}
		name, after, _ := strings.Cut(rest, "}")
		if values[name] == "" && name != "academic" {
			return "", false
		}
		b.WriteString(values[name])
		pattern = after
	}
}

// familyCalled is the family name that people are addressed by: of two, the father's.
func familyCalled(family, lang string, home *culture) string {
	if lang != "es" || !home.two && !home.anywhere() {
		return family
	}
	s := splitter{name: family, home: home}
	at := spans(nil, family)
	for i := range at {
		if !s.isPrefix(at[i]) {
			return s.words(at[:i+1])
		}
	}
	return family
}

// capitalised writes the first particle with a capital, as Dutch does where no given name stands before it.
func capitalised(family string) string {
	r, n := utf8.DecodeRuneInString(family)
	if n == 0 || r == '\'' {
		return family
	}
	return string(unicode.ToTitle(r)) + family[n:]
}

// patronymic is a middle name that tells the father's, in Russian.
func patronymic(middle string) string {
	for _, end := range [...]string{"вич", "вна", "ична", "инична", "ьич"} {
		if strings.HasSuffix(middle, end) {
			return middle
		}
	}
	return ""
}

// courtesy is the title that goes before a family name in a language: of that language, and no office.
func (c *culture) courtesy(titleText, lang string) string {
	if strings.ContainsAny(titleText, "&+") || hasJoiner(titleText) {
		return titleText // Mr & Mrs
	}
	for _, w := range strings.Fields(titleText) {
		for _, t := range c.look(w).titles {
			if t.language == lang && t.kind != "office" && t.kind != "honour" {
				return t.canonical
			}
		}
	}
	return ""
}

func (c *culture) academic(titleText string) string {
	var out []string
	for _, w := range strings.Fields(titleText) {
		if list := c.look(w).titles; len(list) > 0 && list[0].kind == "academic" {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}
