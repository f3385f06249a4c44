package report

import (
	"slices"
	"strconv"
)

// ageDim is the dimension of points by the time since they were captured.
const ageDim = "age"

// bands are the ages of points, in months from the month of capture to that of the as-of date.
var bands = []struct {
	name string
	from int // months
}{{"under 6 months", 0}, {"6 to 11 months", 6}, {"1 year", 12}, {"2 years", 24}, {"3 to 4 years", 36}, {"5 years and more", 60}}

// noDate stands for points whose capture date is not known.
const noDate = "no date"

func band(month, asOf string) string {
	m, ok := monthNumber(month)
	now, known := monthNumber(asOf)
	if !ok || !known {
		return noDate
	}
	name := bands[0].name
	for _, b := range bands {
		if now-m >= b.from {
			name = b.name
		}
	}
	return name
}

// monthNumber reads the month of yyyy-mm or yyyy-mm-dd.
func monthNumber(s string) (int, bool) {
	if len(s) < len("2006-01") {
		return 0, false
	}
	y, err := strconv.Atoi(s[:4])
	m, bad := strconv.Atoi(s[5:7])
	return 12*y + m, err == nil && bad == nil
}

// ages counts the points by age, as they were counted by month of capture.
func (t *Tally) ages(asOf string) {
	for k, all := range pointNames {
		if all == "" {
			continue
		}
		for _, month := range t.Values("captured", all) {
			b := band(month, asOf)
			t.By(all, ageDim, b, t.At(all, "captured", month))
			for _, status := range statusNames[k] {
				if n := t.At(status, "captured", month); n > 0 {
					t.By(status, ageDim, b, n)
				}
			}
		}
	}
}

// inBands sorts ages, the youngest first and none last.
func inBands(list []string) []string {
	var out []string
	for _, b := range bands {
		if slices.Contains(list, b.name) {
			out = append(out, b.name)
		}
	}
	if slices.Contains(list, noDate) {
		out = append(out, noDate)
	}
	return out
}
