package evaluate

import (
	"strings"
	"unicode"
)

// keysOf are the forms by which a point of the run can be recognised.
type keysOf struct {
	value, display uint64
	replaced       uint64 // the form that replaces it
	tail           uint64 // a number's last seven digits
}

func (k keysOf) is(key uint64) bool { return key != 0 && (key == k.value || key == k.display) }

func fold(s string) uint64 {
	if s == "" {
		return 0
	}
	return seeded(strings.ToLower(strings.TrimSpace(s)))
}

func pointKeys(kind int, p *Point) keysOf {
	switch kinds[kind] {
	case "phone":
		d := digitsOf(p.Value)
		return keysOf{value: fold(d), display: fold(digitsOf(p.Display)), replaced: fold(digitsOf(p.ReplacedBy)), tail: fold(tail(d))}
	case "post":
		return keysOf{value: fold(postKey(p.Country, p.Postcode, p.Street))}
	}
	return keysOf{value: fold(p.Value), display: fold(p.Display), replaced: fold(p.ReplacedBy)}
}

// truthKeys are the key of a value of the truth, and a looser one: its replacement, else a broken number's last digits.
func truthKeys(kind int, value, replaced string) (key, loose uint64) {
	switch kinds[kind] {
	case "phone":
		d := digitsOf(value)
		if replaced != "" {
			return fold(d), fold(digitsOf(replaced))
		}
		return fold(d), fold(tail(d))
	case "post":
		street, rest, _ := strings.Cut(value, "; ")
		parts := strings.Split(rest, "; ")
		if len(parts) < 3 {
			return fold(value), 0
		}
		return fold(postKey(parts[len(parts)-1], parts[len(parts)-2], street)), 0
	}
	return fold(value), fold(replaced)
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func tail(digits string) string {
	if len(digits) < 7 {
		return ""
	}
	return digits[len(digits)-7:]
}

// postKey is country, postcode without blanks, and the numbers of the street: what spellings of one address share.
func postKey(country, postcode, street string) string {
	var b strings.Builder
	b.WriteString(strings.ToUpper(country))
	b.WriteByte('|')
	for _, r := range strings.ToUpper(postcode) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	gap := true
	for _, r := range street {
		if !unicode.IsDigit(r) {
			gap = true
			continue
		}
		if gap {
			b.WriteByte('|')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
