package emails

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits in octets.
const (
	maxLocal   = 64  // RFC 5321 4.5.3.1.1
	maxAddress = 254 // RFC 5321 4.5.3.1.3 with RFC 3696 erratum 1690: a path of 256 less its angle brackets
	maxDomain  = 253 // RFC 1035 2.3.4: 255 on the wire
	maxLabel   = 63  // RFC 1035 2.3.4
)

// address is a mailbox that passed the syntax.
type address struct {
	local  string // lower case, NFC, without quotes that say nothing
	domain string // lower case, A-labels
}

// in is the address in its one spelling: display itself where that is how it is spelled.
func (a address) in(display string) string {
	n := len(a.local)
	if len(display) == n+1+len(a.domain) && display[:n] == a.local && display[n] == '@' && display[n+1:] == a.domain {
		return display
	}
	return a.local + "@" + a.domain
}

// fault is the rule that an address breaks, with the clause it comes from; empty when there is none.
type fault string

const (
	noAt            fault = "no @: RFC 5321 4.1.2"
	manyAt          fault = "more than one @: RFC 5321 4.1.2"
	emptyLocal      fault = "empty local part: RFC 5321 4.1.2"
	longLocal       fault = "local part over 64 octets: RFC 5321 4.5.3.1.1"
	badDot          fault = "dot first, last or doubled in the local part: RFC 5321 4.1.2 Dot-string"
	badLocal        fault = "character not allowed in the local part: RFC 5322 3.2.3 atext"
	badLocalUnicode fault = "character not allowed in the local part: RFC 6531 3.3, RFC 6532 3.1"
	badQuoted       fault = "broken quoted local part: RFC 5321 4.1.2 Quoted-string"
	emptyDomain     fault = "empty domain: RFC 5321 4.1.2"
	domainLiteral   fault = "an IP address is no domain for contact: RFC 5321 4.1.3"
	singleLabel     fault = "single-label domain: RFC 5321 2.3.5"
	emptyLabel      fault = "empty label in the domain: RFC 1035 2.3.1"
	longLabel       fault = "label over 63 octets: RFC 1035 2.3.4"
	badLabel        fault = "character not allowed in the domain: RFC 1035 2.3.1, RFC 5890 2.3.1"
	badHyphen       fault = "hyphen first or last in a label: RFC 1035 2.3.1"
	reservedHyphens fault = "hyphens third and fourth in a label: RFC 5891 4.2.3.1"
	badIDNA         fault = "label not allowed by IDNA2008: RFC 5891 4.2, RFC 5892"
	numericTLD      fault = "numeric top-level domain: RFC 3696 2"
	longDomain      fault = "domain over 253 octets: RFC 1035 2.3.4"
	longAddress     fault = "address over 254 octets: RFC 5321 4.5.3.1.3"
)

// parse reads one address, as mail is really used: dot-atoms, quoted local parts, EAI and IDNA2008; no comments, no
// folding, no domain literals, no single-label domains.
func parse(s string) (address, fault) {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return address{}, noAt
	}
	local, bad := parseLocal(s[:at])
	if bad != "" {
		return address{}, bad
	}
	domain, bad := parseDomain(s[at+1:])
	if bad != "" {
		return address{}, bad
	}
	if at+1+max(len(domain), len(s)-at-1) > maxAddress {
		return address{}, longAddress
	}
	return address{local: local, domain: domain}, ""
}

// parseLocal checks a local part and gives its canonical spelling.
func parseLocal(s string) (string, fault) {
	switch {
	case s == "":
		return "", emptyLocal
	case len(s) > maxLocal:
		return "", longLocal
	case s[0] == '"':
		return parseQuoted(s)
	}
	ascii, upper := true, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			ascii = false
		case c == '.':
			if i == 0 || i == len(s)-1 || s[i-1] == '.' {
				return "", badDot
			}
		case c == '@':
			return "", manyAt
		case !atext[c]:
			return "", badLocal
		case 'A' <= c && c <= 'Z':
			upper = true
		}
	}
	if !ascii {
		folded, bad := foldUnicode(s)
		if bad == "" && strings.ContainsFunc(folded, func(r rune) bool { return r < utf8.RuneSelf && r != '.' && !atext[r] }) {
			return "", badLocal // NFC makes a semicolon of the Greek question mark
		}
		return folded, bad
	}
	if upper {
		s = strings.ToLower(s)
	}
	return s, ""
}

var atext = func() (t [utf8.RuneSelf]bool) {
	for _, c := range "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~" {
		t[c] = true
	}
	return t
}()

// foldUnicode checks and lowers a local part with characters beyond ASCII: any that is printed, in NFC.
func foldUnicode(s string) (string, fault) {
	if !utf8.ValidString(s) {
		return "", badLocalUnicode
	}
	for i, r := range s {
		switch {
		case r < utf8.RuneSelf:
		case unicode.In(r, unicode.M) && i == 0:
			return "", badLocalUnicode
		case !unicode.IsOneOf(printed, r):
			return "", badLocalUnicode
		}
	}
	s = norm.NFC.String(strings.ToLower(norm.NFC.String(s)))
	if len(s) > maxLocal {
		return "", longLocal
	}
	return s, ""
}

var printed = []*unicode.RangeTable{unicode.L, unicode.M, unicode.N, unicode.P, unicode.S}

// parseQuoted reads a quoted local part. One whose content could stand without quotes is the same mailbox as that
// (RFC 5321 4.1.2: "the quoted string is equivalent"); the others keep theirs, escaped only where they must be.
func parseQuoted(s string) (string, fault) {
	if len(s) < 3 || s[len(s)-1] != '"' {
		return "", badQuoted
	}
	var content strings.Builder
	for i := 1; i < len(s)-1; i++ {
		c := s[i]
		if c == '\\' {
			if i++; i >= len(s)-1 {
				return "", badQuoted
			}
			if c = s[i]; c < ' ' || c > '~' {
				return "", badQuoted
			}
		} else if c == '"' || c < ' ' || c == 0x7F {
			return "", badQuoted
		}
		content.WriteByte(c)
	}
	inner := content.String()
	if plain, bad := parseLocal(inner); bad == "" && inner[0] != '"' {
		return plain, ""
	}
	lowered, bad := foldUnicode(inner)
	if bad != "" {
		return "", bad
	}
	lowered = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(lowered) + `"`
	if len(lowered) > maxLocal {
		return "", longLocal
	}
	return lowered, ""
}

// parseDomain checks a domain and gives it in lower case A-labels.
func parseDomain(s string) (string, fault) {
	switch {
	case s == "":
		return "", emptyDomain
	case s[0] == '[':
		return "", domainLiteral
	case ascii(s):
		s = strings.ToLower(s)
	}
	if !ascii(s) || strings.Contains(s, "xn--") {
		ascii, err := lookup.ToASCII(s)
		if err != nil || !permitted(ascii) {
			return "", badIDNA
		}
		s = ascii
	}
	if len(s) > maxDomain {
		return "", longDomain
	}
	return s, checkLabels(s)
}

func checkLabels(s string) fault {
	labels := 0
	numeric := false
	for rest := s; ; labels++ {
		label, tail, more := strings.Cut(rest, ".")
		switch {
		case label == "":
			return emptyLabel
		case len(label) > maxLabel:
			return longLabel
		case label[0] == '-' || label[len(label)-1] == '-':
			return badHyphen
		case len(label) > 3 && label[2:4] == "--" && label[:2] != "xn":
			return reservedHyphens
		}
		numeric = true
		for i := 0; i < len(label); i++ {
			c := label[i]
			digit := '0' <= c && c <= '9'
			if !digit && c != '-' && (c < 'a' || c > 'z') {
				return badLabel
			}
			numeric = numeric && digit
		}
		if !more {
			break
		}
		rest = tail
	}
	switch {
	case numeric && labels == 3:
		return domainLiteral
	case numeric:
		return numericTLD
	case labels == 0:
		return singleLabel
	}
	return ""
}
