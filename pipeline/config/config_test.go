package config

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestWrongConfigsSayWhereAndHow: each wrong text gives exactly these problems, with line, column and the mend.
func TestWrongConfigsSayWhereAndHow(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"souces: []", `f:1:1: unknown key "souces" in the config; did you mean "sources"?`},
		{"zzzzzzzzzz: 1", `f:1:1: unknown key in the config; there are: as_of, default_country, sources, feeds, match, reach, value_tiers, segments, lifecycle_stages, outlets, reference, gates, resolver, output, previous, memory, jobs, fail_on, resume, dns, metrics, lineage, progress, log_format, log_level`},
		{"sources:\n  - name: a\n    path: b\n    delimeter: x", `f:4:5: unknown key "delimeter" in an entry of sources; did you mean "delimiter"?`},
		{"sources:\n  - {name: a, path: b, columns: {emial: Mail}}", `f:2:34: unknown key "emial" in columns; did you mean "email"?`},
		{"sources:\n\t- name: a", `f:2:1: a tab indents this line; YAML is indented with spaces only`},
		{"sources:\n  - name: a", `f:2:9: an entry of sources lacks the key "path" (a file, a glob, or - for standard input)`},
		{"sources: crm.csv", `f:1:10: sources takes a list, not one value`},
		{"sources: [crm.csv]", `f:1:11: an entry of sources takes keys and values, not one value` + "\n" + `f:1:11: an entry of sources lacks the key "name" (how tables call it)` + "\n" + `f:1:11: an entry of sources lacks the key "path" (a file, a glob, or - for standard input)`},
		{"sources:\n  - {name: a, path: b}\n  - {name: a, path: c}", `f:3:12: two sources are named "a"; every source needs a name of its own`},
		{"feeds:\n  - {name: a, kind: events, path: b}\n  - {name: a, kind: events, path: c}", `f: two feeds are named "a"; every feed needs a name of its own`},
		{"as_of: yesterday", `f:1:8: as_of: not a day; write it as 2026-11-21`},
		{"as_of: 2026-02-30", `f:1:8: as_of: not a day; write it as 2026-11-21`},
		{"default_country: gb", `f:1:18: default_country: no country of ISO 3166-1; did you mean "GB"?`},
		{"default_country: UK", `f:1:18: default_country: no country of ISO 3166-1; did you mean "GB"?`},
		{"default_country: XX", `f:1:18: default_country: no country of ISO 3166-1; write two capitals, such as GB`},
		{"sources:\n  - {name: a, path: b, country: Germany}", `f:2:33: country: no country of ISO 3166-1; did you mean "DE"?`},
		{"feeds:\n  - {name: a, kind: suppression, path: b, country: EL, countries: [DE, ZZ]}", `f:2:52: country: no country of ISO 3166-1; did you mean "GR"?` + "\n" + `f:2:72: countries: no country of ISO 3166-1; write two capitals, such as GB`},
		{"segments:\n  - {name: fans, country: [GB, UK], is: {country: [AN]}}", `f: rule fans: is: country: no country of ISO 3166-1; write two capitals, such as GB` + "\n" + `f:2:32: country: no country of ISO 3166-1; did you mean "GB"?`},
		{"match: {threshold: 1.5}", `f:1:20: threshold: not a probability from 0 to 1, nor best-f1`},
		{"match: {threshold: best}", `f:1:20: threshold: not a probability from 0 to 1, nor best-f1`},
		{"match: {review: [0.9, 0.5]}", `f: match.review takes two probabilities, the lower first, as [0.50, 0.95]`},
		{"match: {review: [0.5]}", `f: match.review takes two probabilities, the lower first, as [0.50, 0.95]`},
		{"match: {review: [0.5, 2]}", `f:1:23: review: out of bounds; it must be at most 1`},
		{"match: {review: 0.5}", `f:1:17: review takes a list, not one value`},
		{"match: []", `f:1:8: match takes keys and values, not a list`},
		{"reach: {stale_after: 2 years}", `f:1:22: stale_after: not a length of time; write it as 28d, 6w, 24mo or 2y`},
		{"reach: {max_contacts: {email: 8}}", `f:1:31: max_contacts.email: not a rate; write it as 8/30d`},
		{"reach: {max_contacts: {mail: 8/30d}}", `f:1:24: unknown key "mail" in max_contacts; did you mean "email"?`},
		{"reach: {require_permission: no}", `f:1:29: require_permission is "auto" or a channel's need each, as {email: granted, voice: not_denied}`},
		{"reach: {require_permission: some}", `f:1:29: require_permission is "auto" or a channel's need each, as {email: granted, voice: not_denied}`},
		{"reach: {require_permission: {email: grant}}", `f:1:37: require_permission.email: none of its words; did you mean "granted"?`},
		{"reach: {usable_status: [valid, good]}", `f:1:32: usable_status: none of its words; there are: valid, risky, unknown, obsolete, invalid`},
		{"reach: {denial_scope: people}", `f:1:23: denial_scope: none of its words; there are: person, point`},
		{"reach: {channel_order: {high: [phone]}}", `f:1:32: channel_order: none of its words; there are: email, sms, voice, post`},
		{"reach: {decay: {email: 25}}", `f:1:24: decay.email: out of bounds; it must be at most 1`},
		{"value_tiers: {high: most}", `f:1:21: value_tiers: not a number`},
		{"feeds:\n  - {name: a, kind: event, path: b}", `f:2:21: kind: none of its words; did you mean "events"?`},
		{"feeds:\n  - {name: a, kind: events, path: b, hash: sha256}", `f: feed a: hash and max_age are for suppression lists, this is a feed of events`},
		{"feeds:\n  - {name: a, kind: suppression, path: b, max_age: 28d}", `f: feed a: max_age needs as_of, the day the list was drawn`},
		{"gates:\n  - {metric: contactable_rate}", `f: the gate on contactable_rate has no min, max or max_change, so it could never fail`},
		{"gates:\n  - {metric: a, min: low}", `f:2:22: min: not a number`},
		{"gates:\n  - {metric: a, min: 1, level: fatal}", `f:2:32: level: none of its words; there are: error, warn`},
		{"output: {target_file_size: big}", `f:1:28: target_file_size: not a size; write it as 512MiB or 4GiB`},
		{"output: {compression: zip}", `f:1:23: compression: none of its words; did you mean "gzip"?`},
		{"resolver: {timeout: 3}", `f:1:21: timeout: not a time to wait; write it as 3s or 500ms`},
		{"resolver: {parallel: 0}", `f:1:22: parallel: out of bounds; it must be at least 1`},
		{"output: {csv: maybe}", `f:1:15: csv: neither true nor false`},
		{"jobs: many", `f:1:7: jobs: not a whole number`},
		{"jobs: -1", `f:1:7: jobs: out of bounds; it must be at least 0`},
		{"memory: 99999999999999TiB", `f:1:9: memory: too large`},
		{"jobs: 1\njobs: 2", `f:2:1: this key stands twice`},
		{"jobs: [1, 2", `f:1:7: this list has no closing ]`},
		{"sources:\n  - {name: a, path: b, encoding: klingon}", `f: source a: the encoding is not known; try utf-8, utf-16, windows-1252 or latin1`},
		{"sources:\n  - {name: a, path: b, delimiter: ab}", `f: source a: the delimiter is not one character, tab or auto`},
		{"sources:\n  - {name: a, path: b, timezone: Europe/Atlantis}", `f: source a: the timezone is not known; it is an IANA name such as Europe/London`},
		{"as_of: x\njobs: y", `f:1:8: as_of: not a day; write it as 2026-11-21` + "\n" + `f:2:7: jobs: not a whole number`},
		{"segments:\n  - {name: fans, is: {fullname: x}}", `f: rule fans: is: names no field of one value; such are segment, language, gender and the like`},
		{"lifecycle_stages:\n  - {name: new, known_within: soon}", `f:2:31: known_within: not a length of time; write it as 28d, 6w, 24mo or 2y`},
		{"segments:\n  - {value_tier: [high]}", `f:2:5: an entry of segments lacks the key "name" (the segment or stage)`},
		{"output: {locale: no such}", `f: output.locale: not a locale; it is a BCP 47 tag such as en, en-GB or de`},
		{"sources:\n  - name: a\n   path: b", `f:3:4: the indentation is wrong: this line stands in no column in which a line above begins`},
		{"output:\n  dir: x\n    csv: true", `f:2:8: the indentation is wrong here or on the next line: keys of one level stand in one column; or a value with ": " in it lacks its quotes`},
		{"as_of: 2026-01-01\njobs 3", `f:2:1: this line is no key and value; is the colon missing, or its indentation wrong?`},
		{"jobs: 'x", `f:1:7: the quote that opens here is never closed`},
		{"reference: {jones: x, jones: y}", `f:1:23: this key stands twice`},
		{"output: *there", `f:1:9: the anchor that is meant here does not stand above`},
	} {
		_, err := Parse("f", []byte(c.text))
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if diff := cmp.Diff(c.want, e.Error()); diff != "" {
			t.Errorf("%q (-want +got)\n%s", c.text, diff)
		}
	}
}

// TestEveryCountryIsTaken: 249 of ISO 3166-1 and Kosovo, each by its code and each name for the country it names.
func TestEveryCountryIsTaken(t *testing.T) {
	codes := make(map[string]bool)
	for name, code := range countries {
		codes[code] = true
		if len(code) != 2 || checkCountry(code) != nil || name != code && checkCountry(name) == nil {
			t.Error(name, code)
		}
	}
	if len(codes) != 250 || !codes["QA"] || codes["UK"] {
		t.Error(len(codes))
	}
}

// TestAnExtractGivenAsConfigIsNotQuoted: an error may stand in a log, and none may hold what a customer's row holds.
func TestAnExtractGivenAsConfigIsNotQuoted(t *testing.T) {
	for _, text := range []string{
		"id,name,email\n1,Anna Quist,anna@quist.example\n2,Bert Quist,bert@quist.example",
		"id,name\n1,\"Quist: Anna\"\n",
		"id\tname\n\tQuist\n",
		"Quist",
		"- Quist\n- Quist",
		"{\"id\": 1, \"name\": \"Quist\"}\n{\"id\": 2}",
		"name: Quist, Anna\nmail: *quist\n",
		"&quist Quist: &quist Quist",
		"Quist: 1\nQuist: 2",
		"jobs: Quist", "as_of: Quist", "sources: Quist", "match: Quist", "memory: Quist", "fail_on: Quist", "dns: Quist", "default_country: Quist",
		"match: {review: [Quist]}", "value_tiers: {Quist: Anna}", "reach: {max_contacts: {Quist: 1}, consent_expiry: {Quist: x}, stale_after: Quist, require_permission: {email: Quist}}",
		"output: {locale: quist 1}", "segments:\n  - {name: x, is: {Quist: Anna}}", "output: *quist", "jobs: @quist", "jobs: 'quist", "jobs: !quist quist", "jobs: %quist", "%quist\njobs: 1",
		"sources:\n  - {name: a, path: b, encoding: quist, delimiter: quist, timezone: quist, country: Quist, columns: {quist: Quist}}",
		"reference: {quist: a, quist: b}", strings.Repeat("jobs: 1 # quist\n", 300_000),
	} {
		_, err := Parse("f", []byte(text))
		if err == nil || strings.Contains(strings.ToLower(err.Error()), "quist") {
			t.Errorf("%.40q: %.300v", text, err)
		}
	}
	want := "people.csv is no config: it holds no keys and values; to run an extract: rollcall run people.csv"
	for _, text := range []string{"id,name\n1,Anna", "id,name\n1,\"Quist: Anna\"\n"} {
		if _, err := Parse("people.csv", []byte(text)); err == nil || err.Error() != want {
			t.Error(err)
		}
	}
}

func TestAWholeConfig(t *testing.T) {
	c, err := Parse("f", []byte(`
as_of: 2026-11-21
default_country: GB
sources:
  - name: crm
    path: extracts/crm_*.csv.gz
    trust: 2
    columns: {record_id: CustNo, full_name: Name, email: [Email, Email2], street: &s [No, Road], street_2: *s}
    keep: [loyalty_no]
feeds:
  - {name: tps, kind: suppression, channel: voice, countries: [GB], path: feeds/tps.txt, as_of: 2026-11-01, max_age: 28d}
match: {threshold: best-f1}
reach: {require_permission: {email: granted, voice: not_denied}, max_contacts: {email: 8/30d}, consent_expiry: {implied_purchase: 24mo}}
reference: {closed_providers: +my.psv}
gates: [{metric: rejected_rate, max: 0.01}]
memory: 2GiB
resolver: 127.0.0.1:5353
output: {target_file_size: 64MB}
`))
	if err != nil {
		t.Fatal(err)
	}
	s := c.Sources[0]
	if s.Trust != 2 || !slices.Equal(s.Columns["email"], Strings{"Email", "Email2"}) || !slices.Equal(s.Columns["record_id"], Strings{"CustNo"}) ||
		!slices.Equal(s.Columns["street_2"], Strings{"No", "Road"}) {
		t.Errorf("%+v", s)
	}
	if !c.Match.Threshold.BestF1 || c.Reach.MaxContacts["email"] != (Rate{8, Span{30, "d"}}) || c.Reach.ConsentExpiry["implied_purchase"] != (Span{24, "mo"}) {
		t.Errorf("%+v", c.Reach)
	}
	if c.Memory != 2<<30 || c.Output.TargetFileSize != 64_000_000 || c.Output.Dir != "out" || *c.Gates[0].Max != 0.01 || c.Reach.RequirePermission.IsAuto() {
		t.Errorf("%+v", c)
	}
	if r := c.Resolver; r.Address != "127.0.0.1:5353" || r.MaxAge != (Span{30, "d"}) || r.Parallel != 32 {
		t.Errorf("%+v", r)
	}
	if got := c.Feeds[0].MaxAge.Before(c.AsOf.Time()); !got.Equal(time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC)) {
		t.Error(got)
	}
}

func TestFlagsAndEnvironmentStandAboveTheFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "run.yaml")
	if err := os.WriteFile(path, []byte("jobs: 3\noutlets: o.csv\nreference: {typos: +t.psv}\noutput: {dir: results}"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Flags() {
		if f.Variable() != "ROLLCALL_"+strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_")) {
			t.Error(f.Variable())
		}
	}
	if err := c.Set("jobs", "8", "--jobs"); err != nil || c.Jobs != 8 {
		t.Error(c.Jobs, err)
	}
	if err := c.Set("memory", "1GiB", "ROLLCALL_MEMORY"); err != nil || c.Memory != 1<<30 {
		t.Error(c.Memory, err)
	}
	for flag, want := range map[string]string{
		"jobs": `--jobs: "x" is not a whole number`, "fail-on": `--fail-on: "x" is none of its words; there are: error, warn, never`, "nothing": `--nothing: there is no flag "nothing"`,
	} {
		if err := c.Set(flag, "x", "--"+flag); err == nil || err.Error() != want {
			t.Errorf("%v, not %s", err, want)
		}
	}
	if err := c.Set("previous", "before", "--previous"); err != nil {
		t.Fatal(err)
	}
	c.Resolve()
	if c.Output.Dir != filepath.Join(dir, "results") || c.Previous != "before" || c.Root() != dir {
		t.Error(c.Output.Dir, c.Previous, c.Root())
	}
	want := map[string]string{"outlets": filepath.Join(dir, "o.csv"), "reference.typos": filepath.Join(dir, "t.psv")}
	if diff := cmp.Diff(want, c.Files()); diff != "" {
		t.Error(diff)
	}
	if _, err := Load(filepath.Join(dir, "nowhere.yaml")); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Error(err)
	}
}

func TestDigestSeesWhatChangesResults(t *testing.T) {
	digest := func(text string) string {
		t.Helper()
		c, err := Parse("f", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		b, err := c.Digest()
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	base := digest("")
	for _, same := range []string{"jobs: 2", "memory: 1GiB", "output: {dir: elsewhere}", "log_level: debug", "progress: never", "resume: true", "fail_on: warn", "resolver: {address: 9.9.9.9, parallel: 4}", "match: {threshold: 0.95}"} {
		if digest(same) != base {
			t.Errorf("%s changes the digest", same)
		}
	}
	for _, other := range []string{"match: {threshold: 0.9}", "reach: {denial_scope: point}", "output: {compression: snappy}", "default_country: GB", "dns: true"} {
		if digest(other) == base {
			t.Errorf("%s does not change the digest", other)
		}
	}
}

func TestExtractsAloneAreSourcesInAnyOrder(t *testing.T) {
	a, b := Default(), Default()
	a.ForExtracts([]string{"x/crm.csv.gz", "crm.csv", "-", "shop_*.csv", "crm.csv"})
	b.ForExtracts([]string{"shop_*.csv", "-", "crm.csv", "x/crm.csv.gz"})
	if diff := cmp.Diff(a.Sources, b.Sources); diff != "" {
		t.Error(diff)
	}
	var names []string
	for _, s := range a.Sources {
		names = append(names, s.Name)
	}
	if !slices.Equal(names, []string{"stdin", "crm", "shop", "crm_2"}) {
		t.Error(names)
	}
}

func TestSchemaNamesEveryKey(t *testing.T) {
	b, err := Schema([]string{"nicknames"})
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Properties map[string]struct {
			Items struct {
				Properties map[string]any `json:"properties"`
			} `json:"items"`
		} `json:"properties"`
		AdditionalProperties bool `json:"additionalProperties"`
	}
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Properties) != 25 || s.AdditionalProperties || len(s.Properties["sources"].Items.Properties) != 13 {
		t.Error(len(s.Properties), s.AdditionalProperties, len(s.Properties["sources"].Items.Properties))
	}
}

func TestSpans(t *testing.T) {
	day := time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{"1d": "2026-03-30", "2w": "2026-03-17", "1mo": "2026-03-03", "1y": "2025-03-31"} {
		var s Span
		if err := s.parse(text); err != nil || s.Before(day).Format(time.DateOnly) != want || s.String() != text {
			t.Error(text, s.Before(day), err)
		}
	}
	if (Span{}).Before(day) != day || (Span{}).String() != "" || (Span{6, "mo"}).Days() != 180 {
		t.Error("spans count wrong")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"sources:\n  - {name: a, path: b}", "reach: {stale_after: 24mo}", "match: &m {threshold: 0.9}\noutput: *m", "a: [", "- 1", "\t", "reach: !!str x", "? a\n: b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("f", []byte(text))
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("an error without a place: %v", err)
		}
		if err == nil {
			if _, err := c.Digest(); err != nil {
				t.Error(err)
			}
		}
	})
}
