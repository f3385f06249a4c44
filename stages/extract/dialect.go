package extract

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// likely delimiters come first: where two fit as well, the earlier wins.
const likely = ",;\t|"

// findDelimiter picks the character that cuts the first rows into the same number of cells, and into the most.
func (t *Table) findDelimiter(chars string) error {
	if given := t.opts.Delimiter; given != "" && given != "auto" {
		if given == "tab" || given == `\t` {
			given = "\t"
		}
		if len(given) != 1 || given == `"` || given == "\n" {
			return &UsageError{t.file.Shown, "a delimiter is one ASCII character other than the quote"}
		}
		t.delim = given[0]
		t.guess("delimiter", name(t.delim), "the config says so")
		return nil
	}
	if t.format == "tsv" {
		t.delim = '\t'
		t.guess("delimiter", name(t.delim), "the format is tsv")
		return nil
	}
	best, share, width := byte(','), 0.0, 1
	for _, d := range []byte(likely + candidates(firstLine(chars))) {
		x := Table{file: t.file, delim: d, quotes: true, text: text{name: "utf-8"}}
		s, w := agreement(x.sampleOf(chars))
		if w < 2 || s < 0.6 {
			continue
		}
		better := s > share+0.1 || s > share-0.1 && w > width
		if strings.IndexByte(likely, d) < 0 {
			better = better && width < 2 // an unlikely one only where no likely one fits
		}
		if better {
			best, share, width = d, s, w
		}
	}
	t.delim = best
	if width < 2 {
		t.guess("delimiter", name(best), "the file has one column")
	} else {
		t.guess("delimiter", name(best), fmt.Sprintf("it cuts %.0f %% of the first rows into %d cells", 100*share, width))
	}
	return nil
}

// candidates are the other marks of a line that could be delimiters.
func candidates(line string) string {
	var out strings.Builder
	for i := 0; i < len(line); i++ {
		c := line[i]
		if c < utf8.RuneSelf && !unicode.IsLetter(rune(c)) && !unicode.IsDigit(rune(c)) && !strings.ContainsRune(" \"'@.-_()+/\r\n"+likely, rune(c)) &&
			strings.IndexByte(out.String(), c) < 0 {
			out.WriteByte(c)
		}
	}
	return out.String()
}

// agreement is the commonest number of cells, and the share of rows that have it.
func agreement(rows [][]string) (share float64, width int) {
	counts := make(map[int]int)
	for _, r := range rows {
		counts[len(r)]++
	}
	for w, n := range counts {
		if n > counts[width] || n == counts[width] && w > width {
			width = w
		}
	}
	if len(rows) == 0 {
		return 0, 0
	}
	return float64(counts[width]) / float64(len(rows)), width
}

func name(delim byte) string {
	switch delim {
	case '\t':
		return "tab"
	case ' ':
		return "space"
	}
	if delim < ' ' {
		return fmt.Sprintf("\\x%02x", delim)
	}
	return string(rune(delim))
}

// findHeader tells whether the first row names the columns.
func (t *Table) findHeader(rows [][]string) {
	first := rows[0]
	t.width = len(first)
	is, reason := headerLike(first, rows[1:])
	if t.opts.Header != nil {
		t.doubted = *t.opts.Header && !is
		is, reason = *t.opts.Header, "the config says so"
	}
	if is {
		t.skip = true
		t.header = unique(first)
		t.sample = rows[1:]
		t.guess("header", "yes", reason)
		return
	}
	_, t.width = agreement(rows)
	t.header = make([]string, t.width)
	for i := range t.header {
		t.header[i] = fmt.Sprintf("column_%d", i+1)
	}
	t.sample = rows
	t.guess("header", "no", reason)
}

// headerLike reports whether a row names columns: a known name settles it; else no cell may look like data.
func headerLike(first []string, rest [][]string) (is bool, reason string) {
	known, empty := 0, 0
	for _, c := range first {
		if _, ok := lookup(c); ok {
			known++
		}
		if strings.TrimSpace(c) == "" {
			empty++
		}
	}
	for _, c := range first {
		if looksLikeData(c) {
			return false, "the first row holds data (an address, a number or a date)"
		}
	}
	if known > 0 {
		return true, fmt.Sprintf("%d of its %d names are known", known, len(first))
	}
	if empty == len(first) {
		return false, "the first row is empty"
	}
	for i := range first {
		for _, r := range rest {
			if i < len(r) && looksLikeData(r[i]) {
				return true, "the first row holds no data where the rows below do"
			}
		}
	}
	return false, "the first row is like those below"
}

func looksLikeData(cell string) bool {
	if strings.ContainsRune(cell, '@') && strings.ContainsRune(cell, '.') {
		return true
	}
	digits, others := 0, 0
	for _, r := range cell {
		switch {
		case unicode.IsDigit(r):
			digits++
		case !unicode.IsSpace(r) && !unicode.IsPunct(r) && r != '+':
			others++
		}
	}
	return digits > 0 && others == 0 || digits >= 5 && digits > others
}

// unique gives every column a name of its own: empty ones get their number, repeated ones a count.
func unique(cells []string) []string {
	used := make(map[string]bool, len(cells))
	out := make([]string, len(cells))
	for i, c := range cells {
		base := strings.TrimSpace(strings.TrimPrefix(c, "\ufeff"))
		if base == "" {
			base = fmt.Sprintf("column_%d", i+1)
		}
		name := base
		for n := 2; used[name]; n++ {
			name = fmt.Sprintf("%s_%d", base, n)
		}
		used[name] = true
		out[i] = name
	}
	return out
}
