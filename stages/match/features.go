package match

import (
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// features are what is compared of each row: numbers into dictionaries, column by column. Lists are offsets into one
// column of values.
type features struct {
	opts                          Options
	names, days, mails, tels      *dictionary
	streets, codes, cities, firms *dictionary
	idents, sufs, heard, middles  *dictionary
	also                          []*dictionary

	rows                         int
	given, middle, family, sound []uint32
	day, street, code, city      []uint32
	firm, suffix, source         []uint32
	alsoValue                    [][]uint32
	mail, tel, ident             list
	sources                      []string
	keys                         map[record.Key]int32 // of rows that an override names
}

type list struct{ end, value []uint32 }

func (l *list) of(row int32) []uint32 {
	var from uint32
	if row > 0 {
		from = l.end[row-1]
	}
	return l.value[from:l.end[row]]
}

func newFeatures(o Options) *features {
	f := &features{opts: o, keys: make(map[record.Key]int32)}
	for _, d := range []**dictionary{&f.names, &f.days, &f.mails, &f.tels, &f.streets, &f.codes, &f.cities, &f.firms, &f.idents, &f.sufs, &f.heard, &f.middles} {
		*d = newDictionary()
	}
	for range o.Also {
		f.also = append(f.also, newDictionary())
		f.alsoValue = append(f.alsoValue, nil)
	}
	for _, x := range o.Overrides {
		f.keys[x.A], f.keys[x.B] = -1, -1
	}
	return f
}

func (f *features) add(r *record.Record) {
	row := int32(f.rows)
	f.rows++
	given, family := text.Fold(r.Text[record.GivenName]), text.Fold(r.Text[record.FamilyName])
	middle := text.Fold(r.Text[record.MiddleName])
	if first, rest, ok := strings.Cut(given, " "); ok { // "Anna Lena": the second is compared as a middle name
		given = first
		if middle == "" {
			middle = rest
		}
	}
	family = strings.ReplaceAll(family, " ", "")
	f.given = append(f.given, f.names.id(given))
	f.middle = append(f.middle, f.middles.id(middle))
	f.family = append(f.family, f.names.id(family))
	f.sound = append(f.sound, f.heard.id(phonetic(family)))
	f.day = append(f.day, f.days.id(r.Text[record.BirthDate]))
	f.firm = append(f.firm, f.firms.id(text.Fold(r.Text[record.Company])))
	f.suffix = append(f.suffix, f.sufs.id(generation(r.Text[record.Suffix])))
	var street, code, city string
	for i := range r.Points {
		if p := &r.Points[i]; p.Kind == record.PostPoint && !p.Has(record.Placeholder) {
			street, _, _ = strings.Cut(p.Value, "|")
			code, city = text.Fold(strings.ReplaceAll(p.Address.Postcode, " ", "")), text.Fold(p.Address.City)
		}
	}
	f.street = append(f.street, f.streets.id(street))
	f.code = append(f.code, f.codes.id(code))
	f.city = append(f.city, f.cities.id(city))
	for i := range r.Points {
		p := &r.Points[i]
		if p.Has(record.Placeholder) || p.Has(record.Syntax) || p.Has(record.Unparseable) {
			continue
		}
		switch p.Kind {
		case record.EmailPoint:
			f.mail.value = append(f.mail.value, f.mails.id(p.Value))
		case record.PhonePoint:
			f.tel.value = append(f.tel.value, f.tels.id(p.Value))
		default:
		}
	}
	for _, x := range r.Identifiers {
		f.ident.value = append(f.ident.value, f.idents.id(text.Fold(x.Kind)+"="+strings.ReplaceAll(text.Fold(x.Value), " ", "")))
	}
	f.mail.end = append(f.mail.end, uint32(len(f.mail.value)))
	f.tel.end = append(f.tel.end, uint32(len(f.tel.value)))
	f.ident.end = append(f.ident.end, uint32(len(f.ident.value)))
	for i, at := range f.opts.Also {
		v := ""
		if at < len(r.Kept) {
			v = text.Fold(r.Kept[at])
		}
		f.alsoValue[i] = append(f.alsoValue[i], f.also[i].id(v))
	}
	if n := len(f.sources); n == 0 || f.sources[n-1] != r.Source {
		f.sources = append(f.sources, strings.Clone(r.Source))
	}
	f.source = append(f.source, uint32(len(f.sources)-1))
	if _, named := f.keys[r.Key]; named {
		f.keys[record.Key{Source: strings.Clone(r.Source), ID: strings.Clone(r.ID)}] = row
	}
}

// generation is a suffix that tells father from son; others tell nobody apart.
func generation(s string) string {
	for _, w := range strings.Fields(text.Fold(s)) {
		switch w {
		case "jr", "sr", "ii", "iii", "iv", "v":
			return w
		}
	}
	return ""
}

// phonetic is a rough key of how a name sounds in the languages of Europe: groups of letters that are taken for each other
// become one, vowels but the first and doubled letters go. At most six letters.
func phonetic(s string) string {
	s = sounds.Replace(s)
	out := make([]byte, 0, 6)
	for i := 0; i < len(s) && len(out) < 6; i++ {
		c := s[i]
		switch c {
		case 'a', 'e', 'i', 'o', 'u', 'y', 'h', 'w':
			if len(out) > 0 {
				continue
			}
			if c != 'h' && c != 'w' {
				c = 'a'
			}
		case 'q', 'g', 'c', 'x':
			c = 'k'
		case 'v', 'b':
			c = 'f'
		case 'd':
			c = 't'
		case 'z':
			c = 's'
		case 'm':
			c = 'n'
		}
		if len(out) == 0 || out[len(out)-1] != c {
			out = append(out, c)
		}
	}
	return string(out)
}

var sounds = strings.NewReplacer("sch", "s", "sh", "s", "ch", "k", "ck", "k", "ph", "f", "th", "t", "gh", "", "pf", "f", "tz", "s", "ts", "s", "ce", "se", "ci", "si", "dt", "t", "kn", "n", "wr", "r", "mac", "mk")
