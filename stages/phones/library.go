package phones

import (
	"slices"
	"strconv"
	"sync"

	"github.com/nyaruka/phonenumbers/v2"
)

// number is what libphonenumber says of a text.
type number struct {
	parsed bool   // it is a number at all
	e164   string // without the extension
	cc     string // country code
	nsn    string // national significant number
	ext    string
	length bool // a number of this length can be: valid, or at least of a possible length
	valid  bool
	kind   string // as in record.ContactPoint.PhoneType
	region string // ISO 3166-1 alpha-2, 001 for numbers of no country, empty when none
}

// library asks libphonenumber; region is where a number without a country code is dialled.
func library(text, region string) number {
	p, err := phonenumbers.Parse(text, region)
	if err != nil {
		return number{kind: "unknown"}
	}
	n := number{
		parsed: true,
		e164:   phonenumbers.Format(p, phonenumbers.E164),
		cc:     strconv.Itoa(int(p.GetCountryCode())),
		nsn:    phonenumbers.GetNationalSignificantNumber(p),
		ext:    p.GetExtension(),
		length: phonenumbers.IsPossibleNumber(p),
		valid:  phonenumbers.IsValidNumber(p),
		kind:   kinds[phonenumbers.GetNumberType(p)],
		region: phonenumbers.GetRegionCodeForNumber(p),
	}
	return n
}

// kinds are our words for the library's types.
var kinds = map[phonenumbers.PhoneNumberType]string{
	phonenumbers.FIXED_LINE:           "fixed_line",
	phonenumbers.MOBILE:               "mobile",
	phonenumbers.FIXED_LINE_OR_MOBILE: "fixed_or_mobile",
	phonenumbers.TOLL_FREE:            "toll_free",
	phonenumbers.PREMIUM_RATE:         "premium_rate",
	phonenumbers.SHARED_COST:          "shared_cost",
	phonenumbers.VOIP:                 "voip",
	phonenumbers.PERSONAL_NUMBER:      "personal",
	phonenumbers.PAGER:                "pager",
	phonenumbers.UAN:                  "uan",
	phonenumbers.VOICEMAIL:            "unknown",
	phonenumbers.UNKNOWN:              "unknown",
}

// countryCode is the calling code of a region, "0" when it has none.
func countryCode(region string) string {
	return strconv.Itoa(phonenumbers.GetCountryCodeForRegion(region))
}

// mainRegion is the region that a calling code is first of: GB for 44, which Jersey shares.
func mainRegion(cc string) string {
	if n, err := strconv.Atoi(cc); err == nil && 0 < n && n < len(codes()) && codes()[n] != nil {
		return codes()[n].regions[0]
	}
	return ""
}

// regions lists the regions that the library knows, sorted.
func regions() []string {
	var list []string
	for r := range phonenumbers.GetSupportedRegions() {
		list = append(list, r)
	}
	slices.Sort(list)
	return list
}

// examples are the numbers that the library gives as examples: copied from documentation, they are nobody's.
var examples = sync.OnceValue(func() map[string]bool {
	set := make(map[string]bool)
	for _, region := range regions() {
		for t := range phonenumbers.GetSupportedTypesForRegion(region) {
			if p := phonenumbers.GetExampleNumberForTypeInRegion(region, t); p != nil {
				set[phonenumbers.Format(p, phonenumbers.E164)] = true
			}
		}
	}
	return set
})

// printed is how a number is written for people of its country, or for those abroad.
func printed(e164 string, international bool) string {
	p, err := phonenumbers.Parse(e164, "")
	switch {
	case err != nil:
		return e164
	case international:
		return phonenumbers.Format(p, phonenumbers.INTERNATIONAL)
	}
	return phonenumbers.Format(p, phonenumbers.NATIONAL)
}
