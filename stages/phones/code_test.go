package phones

import "testing"

func TestWithCode(t *testing.T) {
	for _, c := range []struct{ text, country, want string }{
		{"4915774036000", "DE", "+4915774036000"},
		{"447911123456", "GB", "+447911123456"},
		{"447911123456", "", "+447911123456"},
		{"015774036000", "DE", ""},
		{"+4915774036000", "DE", ""},
		{"447911123456", "DE", ""},
		{"2079460958", "GB", ""},
		{"0800", "", ""},
		{"4930", "DE", ""},
		{"49 1577 4036000", "DE", ""},
	} {
		if got := WithCode(c.text, c.country); got != c.want {
			t.Errorf("%q, %s: %q, want %q", c.text, c.country, got, c.want)
		}
	}
}
