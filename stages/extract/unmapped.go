package extract

import (
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Unmapped is a column that fills no field of a source.
type Unmapped struct {
	Column string
	Denies record.Field // the field of permission that its name means
	Known  bool         // Denies is such a field: what the column says would be lost
	Looks  bool         // its name is not known, but has a word of permission
}

// Unmapped lists the columns that fill no field, in the order of the files; of the kept ones those alone that tell of
// permission: passed through, they forbid nothing.
func (e *Extract) Unmapped() []Unmapped {
	var out []Unmapped
	for i, t := range e.tables {
		for at, name := range t.header {
			if slices.ContainsFunc(e.maps[i].columns, func(c column) bool { return c.at == at }) ||
				slices.ContainsFunc(out, func(u Unmapped) bool { return u.Column == name }) {
				continue
			}
			u := Unmapped{Column: name}
			f, ok := lookupNested(name)
			if u.Looks = !ok && looksPermitting(name); ok && tellsPermission(f) {
				u.Denies, u.Known = f, true
			}
			if u.Known || !slices.Contains(e.maps[i].keep, at) {
				out = append(out, u)
			}
		}
	}
	return out
}

// tellsPermission reports whether a field alone can forbid that a customer is contacted.
func tellsPermission(f record.Field) bool {
	return f >= record.ConsentEmail && f <= record.DoNotCall || f == record.Deceased
}
