package reference

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// Card is the name card of a list: what the manifest and the report say of it.
type Card struct {
	Name    string `json:"name"`
	Date    string `json:"date"` // yyyy-mm-dd: when it was gathered; empty for the job's own list
	Rows    int    `json:"rows"`
	Licence string `json:"licence"`
	Source  string `json:"source"`
}

// Table is one list of a stage: its columns, in any order and among others, and what a row does.
type Table struct {
	Name    string
	Columns []string                 // those that end in ? may be missing: their cells are empty then; none: no header, one value a line
	Key     int                      // how many of the first columns are the key, where several rows of one count; 0: Add lets a later row win
	Fold    func(cell string) string // how Add writes the cells of the key; nil: in small letters
	Reset   func()                   // forgets all rows
	Add     func(row []string) error // takes the cells of Columns, trimmed; the slice is used again
	Done    func()                   // called when all rows are added; may be nil
}

// errElsewhere says of a row that other stages read it: it is no row of this one's list.
var errElsewhere = errors.New("the row is another list's")

// Lists are the tables of one stage. They must not be loaded into once they are read.
type Lists struct {
	data fs.FS
	all  []*list
}

// list is a table and the file that came with the program.
type list struct {
	Table
	card Card
	file string
}

// Open fills the tables from the files that data/references.psv names: name|file|date|licence|source. Lists that ship
// with the program are right or the program is not, so it panics on a fault.
func Open(data fs.FS, tables ...Table) *Lists {
	l := &Lists{data: data}
	cards, err := data.Open("data/references.psv")
	if err == nil {
		err = each("references", cards, []string{"name", "file", "date", "licence", "source"}, func(row []string) error {
			at := slices.IndexFunc(tables, func(t Table) bool { return t.Name == row[0] })
			if at < 0 {
				return errors.New("no rule reads the list")
			}
			x := &list{tables[at], Card{Name: row[0], Date: row[2], Licence: row[3], Source: row[4]}, "data/" + row[1]}
			l.all = append(l.all, x)
			x.Reset()
			defer x.done()
			n, err := x.own(data, nil)
			x.card.Rows = n
			return err
		})
	}
	if err == nil && len(l.all) != len(tables) {
		err = errors.New("references.psv does not name every table")
	}
	if err != nil {
		panic(err)
	}
	return l
}

// Has reports whether there is a list of that name.
func (l *Lists) Has(name string) bool { return l.find(name) != nil }

func (l *Lists) find(name string) *list {
	for _, x := range l.all {
		if x.Name == name {
			return x
		}
	}
	return nil
}

// Cards are the name cards, in a fixed order.
func (l *Lists) Cards() []Card {
	out := make([]Card, len(l.all))
	for i, x := range l.all {
		out[i] = x.card
	}
	return out
}

// Header is the columns of a list, as its file needs them; none where it holds one value a line, or there is no such list.
func (l *Lists) Header(name string) []string {
	if x := l.find(name); x != nil {
		return slices.Clone(x.Columns)
	}
	return nil
}

// Load replaces the named list by what r holds, or extends it; a row of r wins: it takes the place of the list's rows with
// the same key, and is asked before the others.
// Names and columns are those of the files in data/. An error names the list and the line, never what stands there; the
// lists must not be used then, since this one is half loaded.
func (l *Lists) Load(name string, r io.Reader, extend bool) error {
	x := l.find(name)
	if x == nil {
		return fmt.Errorf("reference %s: there is no such list", name)
	}
	keys := make(map[string]bool)
	rows := x.card.Rows
	if !extend || x.Key > 0 { // of rows that all count, the job's own are asked first
		x.Reset()
		rows = 0
	}
	defer x.done()
	n, err := x.read(r, func(row []string) bool { keys[x.key(row)] = true; return true })
	rows += n
	if err == nil && extend && x.Key > 0 {
		n, err = x.own(l.data, func(row []string) bool { return !keys[x.key(row)] })
		rows += n
	}
	switch {
	case err != nil:
	case extend:
		x.card.Rows = rows
		x.card.Source += "; extended by the job's own rows"
	default:
		x.card = Card{Name: name, Rows: rows, Source: "the job's own list"}
	}
	return err
}

func (x *list) done() {
	if x.Done != nil {
		x.Done()
	}
}

// own reads the list that came with the program.
func (x *list) own(data fs.FS, wanted func(row []string) bool) (rows int, err error) {
	f, err := data.Open(x.file)
	if err != nil {
		return 0, err
	}
	rows, err = x.read(f, wanted)
	return rows, errors.Join(err, f.Close())
}

func (x *list) read(r io.Reader, wanted func(row []string) bool) (rows int, err error) {
	err = each(x.Name, r, x.Columns, func(row []string) error {
		if wanted != nil && !wanted(row) {
			return nil
		}
		err := x.Add(row)
		if err == nil {
			rows++
		} else if errors.Is(err, errElsewhere) {
			return nil
		}
		return err
	})
	return rows, err
}

func (x *list) key(row []string) string {
	if x.Fold == nil {
		return strings.ToLower(strings.Join(row[:x.Key], "|"))
	}
	var k strings.Builder
	for _, cell := range row[:x.Key] {
		k.WriteString(x.Fold(cell) + "|")
	}
	return k.String()
}

// each gives the rows behind the header, cell by cell in the order of columns; without columns, the lines. Empty lines are
// none, and neither are lines that begin with #.
func each(name string, r io.Reader, columns []string, add func([]string) error) error {
	var places []int
	row := make([]string, len(columns))
	line, width := 0, 0
	err := lines(r, columns == nil, func(n int, cells []string) error {
		line = n
		if columns == nil {
			return add(cells)
		}
		if places == nil {
			width = len(cells)
			places = make([]int, len(columns))
			for i, c := range columns {
				name, optional := strings.CutSuffix(c, "?")
				if places[i] = slices.Index(cells, name); places[i] < 0 && !optional {
					return fmt.Errorf("the header has no column %s; it needs %s", name, needed(columns))
				}
			}
			return nil
		}
		for i, p := range places {
			switch {
			case p >= len(cells):
				return fmt.Errorf("too few columns; the header has %d", width)
			case p < 0:
				row[i] = ""
			default:
				row[i] = cells[p]
			}
		}
		return add(row)
	})
	var bad *csv.ParseError
	switch {
	case errors.As(err, &bad): // says what, without what stands there
		return fmt.Errorf("reference %s: line %d: %w", name, bad.Line, bad.Err)
	case err != nil:
		return fmt.Errorf("reference %s: line %d: %w", name, line, err)
	case places == nil && columns != nil:
		return fmt.Errorf("reference %s: it is empty; its header is %s", name, needed(columns))
	}
	return nil
}

// needed is the shortest header.
func needed(columns []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(columns), func(c string) bool { return strings.HasSuffix(c, "?") }), "|")
}

// lines gives the number and the trimmed cells of every line that is neither empty nor a comment. The header says what
// divides the cells; a plain list has neither.
func lines(r io.Reader, plain bool, visit func(n int, cells []string) error) error {
	in := bufio.NewReaderSize(r, 1<<16)
	var cells []string
	for n, headed := 1, plain; ; n++ {
		text, err := in.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		last := err != nil
		text = strings.TrimSpace(strings.TrimPrefix(text, "\uFEFF"))
		if text != "" && text[0] != '#' {
			if !headed && !strings.Contains(text, "|") {
				return commas(io.MultiReader(strings.NewReader(text+"\n"), in), n-1, visit)
			}
			headed = true
			cells = append(cells[:0], text)
			if !plain {
				cells = cells[:0]
				for c := range strings.SplitSeq(text, "|") {
					cells = append(cells, strings.TrimSpace(c))
				}
			}
			if err := visit(n, cells); err != nil {
				return err
			}
		}
		if last {
			return nil
		}
	}
}

// commas reads CSV; before is how many lines were read already.
func commas(r io.Reader, before int, visit func(n int, cells []string) error) error {
	in := csv.NewReader(r)
	in.Comment, in.FieldsPerRecord = '#', -1
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			bad.Line += before
		}
		if err != nil {
			return err
		}
		n, _ := in.FieldPos(0)
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if err := visit(before+n, cells); err != nil {
			return err
		}
	}
}

// fields are what rows of placeholders may be about: one list, of which several stages read the rows of their own fields.
var fields = []string{"birth_date", "company", "email", "name", "phone", "postcode", "street"}

// OfField is what Add returns for a row of placeholders that is about another stage's field: the row is passed over. It is
// an error where there is no such field.
func OfField(field string) error {
	if slices.Contains(fields, field) {
		return errElsewhere
	}
	return fmt.Errorf("field is none of %s", strings.Join(fields, ", "))
}

// OneOf says which words a column may have, where it has another; an empty one may be missing.
func OneOf(column, word string, words ...string) error {
	if slices.Contains(words, word) {
		return nil
	}
	if words[0] == "" {
		return fmt.Errorf("%s is neither empty nor one of %s", column, strings.Join(words[1:], ", "))
	}
	return fmt.Errorf("%s is none of %s", column, strings.Join(words, ", "))
}

// Exact refuses a row of placeholders that a stage cannot match but as it stands; an empty match means the same.
func Exact(match string) error {
	if match == "" || match == "exact" {
		return nil
	}
	return errors.New("match is neither empty nor exact, all that this field has; give each value a row of its own")
}
