package match

import (
	"math"
	"slices"
)

// levels are a pair's, by feature.
type levels [maxFeatures]uint8

// pair is what two rows show when they are compared.
type pair struct {
	levels levels
	chance float64 // -log2 of how likely the levels are among people who have nothing to do with each other
	shared float64 // the part of it that features bring which relatives share
	home   float64 // the part that given name and birth date bring
}

// coincidence is a class of pairs that share much and are not one person.
type coincidence struct {
	name     string
	share    float64                         // of all pairs
	logShare float64                         // log2 of it
	level    [maxFeatures][maxLevels]float64 // the chance of each level in the class, for the features it describes
	log      [maxFeatures][maxLevels]float64 // log2 of it
	knows    func(w *weights, k int) bool    // whether it describes a feature; the others are random in it
	part     func(p *pair) float64           // of a pair's chance bits, those of the features it describes
	least    map[int]float64                 // the least share of agreement by feature, so that EM can find the class
}

// weights is the model at work: all that a pair is weighed by.
type weights struct {
	list   []*feature
	given  int // number of the given name; -1 without one
	family int
	middle int
	day    int
	land   int // number of the country
	firm   int // of the firm's name

	m, u              [maxFeatures][maxLevels]float64
	mGiven, uGiven    [maxFeatures][numStates][maxLevels]float64 // by the state of the parent
	logM, chance      [maxFeatures][numStates][maxLevels]float64 // log2 m and -log2 u; state unknown is whatever the parent
	parent            [maxFeatures]int                           // the feature that this one depends on among others than matches; -1 none
	uLand, chanceLand [maxFeatures][numStates][maxLevels]float64 // by the state of the country; all zero while not measured
	rarity            [][]float32                                // by feature and value: -log2 of the chance that another has it

	match   float64 // share of all pairs that are matches
	classes []*coincidence
	suffix  []uint8
	whole   []uint64
	states  [maxFeatures][maxLevels]uint8
}

// defaults sets the built-in chances: those of the kinds, what usually depends on what, and relatives who agree like
// matches on what they share.
func (w *weights) defaults(rows int) {
	w.match = .25 / float64(rows)
	w.uLand, w.chanceLand = [maxFeatures][numStates][maxLevels]float64{}, [maxFeatures][numStates][maxLevels]float64{}
	for k, x := range w.list {
		w.parent[k] = -1
		for l := 1; l < len(x.kind.m); l++ {
			w.m[k][l], w.u[k][l] = x.kind.m[l], x.kind.u[l]
		}
	}
	for _, d := range usualDependence {
		child, parent, ok := w.numbers(d)
		if !ok {
			continue
		}
		w.parent[child] = parent
		for st := agrees; st < numStates; st++ {
			w.mGiven[child][st], w.uGiven[child][st] = w.m[child], w.u[child]
		}
		copy(w.uGiven[child][agrees][1:], d.agrees)
		copy(w.uGiven[child][nearly][1:], d.nearly)
	}
	for i, c := range w.classes {
		c.share = startShares(float64(rows))[i]
		for k, f := range w.list {
			for l := 1; l < len(f.kind.u); l++ {
				c.level[k][l] = w.m[k][l]
				if least, ok := c.least[k]; ok {
					c.level[k][l] = least*w.m[k][l] + (1-least)*w.u[k][l]
				}
			}
		}
	}
	w.settle()
}

// clone is a copy that no later learning changes.
func (w *weights) clone() *weights {
	c := *w
	c.rarity = make([][]float32, len(w.rarity))
	for k := range w.rarity {
		c.rarity[k] = slices.Clone(w.rarity[k])
	}
	c.classes = make([]*coincidence, len(w.classes))
	for i, x := range w.classes {
		own := *x
		c.classes[i] = &own
	}
	return &c
}

// startShares are the first guess at the shares of the classes of coincidence; the second class is nothing until pairs
// certify it.
func startShares(people float64) [2]float64 { return [2]float64{.25 / people, 1e-12} }

// dependent tells the chances of a child's levels among people who have nothing to do with each other, where the parent agrees
// and where it nearly does.
type dependent struct {
	child, parent  string
	agrees, nearly []float64
}

// numbers are the features of a dependence, where the data have them.
func (w *weights) numbers(d dependent) (child, parent int, ok bool) {
	find := func(name string) int {
		return slices.IndexFunc(w.list, func(f *feature) bool { return f.name == name })
	}
	child, parent = find(d.child), both
	if d.parent != bothNamesAre {
		parent = find(d.parent)
	}
	return child, parent, child >= 0 && parent >= 0 && (parent != both || w.given >= 0 && w.family >= 0)
}

// usualDependence is what depends on what where the data are too few to tell.
var usualDependence = []dependent{
	{"email", bothNamesAre, []float64{.004, .002, .06, .002, .03, .08, .10, .722}, []float64{.0001, .0001, .002, .0005, .004, .02, .10, .8733}},
	{"postcode", "street", []float64{.50, .02, .03, .03, .07, .35}, []float64{.05, .01, .02, .02, .05, .85}},
	{"house_number", "street", []float64{.30, .10, .10, .50}, []float64{.05, .15, .15, .65}},
	{"city", "postcode", []float64{.93, .03, .01, .01, .02}, []float64{.50, .03, .02, .02, .43}},
	{"region", "city", []float64{.95, .01, .04}, []float64{.90, .01, .09}},
}

// both stands for the two names together, as a parent.
const both = maxFeatures

func newWeights(f *features) *weights {
	w := &weights{list: f.list, given: slices.Index(f.list, f.given), family: slices.Index(f.list, f.family), middle: slices.Index(f.list, f.middle), day: slices.Index(f.list, f.day), land: slices.Index(f.list, f.country), firm: slices.Index(f.list, f.firm), suffix: f.suffix, whole: f.whole, rarity: make([][]float32, len(f.list))}
	for k, x := range w.list {
		w.parent[k] = -1
		for l := 1; l < len(x.kind.m); l++ {
			w.m[k][l], w.u[k][l] = x.kind.m[l], x.kind.u[l]
			w.states[k][l] = x.kind.state(uint8(l))
		}
	}
	shared := func(w *weights, k int) bool { return !w.list[k].personal }
	w.classes = []*coincidence{
		{
			name: "one household", least: make(map[int]float64),
			knows: func(w *weights, k int) bool {
				return shared(w, k) || k == w.given || k == w.day || w.list[k].kind == wordsKind
			},
			part: func(p *pair) float64 { return p.shared + p.home },
		},
		{name: "one name and town", knows: shared, part: func(p *pair) float64 { return p.shared }},
	}
	if w.given >= 0 {
		w.classes[0].least[w.given] = sameNameAtHome
	}
	if w.day >= 0 {
		w.classes[0].least[w.day] = sameDayAtHome
	}
	return w
}

const (
	// sameNameAtHome is the least share of people of one household who bear one given name: fathers and sons.
	sameNameAtHome = .02
	// sameDayAtHome is the same of people with one birth date: twins are one birth in sixty, and some live together.
	sameDayAtHome = .01
)

// state is that of a parent, in a pair.
func (w *weights) state(parent int, l *levels) uint8 {
	if parent < 0 {
		return unknown
	}
	if parent != both {
		return w.states[parent][l[parent]]
	}
	if l[w.given] >= swapped {
		return agrees
	}
	a, b := w.states[w.given][l[w.given]], w.states[w.family][l[w.family]]
	near := func(s uint8) bool { return s == agrees || s == nearly }
	switch {
	case a == unknown || b == unknown:
		return unknown
	case near(a) && near(b):
		return agrees
	case near(a) || near(b):
		return nearly
	}
	return disagrees
}

// compare fills p for two rows.
func (w *weights) compare(a, b int32, p *pair) {
	*p = pair{}
	var bits [maxFeatures]float64
	for k, f := range w.list {
		switch k {
		case w.family: // with the given name
		case w.given:
			w.compareBothNames(a, b, &p.levels, &bits)
		default:
			if k == w.middle && w.given >= 0 && p.levels[w.given] == swapped && w.sameWords(a, b) {
				continue // it is among the words that were compared
			}
			p.levels[k], bits[k] = w.best(k, f, a, b)
		}
	}
	w.sum(p, &bits)
}

// sameWords reports whether two long names are the same words.
func (w *weights) sameWords(a, b int32) bool { return w.whole[a] != 0 && w.whole[a] == w.whole[b] }

// again weighs two rows whose levels are known by the frequencies and tables of now.
func (w *weights) again(a, b int32, p *pair) {
	p.chance, p.shared, p.home = 0, 0, 0
	var bits [maxFeatures]float64
	for k, f := range w.list {
		l := p.levels[k]
		switch x, y := f.at(a), f.at(b); {
		case l == 0:
		case k == w.given && l >= swapped:
			w.compareBothNames(a, b, &p.levels, &bits)
		case x > 0 && y > 0:
			bits[k] = w.bits(k, l, uint32(x))
		default:
			_, bits[k] = w.best(k, f, a, b)
		}
	}
	w.sum(p, &bits)
}

// sum adds up the chance bits of the features.
func (w *weights) sum(p *pair, bits *[maxFeatures]float64) {
	for k, f := range w.list {
		l := p.levels[k]
		if l == 0 {
			continue
		}
		x := bits[k]
		x = max(x+w.shift(k, &p.levels), 0)
		p.chance += x
		switch {
		case !f.personal:
			p.shared += x
		case k == w.given || k == w.day || f.kind == wordsKind:
			p.home += x
		}
	}
}

// shift is what a feature's chance bits change by what else the pair shows: by its parent where that agrees, else by the
// country. People of one country draw their names and places from the same few.
func (w *weights) shift(k int, l *levels) float64 {
	level := l[k]
	st := w.state(w.parent[k], l)
	if w.land >= 0 && k != w.land && st != agrees && st != nearly {
		if x := w.chanceLand[k][w.states[w.land][l[w.land]]][level]; x > 0 {
			return x - w.chance[k][unknown][level]
		}
	}
	if st == unknown {
		return 0
	}
	return w.chance[k][st][level] - w.chance[k][unknown][level]
}

// best is the best level between the values of two rows, and the chance of the rarest value that reaches it.
func (w *weights) best(k int, f *feature, a, b int32) (level uint8, bits float64) {
	x, y := f.at(a), f.at(b)
	if x == 0 || y == 0 {
		return 0, 0
	}
	if x > 0 && y > 0 {
		level = f.level(uint32(x), uint32(y))
		return level, w.bits(k, level, uint32(x))
	}
	var bufX, bufY [1]uint32
	for _, x := range f.of(a, &bufX) {
		for _, y := range f.of(b, &bufY) {
			l := f.level(x, y)
			n := w.bits(k, l, x)
			if level == 0 || l < level || l == level && n > bits {
				level, bits = l, n
			}
		}
	}
	return level, bits
}

// bits is -log2 of the chance of a level among others: of the exact level, that of the value.
func (w *weights) bits(k int, level uint8, value uint32) float64 {
	if level == 1 {
		return float64(w.rarity[k][value])
	}
	return w.chance[k][unknown][level]
}

// closeness ranks the levels of names.
var closeness = [maxLevels]int{0, 9, 7, 6, 5, 4, 3, 1, 0, 0, 0}

// compareBothNames compares given and family name together, so that a swap is one event. It is one where straight they are
// far apart and crosswise near; the family name is then missing.
func (w *weights) compareBothNames(a, b int32, l *levels, bits *[maxFeatures]float64) {
	g, f := w.list[w.given], w.list[w.family]
	ga, gb, fa, fb := uint32(g.at(a)), uint32(g.at(b)), uint32(f.at(a)), uint32(f.at(b))
	between := func(x, y uint32) uint8 {
		if x == 0 || y == 0 {
			return 0
		}
		return g.level(x, y)
	}
	given, family := between(ga, gb), between(fa, fb)
	if straight := closeness[given] + closeness[family]; straight <= 3 {
		if w.sameWords(a, b) {
			rg, rf := w.rarity[w.given], w.rarity[w.family]
			l[w.given], bits[w.given] = swapped, float64(rg[ga]+rf[fa]+rg[gb]+rf[fb])/2
			return
		}
		x, y := between(ga, fb), between(fa, gb)
		crossed := closeness[x] + closeness[y]
		lone := x == 0 || y == 0
		if (lone && crossed >= 7 || !lone && crossed >= 12) && crossed > straight+4 {
			rg, rf := w.rarity[w.given], w.rarity[w.family]
			l[w.given], bits[w.given] = partSwapped, w.chance[w.given][unknown][partSwapped]
			switch {
			case x == 1 && y == 1:
				l[w.given] = swapped
				bits[w.given] = float64(rg[ga]+rf[fb]+rg[gb]+rf[fa]) / 2
			case lone && x == 1:
				bits[w.given] = float64(min(rg[ga], rf[fb])) + 1
			case lone && y == 1:
				bits[w.given] = float64(min(rg[gb], rf[fa])) + 1
			}
			return
		}
	}
	l[w.given], l[w.family] = given, family
	if given > 0 {
		bits[w.given] = w.bits(w.given, given, ga)
	}
	if family > 0 {
		bits[w.family] = w.bits(w.family, family, fa)
	}
}

// prior is the log2 of the odds that two rows are one person before anything is compared.
func (w *weights) prior() float64 { return math.Log2(w.match / (1 - w.match)) }

// agreement is log2 of how likely the levels are among matches.
func (w *weights) agreement(l *levels) float64 {
	s := 0.0
	for k := range w.list {
		if l[k] > 0 {
			s += w.logM[k][w.state(w.parent[k], l)][l[k]]
		}
	}
	return s
}

// coincidences is log2 of how much likelier the classes of coincidence make the pair than chance alone; share, where it is
// wanted, is what part of all that is no match each class explains.
func (w *weights) coincidences(p *pair, share *[2]float64) float64 {
	all := 1.0
	var each [2]float64
	for i, c := range w.classes {
		if x := w.classBits(c, p); x > -40 {
			each[i] = math.Exp2(min(x, 200))
			all += each[i]
		}
	}
	if share != nil {
		for i := range each {
			share[i] = each[i] / all
		}
	}
	return math.Log2(all)
}

// classBits is log2 of how much likelier a class makes the pair than chance alone, its share included.
func (w *weights) classBits(c *coincidence, p *pair) float64 {
	x := c.part(p) + c.logShare
	for k := range w.list {
		if p.levels[k] > 0 && c.knows(w, k) {
			x += w.inClass(c, k, &p.levels)
		}
	}
	return x
}

// inClass is log2 of the chance of a feature's level in a class. The mailboxes of namesakes look as alike there as those of
// strangers who bear one name.
func (w *weights) inClass(c *coincidence, k int, l *levels) float64 {
	x := c.log[k][l[k]]
	if k == w.day && w.given >= 0 && w.states[w.given][l[w.given]] == agrees {
		x = min(x, -w.chance[k][unknown][l[k]]) // those of one name at home are no twins
	}
	if w.parent[k] == both && w.state(both, l) == agrees {
		x = max(x, -w.chance[k][agrees][l[k]])
	}
	return x
}

// rounded takes off what the order of a summation, or a processor that adds and multiplies in one, may change.
func rounded(bits float64) float64 { return math.Round(bits*65536) / 65536 }

// odds is the log2 of the odds that the two rows are one person, rounded to 1/65536 so that no order of summation can
// change a cluster.
func (w *weights) odds(a, b int32, p *pair) float64 { return w.oddsFrom(a, b, p, math.Inf(-1)) }

// oddsFrom is odds, except that what is under least need not be exact: coincidence can only take from a pair.
func (w *weights) oddsFrom(a, b int32, p *pair, least float64) float64 {
	s := w.prior() + w.agreement(&p.levels) + p.chance
	if s < least {
		return s
	}
	s -= w.coincidences(p, nil)
	if w.twoPeople(&p.levels) || w.suffix[a] != w.suffix[b] && w.suffix[a] != 0 && w.suffix[b] != 0 {
		s = min(s, definitelyNot)
	}
	return rounded(s)
}

// definitelyNot is what a pair weighs at most that cannot be one person.
const definitelyNot = -12

// weigh compares and weighs.
func (w *weights) weigh(a, b int32) float64 {
	return w.weighFrom(a, b, math.Inf(-1))
}

// weighFrom is weigh, except that what is under least need not be exact.
func (w *weights) weighFrom(a, b int32, least float64) float64 {
	var p pair
	w.compare(a, b, &p)
	return w.oddsFrom(a, b, &p, least)
}

// twoPeople certifies a non-match: given names that have nothing in common and other birth dates, and no identifier that
// agrees. Whatever else such a pair shares, it is no match.
func (w *weights) twoPeople(l *levels) bool {
	if w.given < 0 || w.day < 0 || l[w.given] != nameKind.worst() || l[w.day] < 8 {
		return false
	}
	for k, f := range w.list {
		if f.kind == idKind && (l[k] == 1 || l[k] == 2) {
			return false
		}
	}
	return true
}

// settle computes the logarithms of the tables. Levels are made monotone by pooling adjacent violators: a worse level never
// weighs more than a better one.
func (w *weights) settle() {
	for k, f := range w.list {
		for l := 1; l < len(f.kind.m); l++ {
			w.logM[k][unknown][l] = math.Log2(max(w.m[k][l], 1e-6))
			w.chance[k][unknown][l] = -math.Log2(max(w.u[k][l], 1e-9))
		}
		monotone(f.kind.order, &w.m[k], &w.logM[k][unknown], &w.chance[k][unknown])
		for st := agrees; st < numStates; st++ {
			for l := 1; l < len(f.kind.m); l++ {
				if w.uLand[k][st][l] > 0 {
					w.chanceLand[k][st][l] = -math.Log2(w.uLand[k][st][l])
				}
			}
			if w.parent[k] < 0 {
				w.logM[k][st], w.chance[k][st] = w.logM[k][unknown], w.chance[k][unknown]
				continue
			}
			for l := 1; l < len(f.kind.m); l++ {
				w.logM[k][st][l] = math.Log2(max(w.mGiven[k][st][l], 1e-6))
				w.chance[k][st][l] = -math.Log2(max(w.uGiven[k][st][l], 1e-9))
			}
			monotone(f.kind.order, &w.mGiven[k][st], &w.logM[k][st], &w.chance[k][st])
		}
	}
	for _, c := range w.classes {
		c.logShare = math.Log2(c.share)
		for k, f := range w.list {
			for l := 1; l < len(f.kind.m); l++ {
				c.log[k][l] = math.Log2(max(c.level[k][l], 1e-7))
			}
		}
	}
}

// monotone moves logM so that the weights logM + chance fall from the best level to the worst (Ayer and others 1955).
func monotone(order []uint8, m, logM, chance *[maxLevels]float64) {
	type run struct {
		sum, n float64
		levels int
	}
	var runs [maxLevels]run
	top := 0
	for _, l := range order {
		n := 1/(1/(1000*m[l]+.1)+math.Exp2(chance[l])/randomPairs) + 1e-9 // how well the weight is known: by both counts
		runs[top] = run{(logM[l] + chance[l]) * n, n, 1}
		top++
		for top > 1 && runs[top-2].sum/runs[top-2].n < runs[top-1].sum/runs[top-1].n {
			runs[top-2] = run{runs[top-2].sum + runs[top-1].sum, runs[top-2].n + runs[top-1].n, runs[top-2].levels + runs[top-1].levels}
			top--
		}
	}
	at := 0
	for _, r := range runs[:top] {
		for range r.levels {
			logM[order[at]] = r.sum/r.n - chance[order[at]]
			at++
		}
	}
}

func probability(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }

func round3(x float64) float64 { return math.Round(x*1000) / 1000 }

// level compares two values of a feature.
func (f *feature) level(a, b uint32) uint8 {
	if a == b {
		return 1
	}
	return f.kind.compare(f.dict, min(a, b), max(a, b))
}
