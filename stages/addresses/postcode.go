package addresses

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// codeForms are the ways in which one country writes its postcodes.
type codeForms struct {
	forms  []codeForm
	zeros  int             // leading zeros that may be put back without further evidence
	mark   string          // letters that people put before the code, besides the country's two
	starts map[string]bool // the letters that a code must begin with; none: any
}

// codeForm is one way: what may stand in each place, and what divides them.
type codeForm struct {
	places []place
	text   string // the form as the list writes it, with what divides it
	digits bool   // nothing but digits
}

// place is one character: a set of ASCII characters, or one that is always the same.
type place struct {
	set   [2]uint64
	fixed byte // 0 where it is not
	cut   string
}

func (p *place) has(c byte) bool { return c < utf8.RuneSelf && p.set[c>>6]&(1<<(c&63)) != 0 }

func (p *place) add(from, to byte) {
	for c := int(from); c <= int(to); c++ {
		p.set[c>>6] |= 1 << (c & 63)
	}
}

// compile reads a form of postcode_forms.psv.
func compile(form string) (codeForm, error) {
	f := codeForm{text: form, digits: true}
	cut := ""
	for i := 0; i < len(form); i++ {
		var p place
		switch c := form[i]; {
		case c == ' ' || c == '-':
			cut = string(c)
			continue
		case c == '#':
			p.add('0', '9')
		case c == '@':
			p.add('A', 'Z')
		case c == '*':
			p.add('0', '9')
			p.add('A', 'Z')
		case c == '!':
			for x := range strings.SplitSeq("ABDEFGHJLNPQRSTUWXYZ", "") {
				p.add(x[0], x[0])
			}
		case c == '[':
			end := strings.IndexByte(form[i:], ']')
			if end < 2 {
				return f, errors.New("a form has a [ without its ]")
			}
			for set := form[i+1 : i+end]; set != ""; {
				to, size := set[0], 1
				if len(set) > 2 && set[1] == '-' {
					to, size = set[2], 3
				}
				p.add(set[0], to)
				set = set[size:]
			}
			i += end
		case c >= '0' && c <= '9' || c >= 'A' && c <= 'Z':
			p.add(c, c)
			p.fixed = c
		default:
			return f, errors.New("a form holds something else than # @ * ! [..], capitals, digits, spaces and hyphens")
		}
		p.cut, cut = cut, ""
		f.digits = f.digits && !p.has('A') && !p.has('Z') && (p.fixed == 0 || p.fixed <= '9')
		f.places = append(f.places, p)
	}
	if len(f.places) == 0 || len(f.places) > maxCode {
		return f, errors.New("a form is empty or too long")
	}
	return f, nil
}

const maxCode = 16

// fits reports whether a compact code has the form.
func (f *codeForm) fits(code string) bool {
	if len(code) != len(f.places) {
		return false
	}
	for i := range f.places {
		if !f.places[i].has(code[i]) {
			return false
		}
	}
	return true
}

// write divides a compact code as the form does. A code that is written so already comes back without an allocation.
func (f *codeForm) write(code, raw string) string {
	var buf [2 * maxCode]byte
	out := buf[:0]
	for i := range f.places {
		out = append(append(out, f.places[i].cut...), code[i])
	}
	if string(out) == raw {
		return raw
	}
	return string(out)
}

// begins reports whether a code begins with letters that the country has.
func (f *codeForms) begins(code string) bool {
	if len(f.starts) == 0 {
		return true
	}
	n := 0
	for n < len(code) && code[n] >= 'A' {
		n++
	}
	return f.starts[code[:n]]
}

func (f *codeForms) find(code string) *codeForm {
	for i := range f.forms {
		if f.forms[i].fits(code) && f.begins(code) {
			return &f.forms[i]
		}
	}
	return nil
}

// reading is what was made of a postcode.
type reading struct {
	code       string // in the country's form; as it came, where it has none of its forms
	ok         bool   // it has the country's form, or the country has none
	rule       string
	confidence float64
}

// postcode writes a code in its country's form. What is not sure is left as it is: a leading zero comes back only where the
// code is too short without it and the region, where one is known, does not speak against it.
func (l *Lists) postcode(raw, country, region string) reading {
	f := l.forms[country]
	if f == nil {
		return reading{raw, true, "", 1}
	}
	if whole, ok := strings.CutSuffix(raw, ".0"); ok && whole != "" && strings.Trim(whole, "0123456789") == "" { // a spreadsheet's number
		if r := l.postcode(whole, country, region); r.ok {
			r.rule, r.confidence = "addresses.postcode", min(r.confidence, 0.98)
			return r
		}
		return reading{code: raw}
	}
	var buf [2 * maxCode]byte
	code := string(appendCompact(buf[:0], raw)) // does not escape, so it is not allocated
	if x := f.find(code); x != nil {
		return reading{x.write(code, raw), true, "addresses.postcode", 0.99}
	}
	if len(code) == 0 || len(code) > maxCode+4 {
		return reading{code: raw}
	}
	if bare := f.bare(code, country); bare != code {
		if x := f.find(bare); x != nil {
			return reading{x.write(bare, ""), true, "addresses.postcode_mark", 0.98}
		}
		code = bare
	}
	if r, ok := l.zeros(f, code, country, region); ok && !strings.ContainsAny(raw, " -.") {
		return r
	}
	if r, ok := f.lettered(code); ok {
		return r
	}
	return reading{code: raw}
}

// bare takes away the country's letters before a code ("D-10115", "SE-111 22", "CH 8001", "〒100-0001").
func (f *codeForms) bare(code, country string) string {
	for _, mark := range [...]string{country, f.mark, "CEP", "CAP", "PLZ", "ZIPCODE", "ZIP", "CP", "PINCODE", "PIN", "POSTCODE", "POSTALCODE", "〒"} {
		if rest, ok := strings.CutPrefix(code, mark); ok && mark != "" && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			return rest
		}
	}
	if len(f.forms) == 1 { // the letters that all its codes begin with were left out: 1010 is LV-1010
		x := &f.forms[0]
		n := 0
		for n < len(x.places) && x.places[n].fixed >= 'A' {
			n++
		}
		if n > 0 && len(code) == len(x.places)-n && code[0] <= '9' {
			var buf [maxCode]byte
			for k := range n {
				buf[k] = x.places[k].fixed
			}
			if full := string(append(buf[:n], code...)); x.fits(full) {
				return full
			}
		}
	}
	return code
}

// zeros puts leading zeros back that a spreadsheet dropped.
func (l *Lists) zeros(f *codeForms, code, country, region string) (reading, bool) {
	if strings.Trim(code, "0123456789") != "" {
		return reading{}, false
	}
	known, named := l.area(country, []byte(fold(region)))
	for n := 1; n <= 3; n++ {
		full := "000"[:n] + code
		x := f.find(full)
		if x == nil || !x.digits {
			continue
		}
		agrees, told := l.inRegion(country, full, known.key)
		agrees = agrees && named
		switch {
		case agrees:
			return reading{x.write(full, ""), true, "addresses.postcode_zero", 0.97}, true
		case named && told, n > f.zeros:
		default:
			return reading{x.write(full, ""), true, "addresses.postcode_zero", 0.9}, true
		}
	}
	return reading{}, false
}

// lettered mends an O for a 0 and an I or L for a 1, or the other way round, where only one of the two can stand.
func (f *codeForms) lettered(code string) (reading, bool) {
	for i := range f.forms {
		x := &f.forms[i]
		if len(code) != len(x.places) {
			continue
		}
		var buf [maxCode]byte
		fits, changed := true, 0
		for k := range x.places {
			c := code[k]
			if !x.places[k].has(c) {
				c = lookalike(c)
				changed++
				fits = fits && c != 0 && x.places[k].has(c)
			}
			buf[k] = c
		}
		if mended := string(buf[:len(code)]); fits && changed == 1 && f.begins(mended) {
			return reading{x.write(mended, ""), true, "addresses.postcode_letters", 0.9}, true
		}
	}
	return reading{}, false
}

func lookalike(c byte) byte {
	switch c {
	case 'O':
		return '0'
	case 'I', 'L':
		return '1'
	case '0':
		return 'O'
	case '1':
		return 'I'
	}
	return 0
}

// compact is a code without spaces and marks, in capitals and plain digits.
func compact(s string) string { return string(appendCompact(nil, s)) }

// appendCompact writes a code's compact form behind dst.
func appendCompact(dst []byte, s string) []byte {
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9' || r >= 'A' && r <= 'Z':
			dst = append(dst, byte(r))
		case r >= 'a' && r <= 'z':
			dst = append(dst, byte(r-'a'+'A'))
		case r == ' ' || r == '-' || r == '.' || r == '/' || r == '_':
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
		case r == utf8.RuneError:
			dst = append(dst, s[i:min(i+1, len(s))]...)
		case r >= '０' && r <= '９':
			dst = append(dst, byte(r-'０'+'0'))
		case r >= 'Ａ' && r <= 'Ｚ':
			dst = append(dst, byte(r-'Ａ'+'A'))
		case r >= '٠' && r <= '٩':
			dst = append(dst, byte(r-'٠'+'0'))
		case r >= '۰' && r <= '۹':
			dst = append(dst, byte(r-'۰'+'0'))
		case r == '\u00a0' || r >= '\u2010' && r <= '\u2015' || r == '−' || r == '－' || r == '　':
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}
