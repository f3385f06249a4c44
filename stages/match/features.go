package match

import (
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// maxFeatures is how many features a pair can be compared in.
const maxFeatures = 24

// feature is one thing that is compared: for each row its values, as numbers into a dictionary.
type feature struct {
	name string
	kind *kind
	dict *dictionary
	many [][]uint32
	one  []int32 // while rows are added, per row: the value; 0 where it is missing; -1-i where several stand in many[i]

	// Once all are in, the features of a row stand together, since pairs are compared row by row: the value of row i is
	// cells[i*step].
	cells []int32
	step  int

	// personal features are each person's own: among the members of a household, and among people who share a name and
	// town, they agree by chance alone. The others they may share.
	personal bool
}

// filled reports whether some row has a value.
func (f *feature) filled() bool { return len(f.cells) > 0 }

// at is the value of a row, as in one.
func (f *feature) at(row int32) int32 { return f.cells[int(row)*f.step] }

func (f *feature) put(row, v int32) { f.cells[int(row)*f.step] = v }

// of gives the values of a row; buf holds a single one.
func (f *feature) of(row int32, buf *[1]uint32) []uint32 {
	switch v := f.at(row); {
	case v == 0:
		return nil
	case v > 0:
		buf[0] = uint32(v)
		return buf[:]
	default:
		return f.many[-1-v]
	}
}

// set gives the row at the end its values.
func (f *feature) set(row int, values []uint32) {
	for len(f.one) < row {
		f.one = append(f.one, 0)
	}
	slices.Sort(values)
	values = slices.Compact(values)
	if len(values) > 0 && values[0] == 0 {
		values = values[1:]
	}
	switch len(values) {
	case 0:
		f.one = append(f.one, 0)
	case 1:
		f.one = append(f.one, int32(values[0]))
	default:
		f.many = append(f.many, slices.Clone(values))
		f.one = append(f.one, int32(-len(f.many)))
	}
}

// features are what is compared of all rows.
type features struct {
	opts Options
	rows int
	list []*feature

	given, family, party, middle, gender, day, mail, tel, number, street, city, code, region, country, firm, employer *feature
	idents                                                                                                            map[string]*feature
	also                                                                                                              []*feature

	suffix  []uint8  // generation: tells father from son
	whole   []uint64 // the words of all names, in whatever order: of two or fewer, 0
	sum     []uint64 // of source and record_id: what is sampled is sampled by it, so that a row more changes nothing else
	source  []uint32
	sources []string
	keys    map[record.Key]int32 // of rows that an override names
	values  []uint32
	over    []string // names of features that are too many to compare
}

func newFeatures(o Options) *features {
	if o.Lists == nil {
		o.Lists = builtIn()
	}
	f := &features{opts: o, keys: make(map[record.Key]int32), idents: make(map[string]*feature), values: make([]uint32, 0, 16)}
	add := func(to **feature, name string, k *kind, personal bool) {
		*to = &feature{name: name, kind: k, dict: newDictionary(), personal: personal}
		f.list = append(f.list, *to)
	}
	add(&f.given, "given_name", nameKind, true)
	add(&f.family, "family_name", nameKind, false)
	f.family.dict = f.given.dict // names are compared crosswise
	add(&f.party, "party", partyKind, true)
	add(&f.middle, "middle_name", wordsKind, true)
	add(&f.gender, "gender", genderKind, true)
	add(&f.day, "birth_date", dateKind, true)
	add(&f.mail, "email", mailKind, false)
	add(&f.tel, "phone", telKind, false)
	add(&f.number, "house_number", numberKind, false)
	add(&f.street, "street", textKind, false)
	add(&f.city, "city", placeKind, false)
	add(&f.code, "postcode", codeKind, false)
	add(&f.region, "region", categoryKind, false)
	add(&f.country, "country", countryKind, false)
	add(&f.firm, "company", firmKind, true)
	add(&f.employer, "employer", firmKind, false)
	f.employer.dict = f.firm.dict
	for _, a := range o.Also {
		x := &feature{name: a.Name, dict: newDictionary()}
		f.also = append(f.also, x)
	}
	for _, x := range o.Overrides {
		f.keys[x.A], f.keys[x.B] = -1, -1
	}
	return f
}

// folded folds names: apostrophes join, everything else that is no letter or digit divides.
func folded(s string) string { return text.Fold(s) }

func (f *features) add(r *record.Record) {
	row := f.rows
	f.rows++
	one := func(x *feature, s string) { x.set(row, append(f.values[:0], x.dict.id(s))) }
	one(f.given, folded(r.Text[record.GivenName]))
	one(f.family, folded(r.Text[record.FamilyName]))
	who := party(r)
	one(f.party, who)
	f.values = f.values[:0]
	for w := range strings.SplitSeq(folded(r.Text[record.MiddleName]), " ") {
		f.values = append(f.values, f.middle.dict.id(w))
	}
	f.middle.set(row, f.values)
	f.whole = append(f.whole, nameWords(r))
	one(f.gender, r.Text[record.Gender])
	one(f.day, r.Text[record.BirthDate])
	one(f.country, r.Text[record.Country])
	firm, employer := f.opts.Lists.firmName(r.Text[record.Company]), ""
	if who == "person" {
		firm, employer = "", firm
	}
	one(f.firm, firm)
	one(f.employer, employer)
	f.addPoints(row, r, who == "person")
	f.addIdents(row, r)
	for i, a := range f.opts.Also {
		v := ""
		if a.At < len(r.Kept) {
			v = strings.TrimSpace(r.Kept[a.At])
		}
		one(f.also[i], v)
	}
	f.sum = append(f.sum, mix(hash(r.Source), hash(r.ID)))
	f.suffix = append(f.suffix, generation(r.Text[record.Suffix]))
	if n := len(f.sources); n == 0 || f.sources[n-1] != r.Source {
		f.sources = append(f.sources, strings.Clone(r.Source))
	}
	f.source = append(f.source, uint32(len(f.sources)-1))
	if _, named := f.keys[r.Key]; named {
		f.keys[record.Key{Source: strings.Clone(r.Source), ID: strings.Clone(r.ID)}] = int32(row)
	}
}

// party is what a record speaks of: a firm alone is not one of the people who work there. Who was born, or has a mailbox where
// people have theirs, is a person, though the name is missing.
func party(r *record.Record) string {
	switch {
	case r.Text[record.GivenName] != "" || r.Text[record.FamilyName] != "":
		return "person"
	case r.Text[record.Company] == "":
		return ""
	case r.Text[record.BirthDate] != "" || r.Text[record.Gender] != "" || slices.ContainsFunc(r.Points, func(p record.ContactPoint) bool { return p.Has(record.FreeProvider) }):
		return "person"
	}
	return "organisation"
}

// nameWords is the hash of the words of a name without their order. A long name that was cut in another place, or began with
// the family name, has the same. Two words need none: they are compared crosswise.
func nameWords(r *record.Record) uint64 {
	var buf [12]string
	w := buf[:0]
	for _, k := range [...]record.Field{record.GivenName, record.MiddleName, record.FamilyName} {
		for t := range strings.FieldsSeq(folded(r.Text[k])) {
			w = append(w, t)
		}
	}
	if len(w) < 3 {
		return 0
	}
	slices.Sort(w)
	h := uint64(len(w))
	for _, t := range w {
		h = mix(h, hash(t))
	}
	return h
}

// phoneDigits is how many last digits of a number are compared: country codes and trunk prefixes come and go.
const phoneDigits = 9

func (f *features) addPoints(row int, r *record.Record, person bool) {
	var street, city, code, region string
	var mails, tels [8]uint32
	m, t := mails[:0], tels[:0]
	for i := range r.Points {
		p := &r.Points[i]
		if p.Has(record.Placeholder) || p.Has(record.Fictional) || p.Has(record.ReservedDomain) {
			continue // it belongs to nobody
		}
		switch p.Kind {
		case record.PostPoint:
			street, _, _ = strings.Cut(p.Value, "|")
			city, code, region = folded(p.Address.City), joinedWords(folded(p.Address.Postcode)), folded(p.Address.Region)
		case record.EmailPoint:
			if v := mailbox(p, person); strings.Contains(v, "@") && len(m) < cap(m) {
				m = append(m, f.mail.dict.id(v))
			}
		case record.PhonePoint:
			if v := lastDigits(p.Value); len(v) >= 6 && len(t) < cap(t) {
				t = append(t, f.tel.dict.id(v))
			}
		default:
		}
	}
	f.mail.set(row, m)
	f.tel.set(row, t)
	number, rest := houseNumber(folded(street))
	f.number.set(row, append(f.values[:0], f.number.dict.id(number)))
	f.street.set(row, append(f.values[:0], f.street.dict.id(rest)))
	f.city.set(row, append(f.values[:0], f.city.dict.id(city)))
	f.code.set(row, append(f.values[:0], f.code.dict.id(code)))
	f.region.set(row, append(f.values[:0], f.region.dict.id(region)))
}

// mailbox is what is compared of an email point. A role account is no person's; of a firm, it tells the domain.
func mailbox(p *record.ContactPoint, person bool) string {
	v := strings.ToLower(p.Value)
	if !p.Has(record.RoleAccount) {
		return v
	}
	if person || p.Has(record.FreeProvider) {
		return ""
	}
	return v[strings.LastIndexByte(v, '@'):]
}

// addIdents makes a feature of each kind of identifier: a tax id says nothing about a passport.
func (f *features) addIdents(row int, r *record.Record) {
	for _, x := range r.Identifiers {
		v := joinedWords(folded(x.Value))
		if v == "" {
			continue
		}
		i, ok := f.idents[x.Kind]
		if !ok {
			i = &feature{name: strings.Clone(x.Kind), kind: idKind, dict: newDictionary(), personal: true}
			f.idents[i.name] = i
		}
		if len(i.one) > row { // a second number of one kind: the first counts
			continue
		}
		i.set(row, append(f.values[:0], i.dict.id(v)))
	}
}

// close ends adding: features that came late are filled up, those that are empty in all rows are left out.
func (f *features) close() {
	var kinds []string
	for k := range f.idents {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	for _, k := range kinds {
		f.list = append(f.list, f.idents[k])
	}
	for _, x := range f.also {
		if c, _ := f.chosen(x); c.Kind != "" {
			x.kind = kindsByName[c.Kind]
		} else {
			x.kind = kindOf(x)
		}
		x.refold()
		f.list = append(f.list, x)
	}
	for _, x := range f.list {
		if _, ok := f.chosen(x); !ok {
			clear(x.one)
			if x == f.given || x == f.family {
				clear(f.whole)
			}
		}
	}
	empty := func(x *feature) bool { return !slices.ContainsFunc(x.one, func(v int32) bool { return v != 0 }) }
	f.list = slices.DeleteFunc(f.list, func(x *feature) bool { return x != f.given && x != f.family && empty(x) })
	if n := len(f.list); n > maxFeatures {
		for _, x := range f.list[maxFeatures:] {
			f.over = append(f.over, x.name)
		}
		f.list = f.list[:maxFeatures]
	}
	cells := make([]int32, f.rows*len(f.list))
	for k, x := range f.list {
		for i, v := range x.one {
			cells[i*len(f.list)+k] = v
		}
		x.one, x.cells, x.step = nil, cells[min(k, len(cells)):], len(f.list)
		x.dict.prepare(x.kind, f.opts.Lists)
	}
}

// equal reports whether two rows have the same values in all that is compared.
func (f *features) equal(a, b int32) bool {
	if f.suffix[a] != f.suffix[b] {
		return false
	}
	var left, right [1]uint32
	for _, x := range f.list {
		if !slices.Equal(x.of(a, &left), x.of(b, &right)) {
			return false
		}
	}
	return true
}

// row finds the row of a key that an override names; -1 when it is not among the records.
func (f *features) row(k record.Key) int32 {
	if row, ok := f.keys[k]; ok {
		return row
	}
	return -1
}

// houseNumber divides "12a high street" and "hauptstr 5" into the number and the rest.
func houseNumber(s string) (number, rest string) {
	w := strings.Fields(s)
	for _, i := range []int{0, len(w) - 1} {
		if len(w) > 1 && w[i][0] >= '0' && w[i][0] <= '9' {
			number = w[i]
			return number, strings.Join(slices.Delete(w, i, i+1), " ")
		}
	}
	return "", s
}

func lastDigits(s string) string {
	var b [32]byte
	n := len(b)
	s, _, _ = strings.Cut(s, ";") // an extension is not the number
	for i := len(s) - 1; i >= 0 && n > len(b)-phoneDigits; i-- {
		if s[i] >= '0' && s[i] <= '9' {
			n--
			b[n] = s[i]
		}
	}
	return strings.TrimLeft(string(b[n:]), "0")
}

// generation numbers a suffix that tells father from son; others tell nobody apart.
func generation(s string) uint8 {
	for w := range strings.SplitSeq(text.Fold(s), " ") {
		switch w {
		case "sr", "i":
			return 1
		case "jr", "ii":
			return 2
		case "iii":
			return 3
		case "iv":
			return 4
		case "v":
			return 5
		}
	}
	return 0
}

// kindOf chooses how a column of the user's own is compared, from its values.
func kindOf(f *feature) *kind {
	var dates, coded, worded, n int
	for id := 1; id <= f.dict.size(); id++ {
		s := f.dict.text(uint32(id))
		digits := 0
		for i := range len(s) {
			if s[i] >= '0' && s[i] <= '9' {
				digits++
			}
		}
		n++
		switch {
		case len(s) == 10 && s[4] == '-' && s[7] == '-' && digits == 8:
			dates++
		case 2*digits >= len(s):
			coded++
		case strings.Contains(s, " "):
			worded++
		}
	}
	filled := 0
	for _, v := range f.one {
		if v != 0 {
			filled++
		}
	}
	switch {
	case n == 0:
		return categoryKind
	case dates*10 >= 9*n:
		return dateKind
	case coded*2 > n:
		return idKind
	case n <= 30 || n*50 < filled:
		return categoryKind
	case worded*2 > n:
		return textKind
	}
	return placeKind
}

// refold folds the values of a column of the user's own as its kind is compared.
func (f *feature) refold() {
	if f.kind == dateKind {
		return
	}
	d := newDictionary()
	ids := make([]uint32, f.dict.size()+1)
	for id := 1; id < len(ids); id++ {
		s := folded(f.dict.text(uint32(id)))
		if f.kind == idKind {
			s = joinedWords(s)
		}
		ids[id] = d.id(s)
	}
	for i, v := range f.one {
		f.one[i] = int32(ids[v])
	}
	f.dict = d
}
