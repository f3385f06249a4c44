package match

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// comparedAs are the features that are made of a canonical field. Those of identifiers are made as their kinds come.
var comparedAs = map[string][]string{
	"given_name":  {"given_name"},
	"middle_name": {"middle_name"},
	"family_name": {"family_name"},
	"full_name":   {"given_name", "middle_name", "family_name"},
	"gender":      {"gender"},
	"birth_date":  {"birth_date"},
	"company":     {"party", "company", "employer"},
	"email":       {"email"},
	"phone":       {"phone"},
	"street":      {"house_number", "street"},
	"city":        {"city"},
	"postcode":    {"postcode"},
	"region":      {"region"},
	"country":     {"country"},
	"identifier":  {},
}

// kindsByName are the ways to compare values that a user can choose for a column of text.
var kindsByName = map[string]*kind{
	textKind.name: textKind, placeKind.name: placeKind, idKind.name: idKind, categoryKind.name: categoryKind, dateKind.name: dateKind, wordsKind.name: wordsKind,
}

// checkChoice reports a choice that can't be: a field that is not compared, a kind that does not fit.
func checkChoice(o Options) error {
	for _, c := range o.Choice {
		also := slices.ContainsFunc(o.Also, func(a Also) bool { return a.Name == c.Field })
		if _, ok := comparedAs[c.Field]; !ok && !also {
			return fmt.Errorf("comparisons: %q is neither a kept column nor one of the fields that can be compared: %s", c.Field, strings.Join(slices.Sorted(maps.Keys(comparedAs)), ", "))
		}
		if c.Kind == "" {
			continue
		}
		if fits := slices.Sorted(maps.Keys(kindsByName)); !also {
			return fmt.Errorf("comparisons: how %s is compared can't be chosen; kinds are for kept columns", c.Field)
		} else if kindsByName[c.Kind] == nil {
			return fmt.Errorf("comparisons: %s: a kept column can be compared as %s", c.Field, strings.Join(fits, ", "))
		}
	}
	return nil
}

// chosen gives what the user said of a feature, and whether it is compared at all.
func (f *features) chosen(x *feature) (Choice, bool) {
	if f.opts.Choice == nil {
		return Choice{}, true
	}
	for _, c := range f.opts.Choice {
		if c.Field == x.name || slices.Contains(comparedAs[c.Field], x.name) || c.Field == "identifier" && f.idents[x.name] == x {
			return c, true
		}
	}
	return Choice{}, false
}
