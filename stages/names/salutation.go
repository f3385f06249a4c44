package names

import (
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

var salutations = func() map[string]string { // language/situation to pattern
	m := make(map[string]string)
	for _, c := range rows(salutationsFile) {
		if k := c[0] + "/" + c[1]; m[k] == "" {
			m[k] = c[2]
		}
	}
	return m
}()

// spoken is the language that letters to a country are written in, where its people speak one.
var spoken = map[string]string{
	"GB": "en", "US": "en", "AU": "en", "NZ": "en", "IE": "en", "DE": "de", "AT": "de", "FR": "fr", "ES": "es", "MX": "es", "AR": "es", "CO": "es", "IT": "it", "PT": "pt", "BR": "pt", "NL": "nl",
}

// Salutation opens a letter to the customer in its language: by title and family name where title and gender are known,
// else by the whole name. It is empty when nothing is known; never "Sir or Madam".
func Salutation(c *record.Customer) string {
	t := &c.Text
	lang, _, _ := strings.Cut(t[record.Language], "-")
	if salutations[lang+"/nothing_known"] == "" {
		if lang = spoken[t[record.Country]]; lang == "" {
			lang = "en"
		}
	}
	fill := strings.NewReplacer("{title}", courtesy(t[record.Title], lang), "{academic}", academic(t[record.Title]), "{given_name}", t[record.GivenName],
		"{family_name}", t[record.FamilyName], "{company}", t[record.Company])
	use := func(situation string) string {
		return text.Tidy(fill.Replace(salutations[lang+"/"+situation]))
	}
	family, givenName := t[record.FamilyName] != "", len([]rune(strings.Trim(t[record.GivenName], "."))) > 1
	gender := t[record.Gender]
	if g := titleGender(t[record.Title]); g != "" {
		gender = g
	}
	switch {
	case family && salutations[lang+"/formal_title"] != "" && courtesy(t[record.Title], lang) != "":
		return use("formal_title")
	case family && (gender == "male" || gender == "female") && salutations[lang+"/formal_"+gender] != "":
		return use("formal_" + gender)
	case family && givenName && salutations[lang+"/formal_both"] != "":
		return use("formal_both")
	case givenName && salutations[lang+"/informal"] != "":
		return use("informal")
	case t[record.FullName] != "" && salutations["en/formal_both"] != "":
		return "Dear " + t[record.FullName]
	case t[record.Company] != "" && salutations[lang+"/company"] != "":
		return use("company")
	}
	return ""
}

// courtesy is the title that goes before a family name in a language: of that language, or academic.
func courtesy(titleText, lang string) string {
	for _, w := range strings.Fields(titleText) {
		for _, t := range titles[text.Fold(w)] {
			if t.language == lang && t.kind != "office" {
				return t.canonical
			}
		}
	}
	return ""
}

func academic(titleText string) string {
	var out []string
	for _, w := range strings.Fields(titleText) {
		if list := titles[text.Fold(w)]; len(list) > 0 && list[0].kind == "academic" {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

func titleGender(titleText string) string {
	for _, w := range strings.Fields(titleText) {
		for _, t := range titles[text.Fold(w)] {
			if t.gender == "male" || t.gender == "female" {
				return t.gender
			}
		}
	}
	return ""
}
