package emails

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// lookup maps case, width and Unicode full stops, then checks labels as RFC 5891 asks of a lookup. Lengths are checked
// by checkLabels, which names them.
var lookup = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.ValidateLabels(true),
	idna.CheckHyphens(false), idna.CheckJoiners(true), idna.BidiRule(), idna.StrictDomainName(false))

// permitted reports whether every label decodes to characters that RFC 5892 permits where they stand: letters, marks and
// digits, less its exceptions, and the few with a context rule. The mapping of UTS 46 also lets symbols pass, which
// IDNA2008 does not.
func permitted(domain string) bool {
	if !strings.Contains(domain, "xn--") {
		return true
	}
	u, err := lookup.ToUnicode(domain)
	if err != nil {
		return false
	}
	for label := range strings.SplitSeq(u, ".") {
		if len(label) == 0 || ascii(label) {
			continue // an A-label that decodes to nothing else, or no U-label: checkLabels has its say
		}
		letters := []rune(label)
		if n := len(letters); letters[0] == '-' || letters[n-1] == '-' || n > 3 && letters[2] == '-' && letters[3] == '-' {
			return false // RFC 5891 4.2.3.1
		}
		for i, r := range letters {
			if r < 0x80 {
				continue
			}
			if rule := contextual[r]; rule != nil {
				if !rule(letters, i) {
					return false
				}
			} else if !unicode.IsOneOf(protocolValid, r) || unicode.Is(disallowed, r) {
				return false
			}
		}
	}
	return true
}

var protocolValid = []*unicode.RangeTable{unicode.Ll, unicode.Lo, unicode.Lm, unicode.Mn, unicode.Mc, unicode.Nd}

// disallowed are letters and marks that RFC 5892 excepts: the DISALLOWED ones of 2.6, the blocks of 2.4 that only
// decorate symbols and notes, and the old Hangul jamo of 2.9.
var disallowed = &unicode.RangeTable{R16: []unicode.Range16{
	{0x0640, 0x0640, 1},
	{0x07FA, 0x07FA, 1},
	{0x1100, 0x11FF, 1},
	{0x20D0, 0x20FF, 1},
	{0x302E, 0x302F, 1},
	{0x3031, 0x3035, 1},
	{0x303B, 0x303B, 1},
	{0xA960, 0xA97C, 1},
	{0xD7B0, 0xD7FB, 1},
}, R32: []unicode.Range32{{0x1D100, 0x1D24F, 1}}}

// contextual are the characters whose neighbours decide: RFC 5892 2.6 and appendix A. The joiners of A.1 and A.2 are
// checked by the profile.
var contextual = func() map[rune]func([]rune, int) bool {
	always := func([]rune, int) bool { return true }
	before := func(t *unicode.RangeTable) func([]rune, int) bool {
		return func(label []rune, i int) bool { return i > 0 && unicode.Is(t, label[i-1]) }
	}
	without := func(from, to rune) func([]rune, int) bool {
		return func(label []rune, _ int) bool {
			for _, r := range label {
				if from <= r && r <= to {
					return false
				}
			}
			return true
		}
	}
	rules := map[rune]func([]rune, int) bool{
		0x200C: always, 0x200D: always,
		0x06FD: always, 0x06FE: always, 0x0F0B: always, 0x3007: always, // PVALID, though no letters
		0x00B7: func(label []rune, i int) bool { // middle dot between two l, A.3
			return i > 0 && i+1 < len(label) && label[i-1] == 'l' && label[i+1] == 'l'
		},
		0x0375: func(label []rune, i int) bool { // keraia before a Greek letter, A.4
			return i+1 < len(label) && unicode.Is(unicode.Greek, label[i+1])
		},
		0x05F3: before(unicode.Hebrew), 0x05F4: before(unicode.Hebrew), // geresh and gershayim, A.5 and A.6
		0x30FB: func(label []rune, _ int) bool { // katakana middle dot beside some kana or Han, A.7
			for _, r := range label {
				if unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) {
					return true
				}
			}
			return false
		},
	}
	for r := rune(0); r < 10; r++ { // the two sets of Arabic digits do not mix, A.8 and A.9
		rules[0x0660+r], rules[0x06F0+r] = without(0x06F0, 0x06F9), without(0x0660, 0x0669)
	}
	return rules
}()
