package pipeline

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rollcall-data/rollcall/stages/reach"
)

// readOutlets reads the list of outlets: outlet, country, postcode, city and perhaps region, in that order or by the header.
func (r *run) readOutlets() (*reach.Outlets, error) {
	path := r.job.Config.Outlets
	if path == "" {
		return nil, nil
	}
	var list []reach.Outlet
	err := load(path, func(f io.Reader) error {
		rows := csv.NewReader(f)
		rows.FieldsPerRecord = -1
		header, err := rows.Read()
		if err != nil {
			return err
		}
		var at [5]int
		for i, name := range [...]string{"outlet", "country", "postcode", "city", "region"} {
			at[i] = slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
			if at[i] < 0 && i < 2 {
				return fmt.Errorf("the list of outlets has no column %q", name)
			}
		}
		for {
			cells, err := rows.Read()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			var v [5]string
			for i, k := range at {
				if k >= 0 && k < len(cells) {
					v[i] = strings.TrimSpace(cells[k])
				}
			}
			list = append(list, reach.Outlet{Name: v[0], Country: strings.ToUpper(v[1]), Postcode: v[2], City: v[3], Region: v[4]})
		}
	})
	return reach.NewOutlets(list), err
}
