package match

import "testing"

func TestFirmName(t *testing.T) {
	for in, want := range map[string]string{
		"Smith & Sons Ltd.":         "smith sons",
		"The Smith and Sons":        "smith sons",
		"Reyes Energy S.A. de C.V.": "reyes energy",
		"Gupta Logistics Pvt Ltd":   "gupta logistics",
		"Gallo S.r.l.":              "gallo",
		"Klein Steel e.K.":          "klein steel",
		"Müller Bakery GmbH":        "muller bakery",
		"AG":                        "ag",
		"A. B. Carter Inc":          "ab carter",
		"":                          "",
	} {
		if got := builtIn().firmName(in); got != want {
			t.Errorf("%q is compared as %q, want %q", in, got, want)
		}
	}
}
