package extract

import "strings"

// scanFlat visits the pairs of an object that holds nothing but plain text without escapes, numbers as JSON writes them,
// true, false and null, in the order of the line: what most lines are, and ten times as fast as a decoder. It is false,
// after some visits perhaps, for everything else, whether that is JSON or not.
func scanFlat(line string, visit func(name, value string)) bool {
	s := strings.Trim(line, " \t\r\n")
	if len(s) < 2 || s[0] != '{' {
		return false
	}
	at := skipBlank(s, 1)
	if at < len(s) && s[at] == '}' {
		return at == len(s)-1
	}
	for {
		name, next := flatText(s, at)
		if next < 0 {
			return false
		}
		if at = skipBlank(s, next); at >= len(s) || s[at] != ':' {
			return false
		}
		value, next := flatValue(s, skipBlank(s, at+1))
		if next < 0 {
			return false
		}
		visit(name, value)
		if at = skipBlank(s, next); at >= len(s) {
			return false
		}
		switch s[at] {
		case ',':
			at = skipBlank(s, at+1)
		case '}':
			return at == len(s)-1
		default:
			return false
		}
	}
}

func skipBlank(s string, at int) int {
	for at < len(s) && (s[at] == ' ' || s[at] == '\t') {
		at++
	}
	return at
}

// flatText reads a string from its opening quote; next is behind the closing one, -1 for what is not plain.
func flatText(s string, at int) (text string, next int) {
	if at >= len(s) || s[at] != '"' {
		return "", -1
	}
	for i := at + 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return s[at+1 : i], i + 1
		case c == '\\' || c < ' ':
			return "", -1
		}
	}
	return "", -1
}

func flatValue(s string, at int) (text string, next int) {
	if at < len(s) && s[at] == '"' {
		return flatText(s, at)
	}
	end := at
	for end < len(s) && s[end] != ',' && s[end] != '}' && s[end] != ' ' && s[end] != '\t' {
		end++
	}
	switch word := s[at:end]; {
	case word == "null":
		return "", end
	case word == "true" || word == "false" || flatNumber(word):
		return word, end
	}
	return "", -1
}

// flatNumber holds for whole and decimal numbers without an exponent.
func flatNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole, part, point := strings.Cut(s, ".")
	digits := func(s string) bool {
		for i := 0; i < len(s); i++ {
			if s[i] < '0' || s[i] > '9' {
				return false
			}
		}
		return s != ""
	}
	return digits(whole) && (len(whole) == 1 || whole[0] != '0') && (!point || digits(part))
}
