package names

import (
	"bufio"
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
