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
	Name    string
	Date    string // yyyy-mm-dd: when it was gathered; empty for the job's own list
	Rows    int
	Licence string
	Source  string
}

// Table is one list of a stage: its columns, in any order and among others, and what a row does.
type Table struct {
	Name    string
	Columns []string                 // those that end in ? may be missing: their cells are empty then
	Reset   func()                   // forgets all rows
	Add     func(row []string) error // takes the cells of Columns, trimmed; the slice is used again
}

// Lists are the tables of one stage. They must not be loaded into once they are read.
type Lists struct {
	tables []Table
	cards  []Card
}

// Open fills the tables from the files that data/references.psv names: name|file|date|licence|source. Lists that ship
// with the program are right or the program is not, so it panics on a fault.
func Open(data fs.FS, tables ...Table) *Lists {
	l := &Lists{tables: tables}
	cards, err := data.Open("data/references.psv")
	if err == nil {
		err = each("references", cards, []string{"name", "file", "date", "licence", "source"}, func(row []string) error {
			l.cards = append(l.cards, Card{Name: row[0], Date: row[2], Licence: row[3], Source: row[4]})
			file, err := data.Open("data/" + row[1])
			if err != nil {
				return err
			}
			return l.read(row[0], file, false)
		})
	}
	if err == nil && len(l.cards) != len(tables) {
		err = errors.New("references.psv does not name every table")
	}
	if err != nil {
		panic(err)
	}
	return l
}

// Has reports whether there is a list of that name.
func (l *Lists) Has(name string) bool {
	return slices.ContainsFunc(l.cards, func(c Card) bool { return c.Name == name })
}

// Cards are the name cards, in a fixed order.
func (l *Lists) Cards() []Card { return slices.Clone(l.cards) }

// Load replaces the named list by what r holds, or extends it; a row of r wins over one of the list with the same key.
func (l *Lists) Load(name string, r io.Reader, extend bool) error {
	at := slices.IndexFunc(l.cards, func(c Card) bool { return c.Name == name })
	if at < 0 {
		return fmt.Errorf("reference %s: there is no such list", name)
	}
	if err := l.read(name, r, extend); err != nil {
		return err
	}
	if extend {
		l.cards[at].Source += "; extended by the job's own rows"
	} else {
		l.cards[at] = Card{Name: name, Rows: l.cards[at].Rows, Source: "the job's own list"}
	}
	return nil
}

func (l *Lists) read(name string, r io.Reader, extend bool) error {
	t := slices.IndexFunc(l.tables, func(t Table) bool { return t.Name == name })
	card := slices.IndexFunc(l.cards, func(c Card) bool { return c.Name == name })
	if t < 0 {
		return fmt.Errorf("reference %s: no rule reads it", name)
	}
	if !extend {
		l.tables[t].Reset()
		l.cards[card].Rows = 0
	}
	return each(name, r, l.tables[t].Columns, func(row []string) error {
		l.cards[card].Rows++
		return l.tables[t].Add(row)
	})
}

// each gives the rows behind the header, cell by cell in the order of columns. Empty lines are none, and neither are
// lines that begin with #.
func each(name string, r io.Reader, columns []string, add func([]string) error) error {
	var places []int
	row := make([]string, len(columns))
	line := 0
	err := lines(r, func(n int, cells []string) error {
		line = n
		if places == nil {
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
				return errors.New("too few columns")
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
	case places == nil:
		return fmt.Errorf("reference %s: it is empty; its header is %s", name, needed(columns))
	}
	return nil
}

// needed is the shortest header.
func needed(columns []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(columns), func(c string) bool { return strings.HasSuffix(c, "?") }), "|")
}

// lines gives the number and the trimmed cells of every line that is neither empty nor a comment. The header says what
// divides the cells.
func lines(r io.Reader, visit func(n int, cells []string) error) error {
	in := bufio.NewReaderSize(r, 1<<16)
	for n, headed := 1, false; ; n++ {
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
			cells := strings.Split(text, "|")
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
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
