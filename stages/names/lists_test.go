package names

import (
	"bufio"
	"slices"
	"strings"
	"testing"
)

// A word may tell of a firm in several places, and each is said once.
func TestCompanyWordsStandOnce(t *testing.T) {
	f, err := data.Open("data/company_words.psv")
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for in := bufio.NewScanner(f); in.Scan(); {
		cells := strings.Split(in.Text(), "|")
		if k := string(keyOf(nil, cells[0])) + "|" + cells[1]; seen[k] {
			t.Errorf("%s stands twice", k)
		} else {
			seen[k] = true
		}
	}
	for name, country := range map[string]string{
		"Rossi Studio Legale": "IT", "Studio Legale Rossi": "IT", "Bianchi Studio Medico": "IT", "Studio Dentistico Bianchi": "IT",
		"CV Maju Jaya": "ID", "Vermeer Van Dijk CV": "NL",
	} {
		if !builtIn().culture(country).isCompany(name) {
			t.Errorf("%s is no firm", name)
		}
	}
	if builtIn().culture("GB").isCompany("Anna Smith PT") { // a legal form only in front
		t.Error("Anna Smith PT is a firm")
	}
}

// A job's own row takes the place of all that the list says of the word, however either writes it.
func TestOwnRowsWin(t *testing.T) {
	l := DefaultLists()
	for list, rows := range map[string]string{
		"company_words": "words|where\nLtd Şti|front\n",
		"suffixes":      "written|canonical|kind\nPh.D|Doctor|academic\n",
		"titles":        "written|language|canonical|kind\nmr.|en|Mister|courtesy\n",
		"particles":     "particle|languages|kind|case\nO’|en ga|within|lower\n",
	} {
		if err := l.Load(list, strings.NewReader(rows), true); err != nil {
			t.Error(err)
		}
	}
	if e := l.words["ltd şti"]; e.firm != atFront {
		t.Errorf("ltd şti: %b", e.firm)
	}
	if e := l.words["phd"]; e.suffix.canonical != "Doctor" {
		t.Errorf("phd: %+v", e.suffix)
	}
	if e := l.words["mr"]; len(slices.DeleteFunc(e.titles, func(x title) bool { return x.language != "en" })) != 1 {
		t.Errorf("mr: %+v", e.titles)
	}
}

func TestFamiliesAreFoundAsTheyStand(t *testing.T) {
	for row, ok := range map[string]bool{"mackay||keep": true, "Mackay||keep": false, "st. john||keep": false, "macfoo|MacFoo|capital": true, "macfoo|MacFool|capital": false} {
		if err := DefaultLists().Load("families", strings.NewReader("lower|usual_form|rule\n"+row+"\n"), true); (err == nil) != ok {
			t.Errorf("%s: %v", row, err)
		}
	}
}
