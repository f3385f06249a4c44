package extract

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// openXLSX takes the first sheet that has rows. Cells are read as the workbook shows them, but for long numbers, which
// Excel shows shortened: 447912345678, not 4.47912E+11.
func (t *Table) openXLSX() error {
	var rows [][]string
	err := t.eachXLSX(context.Background(), func(cells []string) error {
		rows = append(rows, cells)
		if len(rows) > sampleRows {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if len(rows) == 0 {
		return inputErrorf(t.file.Shown, "has no rows in any of its sheets")
	}
	for i := range rows { // empty cells at the end of a row are not stored
		for len(rows[i]) < len(rows[0]) {
			rows[i] = append(rows[i], "")
		}
	}
	t.findHeader(rows)
	return nil
}

var errEnough = errors.New("enough rows")

// eachXLSX calls visit for every row that is not blank.
func (t *Table) eachXLSX(ctx context.Context, visit func([]string) error) error {
	f, err := excelize.OpenFile(t.file.Path)
	if err != nil {
		what := "is not a whole Excel file"
		if strings.Contains(strings.ToLower(err.Error()), "password") || errors.Is(err, excelize.ErrWorkbookPassword) {
			what = "is protected by a password; save it without one"
		}
		return inputErrorf(t.file.Shown, "%s", what)
	}
	defer func() { _ = f.Close() }() // only read
	for _, sheet := range f.GetSheetList() {
		found := false
		rows, err := f.Rows(sheet)
		if err != nil {
			continue // a chart sheet has no rows
		}
		for rows.Next() && ctx.Err() == nil {
			cells, err := rows.Columns()
			if err != nil {
				return errors.Join(inputErrorf(t.file.Shown, "sheet breaks off"), rows.Close())
			}
			blank := true
			for i, c := range cells {
				cells[i] = plainNumber(c)
				blank = blank && strings.TrimSpace(c) == ""
			}
			if blank {
				continue
			}
			found = true
			if err := visit(cells); err != nil {
				return errors.Join(err, rows.Close())
			}
		}
		if err := rows.Close(); err != nil {
			return inputErrorf(t.file.Shown, "cannot be read: %s", err)
		}
		if found {
			t.sheet = sheet
			return context.Cause(ctx)
		}
	}
	return context.Cause(ctx)
}

// plainNumber writes a number that Excel shows with an exponent as its digits, where they are all there.
func plainNumber(c string) string {
	if len(c) < 5 || !strings.ContainsAny(c, "eE") || c[0] < '0' || c[0] > '9' {
		return c
	}
	v, err := strconv.ParseFloat(c, 64)
	if err != nil || v >= 1e15 || v != float64(int64(v)) {
		return c
	}
	return strconv.FormatInt(int64(v), 10)
}

func (t *Table) readXLSX(ctx context.Context, yield func(Rows) error) error {
	info, err := os.Stat(t.file.Path)
	if err != nil {
		return inputErrorf(t.file.Shown, "cannot be read: %s", cause(err))
	}
	var n int64
	out := Rows{Bytes: info.Size()}
	first := t.skip
	flush := func() error {
		err := yield(out)
		out = Rows{}
		return err
	}
	err = t.eachXLSX(ctx, func(cells []string) error {
		if first {
			first = false
			return nil
		}
		n++
		out.Count++
		for len(cells) < t.width {
			cells = append(cells, "")
		}
		if len(trimEmpty(cells, t.width)) != t.width {
			out.Rejects = append(out.Rejects, Reject(t.file.Shown, n, BadColumns,
				itoa(len(cells))+" cells where the header has "+itoa(t.width), []byte(strings.Join(cells, "\t"))))
		} else {
			out.Rows = append(out.Rows, Row{n, cells[:t.width]})
		}
		if out.Count >= 1024 {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}
