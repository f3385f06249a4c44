package phones

import (
	"strings"
	"testing"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// The renumberings as their sources tell them, apart from the rules that were made of them: how a number was written
// before and what it became, each x a digit that stays, each class one that stays too.
var published = []struct{ region, date, old, fresh string }{
	{"GB", "1995-04-16", "0[2-9]xx xxxxxx", "+44 1[2-9]xx xxxxxx"},
	{"GB", "1995-04-16", "0532 xxxxxx", "+44 113 2xxxxxx"},
	{"GB", "1995-04-16", "0742 xxxxxx", "+44 114 2xxxxxx"},
	{"GB", "1995-04-16", "0602 xxxxxx", "+44 115 9xxxxxx"},
	{"GB", "1995-04-16", "0533 xxxxxx", "+44 116 2xxxxxx"},
	{"GB", "1995-04-16", "0272 xxxxxx", "+44 117 9xxxxxx"},
	{"GB", "2000-04-22", "0171 xxx xxxx", "+44 20 7xxx xxxx"},
	{"GB", "2000-04-22", "071 xxx xxxx", "+44 20 7xxx xxxx"},
	{"GB", "2000-04-22", "0181 xxx xxxx", "+44 20 8xxx xxxx"},
	{"GB", "2000-04-22", "+44 81 xxx xxxx", "+44 20 8xxx xxxx"},
	{"GB", "2000-04-22", "01705 xxxxxx", "+44 23 92xxxxxx"},
	{"GB", "2000-04-22", "+44 1703 xxxxxx", "+44 23 80xxxxxx"},
	{"GB", "2000-04-22", "01203 xxxxxx", "+44 24 76xxxxxx"},
	{"GB", "2000-04-22", "(01222) xxxxxx", "+44 29 20xxxxxx"},
	{"GB", "2000-04-22", "01232 xxxxxx", "+44 28 90xxxxxx"},
	{"FR", "1996-10-18", "16 1 xx xx xx xx", "+33 1 xx xx xx xx"},
	{"FR", "1996-10-18", "(16) 1 xx xx xx xx", "+33 1 xx xx xx xx"},
	{"BR", "2012-07-29", "+55 51 [689]xxx xxxx", "+55 51 9 [689]xxx xxxx"},
	{"BR", "2012-07-29", "(011) [689]xxx-xxxx", "+55 11 9 [689]xxx xxxx"},
	{"BR", "2012-07-29", "21 [689]xxx xxxx", "+55 21 9 [689]xxx xxxx"},
	{"MX", "2019-08-03", "+52 1 55 xxxx xxxx", "+52 55 xxxx xxxx"},
	{"MX", "2019-08-03", "01 55 xxxx xxxx", "+52 55 xxxx xxxx"},
	{"MX", "2019-08-03", "044 33 xxxx xxxx", "+52 33 xxxx xxxx"},
	{"MX", "2019-08-03", "045 81 xxxx xxxx", "+52 81 xxxx xxxx"},
	{"CO", "2021-09-01", "+57 1 xxx xxxx", "+57 60 1 xxx xxxx"},
	{"CO", "2021-09-01", "(2) xxx xxxx", "+57 60 2 xxx xxxx"},
	{"CL", "2012-10-01", "+56 65 xxxxxx", "+56 65 2 xxxxxx"},
	{"CL", "2016-02-06", "[6-9]xxx xxxx", "+56 9 [6-9]xxx xxxx"},
	{"EC", "2012-09-30", "+593 9 xxx xxxx", "+593 9 9xxx xxxx"},
	{"EC", "2012-09-30", "09 xxx xxxx", "+593 9 9xxx xxxx"},
	{"CR", "2008-03-20", "+506 2xx xxxx", "+506 22xx xxxx"},
	{"CR", "2008-03-20", "8xx xxxx", "+506 88xx xxxx"},
	{"HN", "2010-11-14", "+504 2xx xxxx", "+504 22xx xxxx"},
	{"SV", "2005-01-01", "+503 2xx xxxx", "+503 22xx xxxx"},
	{"CI", "2021-01-31", "+225 0[789] xx xx xx", "+225 07 0[789] xx xx xx"},
	{"CI", "2021-01-31", "05 xx xx xx", "+225 05 05 xx xx xx"},
	{"CI", "2021-01-31", "+225 4[0-3] xx xx xx", "+225 01 4[0-3] xx xx xx"},
	{"BJ", "2024-11-30", "+229 97 xx xx xx", "+229 01 97 xx xx xx"},
	{"BJ", "2024-11-30", "21 3x xx xx", "+229 01 21 3x xx xx"},
	{"CM", "2014-11-21", "+237 7x xx xx xx", "+237 6 7x xx xx xx"},
	{"CM", "2014-11-21", "22 xx xx xx", "+237 2 22 xx xx xx"},
	{"MA", "2009-03-07", "+212 6x xxxxxx", "+212 66x xxxxxx"},
	{"MA", "2009-03-07", "02x xx xx xx", "+212 52x xx xx xx"},
	{"EG", "2011-10-06", "010 xxx xxxx", "+20 100 xxx xxxx"},
	{"EG", "2011-10-06", "+20 16 xxx xxxx", "+20 106 xxx xxxx"},
	{"EG", "2011-10-06", "019 xxx xxxx", "+20 109 xxx xxxx"},
	{"EG", "2011-10-06", "0151 xxx xxxx", "+20 101 xxx xxxx"},
	{"EG", "2011-10-06", "012 xxx xxxx", "+20 122 xxx xxxx"},
	{"EG", "2011-10-06", "017 xxx xxxx", "+20 127 xxx xxxx"},
	{"EG", "2011-10-06", "+20 18 xxx xxxx", "+20 128 xxx xxxx"},
	{"EG", "2011-10-06", "0150 xxx xxxx", "+20 120 xxx xxxx"},
	{"EG", "2011-10-06", "011 xxx xxxx", "+20 111 xxx xxxx"},
	{"EG", "2011-10-06", "014 xxx xxxx", "+20 114 xxx xxxx"},
	{"EG", "2011-10-06", "0152 xxx xxxx", "+20 112 xxx xxxx"},
	{"NG", "2024-01-01", "+234 1 xxx xxxx", "+234 20 1 xxx xxxx"},
	{"NG", "2024-01-01", "01 xxx xxxx", "+234 20 1 xxx xxxx"},
	{"GA", "2019-11-01", "+241 01 xx xx xx", "+241 11 xx xx xx"},
	{"GA", "2019-11-01", "02 xx xx xx", "+241 62 xx xx xx"},
	{"GA", "2019-11-01", "05 xx xx xx", "+241 65 xx xx xx"},
	{"GA", "2019-11-01", "+241 06 xx xx xx", "+241 66 xx xx xx"},
	{"GA", "2019-11-01", "04 xx xx xx", "+241 74 xx xx xx"},
	{"GA", "2019-11-01", "+241 7 xx xx xx", "+241 77 xx xx xx"},
	{"VN", "2018-09-15", "0120 xxx xxxx", "+84 70 xxx xxxx"},
	{"VN", "2018-09-15", "0121 xxx xxxx", "+84 79 xxx xxxx"},
	{"VN", "2018-09-15", "+84 122 xxx xxxx", "+84 77 xxx xxxx"},
	{"VN", "2018-09-15", "0126 xxx xxxx", "+84 76 xxx xxxx"},
	{"VN", "2018-09-15", "0128 xxx xxxx", "+84 78 xxx xxxx"},
	{"VN", "2018-09-15", "0123 xxx xxxx", "+84 83 xxx xxxx"},
	{"VN", "2018-09-15", "0124 xxx xxxx", "+84 84 xxx xxxx"},
	{"VN", "2018-09-15", "0125 xxx xxxx", "+84 85 xxx xxxx"},
	{"VN", "2018-09-15", "0127 xxx xxxx", "+84 81 xxx xxxx"},
	{"VN", "2018-09-15", "0129 xxx xxxx", "+84 82 xxx xxxx"},
	{"VN", "2018-09-15", "016[2-9] xxx xxxx", "+84 3[2-9] xxx xxxx"},
	{"VN", "2018-09-15", "0186 xxx xxxx", "+84 56 xxx xxxx"},
	{"VN", "2018-09-15", "0188 xxx xxxx", "+84 58 xxx xxxx"},
	{"VN", "2018-09-15", "0199 xxx xxxx", "+84 59 xxx xxxx"},
	{"VN", "2017-08-31", "04 3xxx xxxx", "+84 24 3xxx xxxx"},
	{"VN", "2017-08-31", "08 3xxx xxxx", "+84 28 3xxx xxxx"},
	{"VN", "2017-08-31", "+84 511 3xxx xxx", "+84 236 3xxx xxx"},
	{"QA", "2010-07-28", "+974 5xx xxxx", "+974 55xx xxxx"},
	{"QA", "2010-07-28", "4xx xxxx", "+974 44xx xxxx"},
	{"TH", "2006-09-01", "+66 1 xxx xxxx", "+66 81 xxx xxxx"},
	{"TH", "2006-09-01", "09 xxx xxxx", "+66 89 xxx xxxx"},
	{"GR", "2002-11-01", "+30 1 xxxxxxx", "+30 210 xxxxxxx"},
	{"GR", "2002-11-01", "031 xxxxxx", "+30 2310 xxxxxx"},
	{"GR", "2002-11-01", "+30 97x xxxxxx", "+30 697x xxxxxx"},
	{"GR", "2002-11-01", "093x xxxxxx", "+30 693x xxxxxx"},
	{"CH", "2007-03-31", "01 xxx xx xx", "+41 44 xxx xx xx"},
	{"CH", "2007-03-31", "+41 1 xxx xx xx", "+41 44 xxx xx xx"},
}

// Numbers drawn from what the sources tell: old before the day, of today after it, and without a day old where they are
// no numbers today; the new number is the one told, wherever there is such a number.
func TestPublishedRenumberings(t *testing.T) {
	m := mapper(t)
	d := draw(77 + *seed)
	for _, c := range published {
		on, err := time.Parse(time.DateOnly, c.date)
		if err != nil {
			t.Fatal(err)
		}
		tried, drawn := 0, 0
		for ; tried < 100 && drawn < 5000; drawn++ {
			old, fresh := drawBoth(&d, c.old, c.fresh)
			want, was := library(fresh, ""), library(old, c.region)
			if !want.valid || m.lists.isFictional(want.e164) || strings.Count(was.nsn, was.nsn[:1]) == len(was.nsn) {
				continue
			}
			tried++
			for day, is := range map[string]bool{
				on.AddDate(0, 0, -1).Format(time.DateOnly): true,
				"1990-01-01": true,
				c.date:       false,
				"2026-01-01": false,
				"":           !was.valid,
			} {
				p := clean(t, m, c.region, day, old).Points[0]
				if p.Has(record.ObsoleteFormat) != is || is && p.ReplacedBy != want.e164 {
					t.Errorf("%s %q captured %q: [%s] -> %q, want %v %q", c.region, old, day, reasons(p), p.ReplacedBy, is, want.e164)
				}
			}
		}
		if tried < 100 || drawn > 3000 {
			t.Logf("%s %q: %d of %d drawn led to a number of today", c.region, c.old, tried, drawn)
		}
	}
}

// drawBoth fills the open digits of two templates alike.
func drawBoth(d *draw, old, fresh string) (string, string) {
	var digits []byte
	var out strings.Builder
	for s := old; s != ""; s = s[1:] {
		switch s[0] {
		case 'x':
			digits = append(digits, byte('0'+d.n(10)))
			out.WriteByte(digits[len(digits)-1])
		case '[':
			class, rest, _ := strings.Cut(s[1:], "]")
			set, _ := parseClass(class)
			n := d.n(10)
			for set&(1<<n) == 0 {
				n = d.n(10)
			}
			digits = append(digits, byte('0'+n))
			out.WriteByte(digits[len(digits)-1])
			s = "]" + rest
		default:
			out.WriteByte(s[0])
		}
	}
	text := out.String()
	out.Reset()
	for s := fresh; s != ""; s = s[1:] {
		switch s[0] {
		case 'x', '[':
			if s[0] == '[' {
				_, rest, _ := strings.Cut(s[1:], "]")
				s = "]" + rest
			}
			out.WriteByte(digits[0])
			digits = digits[1:]
		default:
			out.WriteByte(s[0])
		}
	}
	return text, out.String()
}
