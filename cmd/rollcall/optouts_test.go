package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/pipeline/table"
)

// optouts is what the feeds of generated data forbid, read here anew and by other means than the program's: by channel, the
// values in one spelling. said are those that a person said.
type optouts struct {
	forbidden, said map[string]map[string]bool
	hashes          map[string]bool
	old             map[string]string // the form that a number had, by the form that it has
}

// spelling is a mailbox as its provider knows it, or the digits of a number with its country code.
func spelling(value string) string {
	local, domain, mail := strings.Cut(strings.ToLower(strings.TrimSpace(value)), "@")
	if mail {
		if domain == "gmail.com" || domain == "googlemail.com" {
			local, _, _ = strings.Cut(local, "+")
			local, domain = strings.ReplaceAll(local, ".", ""), "gmail.com"
		}
		return local + "@" + domain
	}
	value, _, _ = strings.Cut(strings.ReplaceAll(value, "(0)", ""), ";")
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, value)
	switch {
	case strings.HasPrefix(strings.TrimSpace(value), "+"):
	case strings.HasPrefix(digits, "00"):
		digits = digits[2:]
	case strings.HasPrefix(digits, "0"): // as at home
		digits = "44" + digits[1:]
	}
	return digits
}

func (o *optouts) forbid(channel, value string, said bool) {
	for _, set := range []map[string]map[string]bool{o.forbidden, o.said} {
		if set[channel] == nil {
			set[channel] = make(map[string]bool)
		}
	}
	for _, form := range []string{spelling(value), o.old[spelling(value)]} {
		if form == "" {
			continue
		}
		o.forbidden[channel][form] = true
		o.said[channel][form] = o.said[channel][form] || said
	}
}

func csvRows(t *testing.T, file string) (header []string, rows [][]string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // only read
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[0], all[1:]
}

func linesOf(t *testing.T, file string, visit func(string)) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // only read
	s := bufio.NewScanner(f)
	for s.Scan() {
		visit(strings.TrimSpace(s.Text()))
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}

// optoutsOf reads the feeds that gen made.
func optoutsOf(t *testing.T, dir string) *optouts {
	t.Helper()
	o := &optouts{make(map[string]map[string]bool), make(map[string]map[string]bool), make(map[string]bool), make(map[string]string)}
	header, truth := csvRows(t, filepath.Join(dir, "truth_points.csv"))
	value, by := slices.Index(header, "value"), slices.Index(header, "replaced_by")
	for _, r := range truth {
		if r[by] != "" && r[slices.Index(header, "reason")] == "obsolete_format" { // one number in two forms
			o.old[spelling(r[value])], o.old[spelling(r[by])] = spelling(r[by]), spelling(r[value])
		}
	}
	type event struct{ Type, Channel, Value, At string }
	var events []event
	optedIn := make(map[string]string) // the latest, by channel and value
	linesOf(t, filepath.Join(dir, "feeds", "esp.jsonl"), func(line string) {
		var e event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		switch e.Type {
		case "unsubscribe", "complaint":
			events = append(events, e)
		case "opt_in":
			if key := e.Channel + spelling(e.Value); e.At > optedIn[key] && e.At < "2026-11-22" {
				optedIn[key] = e.At
			}
		}
	})
	for _, e := range events {
		if optedIn[e.Channel+spelling(e.Value)] <= e.At {
			o.forbid(e.Channel, e.Value, true)
		}
	}
	_, calls := csvRows(t, filepath.Join(dir, "feeds", "dialer.csv"))
	for _, r := range calls {
		if r[4] == "do_not_call" {
			o.forbid("voice", r[2], true)
		}
	}
	linesOf(t, filepath.Join(dir, "feeds", "tps.txt"), func(line string) { o.forbid("voice", line, false) })
	linesOf(t, filepath.Join(dir, "feeds", "bel_me_niet.csv"), func(line string) { o.forbid("voice", line, false) })
	linesOf(t, filepath.Join(dir, "feeds", "optout.txt"), func(line string) { o.hashes[line] = true })
	return o
}

// scan reads columns of a published table.
func scan(t *testing.T, run, name string, visit func(table.Row), columns ...string) {
	t.Helper()
	if err := table.Scan(filepath.Join(run, "tables"), name, columns, func(r table.Row) error { visit(r); return nil }); err != nil {
		t.Fatal(err)
	}
}

// TestNoOptOutLeaks runs generated data, where opt-outs stand on one of several duplicates, under other spellings, on old
// forms of numbers and as hashes, and looks for what they forbid in what was published. ROLLCALL_LEAK_ROWS asks for more rows.
func TestNoOptOutLeaks(t *testing.T) {
	t.Parallel()
	rows := 6000
	if s := os.Getenv("ROLLCALL_LEAK_ROWS"); s != "" {
		rows, _ = strconv.Atoi(s) // 0 is refused by gen
	}
	dir := generated(t, rows)
	must(t, command(t, dir, "run", "--config", "run.yaml"))
	run, err := pipeline.Resolve(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	o := optoutsOf(t, dir)

	// what the records themselves say, for the customer that each has become
	refused := make(map[string]map[string]bool) // customers, by channel
	for _, ch := range []string{"email", "sms", "voice", "post"} {
		refused[ch] = make(map[string]bool)
	}
	scan(t, run, "cleaned", func(r table.Row) {
		for ch, set := range refused {
			if r.Text("consent_"+ch) == "no" || r.Text("do_not_contact") == "yes" || r.Text("deceased") == "yes" || ch == "voice" && r.Text("do_not_call") == "yes" {
				set[r.Text("customer_id")] = true
			}
		}
		for _, mail := range r.List("email") {
			for _, form := range []string{mail, strings.ToLower(mail)} {
				sum := sha256.Sum256([]byte(form))
				if o.hashes[hex.EncodeToString(sum[:])] {
					o.forbid("email", mail, false)
				}
			}
		}
	}, "customer_id", "email", "consent_email", "consent_sms", "consent_voice", "consent_post", "do_not_contact", "do_not_call", "deceased")

	// what a person said of a value that one customer alone holds
	holders := make(map[string]map[string]bool)
	scan(t, run, "contact_points", func(r table.Row) {
		key := r.Text("channel") + spelling(r.Text("value"))
		if holders[key] == nil {
			holders[key] = make(map[string]bool)
		}
		holders[key][r.Text("customer_id")] = true
	}, "customer_id", "channel", "value")
	for ch, values := range o.said {
		for v, said := range values {
			if list := holders[ch+v]; said && len(list) == 1 {
				for id := range list {
					refused[ch][id] = true
				}
			}
		}
	}

	checked, leaks := 0, 0
	leak := func(where, channel string) {
		leaks++
		t.Errorf("%s: a value or person that an opt-out forbids by %s", where, channel)
	}
	scan(t, run, "contact_points", func(r table.Row) {
		ch := r.Text("channel")
		if r.Bool("contactable") {
			if checked++; o.forbidden[ch][spelling(r.Text("value"))] || refused[ch][r.Text("customer_id")] {
				leak("contact_points", ch)
			}
		}
	}, "customer_id", "channel", "value", "contactable")
	scan(t, run, "contactable", func(r table.Row) {
		id := r.Text("customer_id")
		for ch, column := range map[string]string{"email": "email", "sms": "sms_phone", "voice": "voice_phone", "post": "street"} {
			if v := r.Text(column); v != "" && (refused[ch][id] || ch != "post" && o.forbidden[ch][spelling(v)]) {
				leak(column, ch)
			}
		}
		for i, v := range r.Texts() {
			if strings.Contains(v, "@") && o.forbidden["email"][spelling(v)] {
				leak(r.Name(i), "email")
			}
		}
	})
	_, erasures := csvRows(t, filepath.Join(dir, "feeds", "erase.csv"))
	named, values := make(map[string]bool), make(map[string]bool)
	for _, r := range erasures {
		named[r[0]+":"+r[1]] = r[1] != ""
		for _, v := range r[2:4] {
			values[spelling(v)] = v != ""
		}
	}
	scan(t, run, "records", func(r table.Row) {
		if named[r.Text("source")+":"+r.Text("record_id")] && (r.Text("fate") != "erased" || r.Text("customer_id") != "") {
			leak("records", "erasure")
		}
	}, "source", "record_id", "fate", "customer_id")
	scan(t, run, "contact_points", func(r table.Row) {
		if values[spelling(r.Text("value"))] {
			leak("contact_points", "erasure")
		}
	}, "value")
	denied := 0
	for _, values := range o.forbidden {
		denied += len(values)
	}
	if checked < rows/4 || denied < rows/100 {
		t.Errorf("only %d contactable points and %d forbidden values were looked at", checked, denied)
	}
	t.Logf("%d rows: %d forbidden values, %d contactable points, %d leaks; of people whose records were not all joined, %d customers stand apart from an opt-out",
		rows, denied, checked, leaks, apart(t, dir, run, refused))
}

// apart counts the customers that can be contacted on a channel which the same person refused under another customer: what
// matching did not join.
func apart(t *testing.T, dir, run string, refused map[string]map[string]bool) int {
	t.Helper()
	person := make(map[string]string)
	_, truth := csvRows(t, filepath.Join(dir, "truth.csv"))
	for _, r := range truth {
		person[r[0]+":"+r[1]] = r[2]
	}
	of := make(map[string][]string) // people by customer
	scan(t, run, "records", func(r table.Row) {
		if p := person[r.Text("source")+":"+r.Text("record_id")]; p != "" && !slices.Contains(of[r.Text("customer_id")], p) {
			of[r.Text("customer_id")] = append(of[r.Text("customer_id")], p)
		}
	}, "source", "record_id", "customer_id")
	out := make(map[string]bool)
	for ch, set := range refused {
		people := make(map[string]bool)
		for id := range set {
			if id != "" && len(of[id]) == 1 {
				people[of[id][0]] = true
			}
		}
		scan(t, run, "contact_points", func(r table.Row) {
			id := r.Text("customer_id")
			if r.Text("channel") == ch && r.Bool("contactable") && slices.ContainsFunc(of[id], func(p string) bool { return people[p] }) {
				out[id] = true
			}
		}, "customer_id", "channel", "contactable")
	}
	return len(out)
}
