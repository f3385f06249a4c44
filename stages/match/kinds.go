package match

import "strings"

// kind is a sort of feature: how its values are compared. Level 0 is "missing" and weighs nothing.
type kind struct {
	name    string
	levels  []string  // their names; levels[0] is missing
	order   []uint8   // from the best to the worst
	near    []uint8   // levels that count as nearly equal for what depends on this feature
	m       []float64 // the chance of each level among matches, where the data are too few to tell
	u       []float64 // the same among others; of the exact level the chance that two people share a value
	compare func(d *dictionary, a, b uint32) uint8
}

// The levels of names that compare given and family name crosswise; they stand on the given name.
const (
	swapped     = 9
	partSwapped = 10
)

// The chances are round numbers from public sets with truth (febrl, fake_1000) and from generated customers.
var (
	nameKind = &kind{
		name:   "name",
		levels: []string{"missing", "equal", "near", "nickname", "part of the other", "initial", "similar", "faintly similar", "different", "swapped", "swapped in part"},
		order:  []uint8{1, 2, 6, 7, 8}, near: []uint8{2, 3, 4, 6, 10},
		m:       []float64{0, .75, .09, .03, .02, .015, .03, .015, .03, .01, .01},
		u:       []float64{0, .005, .004, .001, .002, .002, .02, .13, .834, .0002, .0018},
		compare: compareNames,
	}
	wordsKind = &kind{
		name:   "names",
		levels: []string{"missing", "equal", "near", "initial", "faintly similar", "different"},
		order:  []uint8{1, 2, 3, 4, 5}, near: []uint8{2, 3},
		m:       []float64{0, .65, .10, .10, .03, .12},
		u:       []float64{0, .01, .01, .03, .13, .82},
		compare: compareMiddles,
	}
	dateKind = &kind{
		name:   "date",
		levels: []string{"missing", "equal", "one slip", "within a month", "two parts equal", "month and year near", "two slips", "same year", "within ten years", "different"},
		order:  []uint8{1, 2, 3, 4, 5, 6, 7, 8, 9}, near: []uint8{2, 3, 4},
		m:       []float64{0, .84, .07, .01, .015, .01, .02, .01, .01, .015},
		u:       []float64{0, .00005, .001, .0015, .003, .006, .01, .02, .25, .7085},
		compare: compareDates,
	}
	mailKind = &kind{
		name:   "email",
		levels: []string{"missing", "equal", "one slip", "same name", "same number", "similar name, same domain", "similar name", "same domain", "different"},
		order:  []uint8{1, 2, 3, 4, 5, 6, 7, 8}, near: []uint8{2, 3, 4, 5, 6},
		m:       []float64{0, .58, .07, .08, .02, .02, .03, .05, .15},
		u:       []float64{0, .000005, .00002, .0003, .0002, .0005, .0018, .08, .9172},
		compare: compareMails,
	}
	telKind = &kind{
		name:   "phone",
		levels: []string{"missing", "equal", "one digit", "two digits", "different"},
		order:  []uint8{1, 2, 3, 4}, near: []uint8{2, 3},
		m:       []float64{0, .60, .06, .02, .32},
		u:       []float64{0, .000005, .0001, .0005, .9994},
		compare: comparePhones,
	}
	codeKind = &kind{
		name:   "postcode",
		levels: []string{"missing", "equal", "one slip", "same sector", "same district", "same area", "different"},
		order:  []uint8{1, 2, 3, 4, 5, 6}, near: []uint8{2, 3, 4},
		m:       []float64{0, .70, .08, .03, .03, .03, .13},
		u:       []float64{0, .0005, .002, .006, .008, .03, .9535},
		compare: comparePostcodes,
	}
	textKind = &kind{
		name:   "text",
		levels: []string{"missing", "equal", "near", "alike", "half alike", "faintly alike", "different"},
		order:  []uint8{1, 2, 3, 4, 5, 6}, near: []uint8{2, 3, 4},
		m:       []float64{0, .60, .12, .07, .04, .03, .14},
		u:       []float64{0, .0003, .0005, .002, .01, .07, .9172},
		compare: compareTexts,
	}
	firmKind = &kind{
		name:   "company",
		levels: []string{"missing", "equal", "near", "alike", "half alike", "faintly alike", "different"},
		order:  []uint8{1, 2, 3, 4, 5, 6}, near: []uint8{2, 3, 4},
		m:       []float64{0, .74, .10, .07, .03, .02, .04},
		u:       []float64{0, .0003, .0005, .002, .01, .07, .9172},
		compare: compareTexts,
	}
	placeKind = &kind{
		name:   "place",
		levels: []string{"missing", "equal", "near", "alike", "faintly alike", "different"},
		order:  []uint8{1, 2, 3, 4, 5}, near: []uint8{2, 3},
		m:       []float64{0, .75, .10, .03, .02, .10},
		u:       []float64{0, .02, .003, .004, .03, .943},
		compare: comparePlaces,
	}
	idKind = &kind{
		name:   "code",
		levels: []string{"missing", "equal", "one slip", "two slips", "different"},
		order:  []uint8{1, 2, 3, 4}, near: []uint8{2, 3},
		m:       []float64{0, .85, .07, .02, .06},
		u:       []float64{0, .000002, .0005, .005, .9945},
		compare: compareCodes,
	}
	numberKind = &kind{ // of a house
		name:   "number",
		levels: []string{"missing", "equal", "one slip", "two slips", "different"},
		order:  []uint8{1, 2, 3, 4}, near: []uint8{2, 3},
		m:       []float64{0, .75, .07, .03, .15},
		u:       []float64{0, .015, .20, .20, .585},
		compare: compareCodes,
	}
	categoryKind = &kind{
		name:   "category",
		levels: []string{"missing", "equal", "one slip", "different"},
		order:  []uint8{1, 2, 3}, near: []uint8{2},
		m:       []float64{0, .85, .03, .12},
		u:       []float64{0, .25, .01, .74},
		compare: compareCategories,
	}
)

// countryKind, partyKind and genderKind tell apart, but hardly anything from their agreement: most files are of one country.
var (
	countryKind = &kind{name: "country", levels: categoryKind.levels, order: categoryKind.order, near: categoryKind.near, m: []float64{0, .97, .01, .02}, u: []float64{0, .80, .005, .195}, compare: compareCategories}
	partyKind   = &kind{name: "party", levels: categoryKind.levels, order: categoryKind.order, near: categoryKind.near, m: []float64{0, .97, .001, .029}, u: []float64{0, .95, .001, .049}, compare: compareCategories}
	genderKind  = &kind{name: "gender", levels: categoryKind.levels, order: categoryKind.order, near: categoryKind.near, m: []float64{0, .97, .005, .025}, u: []float64{0, .5, .005, .495}, compare: compareCategories}
)

// maxLevels is more than any kind has.
const maxLevels = 11

// states of a feature, as what depends on it sees them.
const (
	unknown = iota
	agrees
	nearly
	disagrees
	numStates
)

// state tells the state of each level.
func (k *kind) state(level uint8) uint8 {
	switch {
	case level == 0:
		return unknown
	case level == 1, k == nameKind && level == swapped:
		return agrees
	}
	for _, n := range k.near {
		if n == level {
			return nearly
		}
	}
	return disagrees
}

// worst is the level of values that have nothing in common.
func (k *kind) worst() uint8 { return k.order[len(k.order)-1] }

func compareNames(d *dictionary, a, b uint32) uint8 {
	s, t := d.text(a), d.text(b)
	if len(s) == 1 || len(t) == 1 {
		if s[0] == t[0] {
			return 5
		}
		return 8
	}
	short := min(len(s), len(t))
	x, y := d.letters[a], d.letters[b]
	if (x|y)&(spaced|figured) == 0 && x&y&nicknamed == 0 && d.sounds[a] != d.sounds[b] && leastEdits(x, y) > 2 &&
		mostSimilar(x, y, len(s), len(t), commonPrefix(s, t)) < .72 {
		return 8
	}
	edits := osa(s, t)
	similar := jaroWinkler(s, t)
	switch {
	case (x|y)&figured != 0 && figures(s) != figures(t):
		return 8 // "customer 2" and "customer 3"
	case edits <= 1 && short > 2, similar >= .94 && short > 3, joinedWords(s) == joinedWords(t):
		return 2
	case subset(s, t) || subset(t, s):
		return 4
	case x&y&nicknamed != 0 && d.nicknames[[2]string{s, t}]:
		return 3
	case short > 3 && (similar >= .87 || d.sounds[a] == d.sounds[b] || edits <= 2 && short > 4),
		short > 4 && len(s) == len(t) && sortedLetters(s) == sortedLetters(t),
		short > 2 && (strings.HasPrefix(s, t) || strings.HasPrefix(t, s)):
		return 6
	case similar >= .72:
		return 7
	}
	return 8
}

func compareMiddles(d *dictionary, a, b uint32) uint8 {
	switch compareNames(d, a, b) {
	case 2, 3:
		return 2
	case 4, 5:
		return 3
	case 6:
		return 4
	}
	return 5
}

// compareDates compares yyyy-mm-dd.
func compareDates(d *dictionary, a, b uint32) uint8 {
	s, t := d.text(a), d.text(b)
	if len(s) != 10 || len(t) != 10 {
		return 9
	}
	x, y := dateParts(s), dateParts(t)
	edits := osa(s, t)
	if edits <= 1 || x[0] == y[0] && x[1] == y[2] && x[2] == y[1] {
		return 2
	}
	if x[0] == y[0] && (s[5:] == "01-01" || t[5:] == "01-01") {
		return 4 // of one of them, only the year was known
	}
	equal := 0
	for i := range x {
		if x[i] == y[i] {
			equal++
		}
	}
	years, months := abs(x[0]-y[0]), abs(x[1]-y[1])
	days := abs(365*x[0] + 30*x[1] + x[2] - 365*y[0] - 30*y[1] - y[2])
	switch {
	case days <= 31, equal == 2 && years == 0 && edits <= 2:
		return 3
	case equal == 2 && edits <= 2:
		return 4
	case years <= 1 && min(months, 12-months) <= 1:
		return 5
	case edits <= 2, equal == 2 && years <= 10:
		return 6
	case years == 0, days <= 366:
		return 7
	case days <= 3660, equal == 2:
		return 8
	}
	return 9
}

func dateParts(s string) [3]int {
	n := func(s string) int {
		v := 0
		for i := range len(s) {
			v = 10*v + int(s[i]-'0')
		}
		return v
	}
	return [3]int{n(s[:4]), n(s[5:7]), n(s[8:])}
}

func abs(x int) int { return max(x, -x) }

// compareMails looks at the whole, the name before the @ and the domain. A number that makes the name unique (jsmith4711) goes
// with its owner from provider to provider: the same one speaks for one person, another one against it.
func compareMails(d *dictionary, a, b uint32) uint8 {
	s, t := d.text(a), d.text(b)
	x, y := d.mails[a], d.mails[b]
	ls, lt := s[:x.local], t[:y.local]
	numbered := x.number != "" && y.number != ""
	other := 8
	if x.domain == y.domain {
		other = 7
	}
	if numbered && x.number == y.number {
		other = 4
	}
	if leastEdits(x.letters, y.letters) > 2 && mostSimilar(x.letters, y.letters, len(ls), len(lt), commonPrefix(ls, lt)) < .88 {
		return uint8(other)
	}
	short := min(len(ls), len(lt))
	edits := osa(s, t)
	switch {
	case edits <= 1 && (x.domain != y.domain || short > 3):
		return 2
	case ls == lt && short > 2:
		return 3
	case numbered && osa(x.number, y.number) > 1:
		return uint8(other)
	case edits <= 2 && short > 5 && len(s) > 10 && jaroWinkler(s, t) >= .97:
		return 2
	case other == 4:
		return uint8(other)
	case x.domain == y.domain:
		if e := osa(ls, lt); e <= 2 && 3*e < short {
			return 3
		}
		if jaroWinkler(ls, lt) >= .88 {
			return 5
		}
	case short > 3 && jaroWinkler(ls, lt) >= .92:
		return 6
	}
	return uint8(other)
}

// comparePhones compares the last digits of numbers.
func comparePhones(d *dictionary, a, b uint32) uint8 {
	s, t := d.text(a), d.text(b)
	switch edits := osa(s, t); {
	case edits <= 1, min(len(s), len(t)) > 7 && s[len(s)-7:] == t[len(t)-7:]:
		return 2
	case edits <= 2:
		return 3
	}
	return 4
}

func compareCodes(d *dictionary, a, b uint32) uint8 {
	s, t := d.text(a), d.text(b)
	short := min(len(s), len(t))
	switch edits := osa(s, t); {
	case edits <= 1 && short > 1:
		return 2
	case edits <= 2 && short > 4:
		return 3
	}
	return 4
}

// comparePostcodes knows the structure of British and Canadian codes (area, district, sector) and takes those of digits
// alone by their first figures.
func comparePostcodes(d *dictionary, a, b uint32) uint8 {
	s, t := d.text(a), d.text(b)
	short := min(len(s), len(t))
	if osa(s, t) <= 1 {
		return 2
	}
	if isLetter(s[0]) && isLetter(t[0]) && short > 4 {
		switch {
		case s[:len(s)-2] == t[:len(t)-2]:
			return 3
		case s[:len(s)-3] == t[:len(t)-3]:
			return 4
		case postArea(s) == postArea(t):
			return 5
		}
		return 6
	}
	switch {
	case short > 3 && osa(s, t) <= 2:
		return 3
	case short > 3 && s[:3] == t[:3]:
		return 4
	case short > 3 && s[:2] == t[:2]:
		return 5
	}
	return 6
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }

func postArea(s string) string {
	i := 0
	for i < len(s) && isLetter(s[i]) {
		i++
	}
	return s[:i]
}

// ratio is how much of the longer text stays, 0 to 1.
func ratio(s, t string, edits int) float64 { return 1 - float64(edits)/float64(max(len(s), len(t))) }

func compareTexts(d *dictionary, a, b uint32) uint8 {
	s, t := d.text(a), d.text(b)
	edits := leastEdits(d.letters[a], d.letters[b])
	r := ratio(s, t, edits)
	if edits <= 1 || r >= .5 {
		edits = osa(s, t)
		r = ratio(s, t, edits)
		if edits <= 1 || r >= .9 {
			return 2
		}
	}
	switch o := d.overlap(a, b); {
	case r >= .78 || o >= .8:
		return 3
	case r >= .65 || o >= .55:
		return 4
	case r >= .5 || o >= .3:
		return 5
	}
	return 6
}

func comparePlaces(d *dictionary, a, b uint32) uint8 {
	s, t := d.text(a), d.text(b)
	edits := osa(s, t)
	r := ratio(s, t, edits)
	if edits <= 1 || r >= .86 {
		return 2
	}
	switch o := d.overlap(a, b); {
	case edits == 2 || r >= .75 || o >= .6:
		return 3
	case r >= .55 || o >= .35:
		return 4
	}
	return 5
}

func compareCategories(d *dictionary, a, b uint32) uint8 {
	s, t := d.text(a), d.text(b)
	if max(len(s), len(t)) >= 3 && osa(s, t) <= 1 {
		return 2
	}
	return 3
}
