package extract

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/agnivade/levenshtein"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// confirm looks whether values can be those of a field. Few or no values confirm what the name says.
func confirm(f record.Field, values []string) (ok bool, reason string) {
	if len(values) == 0 {
		return true, "it is empty as far as was looked"
	}
	var test func(string) bool
	var what string
	need := 0.5
	switch {
	case f == record.Email:
		test, what = isEmail, "have an @"
	case f == record.Phone:
		test, what = isPhone, "are numbers"
	case f.IsDate() || f.IsInstant():
		test, what = isDate, "are dates"
	case f == record.FullName, f == record.GivenName, f == record.FamilyName, f == record.City:
		test, what = isWord, "are words"
	case f == record.Postcode:
		test, what, need = isPostcode, "are short codes", 0.8
	case f == record.RecordID:
		share := float64(len(distinct(values))) / float64(len(values))
		if share < 0.5 {
			return false, fmt.Sprintf("only %.0f %% of its values are distinct", 100*share)
		}
		return true, "its values are distinct"
	default:
		return true, "nothing in its values speaks against it"
	}
	n := 0
	for _, v := range values {
		if test(v) {
			n++
		}
	}
	share := float64(n) / float64(len(values))
	return share >= need, fmt.Sprintf("%.0f %% of its values %s", 100*share, what)
}

// byValues names a column that has no name. Only what can hardly be mistaken is named.
func byValues(values []string, taken map[record.Field]int) (record.Field, string, bool) {
	if len(values) == 0 {
		return 0, "", false
	}
	for _, c := range []struct {
		field record.Field
		test  func(string) bool
		what  string
	}{
		{record.Email, isEmail, "have an @"},
		{record.BirthDate, isBirthDate, "are dates of the years of people's births"},
		{record.Phone, isLongPhone, "are phone numbers"},
		{record.Country, isCountryCode, "are two capital letters"},
		{record.FullName, isFullName, "are two to four words with capitals"},
	} {
		if _, second := taken[c.field]; second && !c.field.Many() {
			continue
		}
		n := 0
		for _, v := range values {
			if c.test(v) {
				n++
			}
		}
		if share := float64(n) / float64(len(values)); share >= 0.8 {
			return c.field, fmt.Sprintf("%.0f %% of its values %s", 100*share, c.what), true
		}
	}
	if _, second := taken[record.RecordID]; !second && len(taken) == 0 && len(distinct(values)) == len(values) && len(values) > 1 && !strings.Contains(values[0], " ") {
		return record.RecordID, "it comes first and its values are distinct", true
	}
	return 0, "", false
}

func distinct(values []string) []string {
	v := slices.Clone(values)
	slices.Sort(v)
	return slices.Compact(v)
}

func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && at < len(s)-1
}

func digits(s string) (n, letters int) {
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			n++
		case unicode.IsLetter(r):
			letters++
		}
	}
	return n, letters
}

func isPhone(s string) bool {
	n, letters := digits(s)
	return n >= 5 && n <= 30 && letters <= n
}

func isLongPhone(s string) bool {
	n, letters := digits(s)
	return n >= 8 && n <= 15 && letters == 0 && (n > 8 || !strings.ContainsAny(s, "-/.")) && (s[0] == '+' || s[0] == '0' || s[0] == '(' || strings.ContainsAny(s, " -"))
}

func isDate(s string) bool {
	if dayAndMonth.MatchString(s) {
		return false // a birthday without its year
	}
	n, letters := digits(s)
	return n >= 4 && n <= 26 && letters <= 12 && (strings.ContainsAny(s, "-/.: ") || n == 8 || n == 5 || n == 10 || n == 13)
}

var dayAndMonth = regexp.MustCompile(`^\d{1,2}[-/.]\d{1,2}\.?$`)

func isBirthDate(s string) bool {
	if !isDate(s) || len(s) > 10 {
		return false
	}
	for i := 0; i+4 <= len(s); i++ {
		if (strings.HasPrefix(s[i:], "19") || strings.HasPrefix(s[i:], "200")) && (i == 0 || i+4 == len(s)) {
			if n, _ := digits(s[i : i+4]); n == 4 {
				return true
			}
		}
	}
	return false
}

func isWord(s string) bool {
	n, letters := digits(s)
	return letters > n || letters > 0 && n == 0
}

func isFullName(s string) bool {
	words := strings.Fields(s)
	if len(words) < 2 || len(words) > 4 {
		return false
	}
	n, _ := digits(s)
	first := []rune(words[0])[0]
	last := []rune(words[len(words)-1])[0]
	return n == 0 && unicode.IsUpper(first) && unicode.IsUpper(last)
}

func isCountryCode(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

func isPostcode(s string) bool {
	n, _ := digits(s)
	return len(s) <= 12 && n > 0
}

// near says which column was probably meant, but of a first row that may be data.
func (t *Table) near(word string) string {
	if t.doubted {
		return "its first row looks like data: has it a header at all? `header: false` says that it has none"
	}
	return nearest(word, t.header)
}

// nearest says which column was probably meant, or which there are.
func nearest(word string, columns []string) string {
	best, distance := "", 1<<30
	for _, c := range columns {
		if n := levenshtein.ComputeDistance(plainName(word), plainName(c)); n < distance {
			best, distance = c, n
		}
	}
	if distance <= max(2, len(word)/3) {
		return fmt.Sprintf("did you mean %q?", best)
	}
	shown := columns[:min(len(columns), 30)]
	return "it has " + strings.Join(shown, ", ")
}
