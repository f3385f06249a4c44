package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPlantedValuesStayInTheTables plants over a thousand values of customers, in good rows and in broken ones, in extracts
// and in feeds, and looks for them in everything that a run writes beside its tables: the log at its loudest, what is
// printed, reports, manifest, model, run.json and metrics.
func TestPlantedValuesStayInTheTables(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var planted []string
	plant := func(form string, i int) string {
		v := fmt.Sprintf(form, i)
		planted = append(planted, v)
		return v
	}
	var people, events, erase, list bytes.Buffer
	people.WriteString("id,first,last,email,mobile,street,city,postcode,card,birth,member,created,opt_in\n")
	events.WriteString("type,channel,value,at\n")
	erase.WriteString("email,phone\n")
	for i := range 240 {
		id := plant("qzid%04d", i)
		mail := plant("qzmail%04d", i) + "@planted-domain.co.uk"
		phone := plant("0791112%04d", i)
		last := plant("Qzname%04d", i)
		street := plant("%d Qzstreet Road", 7000+i)
		for _, first := range []string{"Anna", "ANNA"} { // a pair to join
			fmt.Fprintf(&people, "%s-%s,%s,%s,%s,%s,%s,London,W4 3XT,%s,1980-01-02,%s,2024-01-01,yes\n", id, strings.ToLower(first[1:2])+first[:1], first, last, mail, phone, street, plant("qzcard%04d", i), fmt.Sprintf("qzkept%04d", i))
		}
		switch i % 8 {
		case 0:
			fmt.Fprintf(&people, "%s,a cell too many,%s,%s,%s,x,x,x,x,x,x,x,x,x,x\n", plant("qzbroken%04d", i), last, mail, phone)
		case 1:
			fmt.Fprintf(&events, "sneezed,email,%s,2026-01-01\n", mail)
			fmt.Fprintf(&events, "open,email,%s,no date at all %s\n", mail, plant("qzwhen%04d", i))
		case 2:
			fmt.Fprintf(&events, "unsubscribe,email,%s,2026-01-01\n", mail)
		case 3:
			fmt.Fprintf(&list, "%s\n", phone)
		case 4:
			fmt.Fprintf(&erase, "%s,\n", mail)
		case 5:
			fmt.Fprintf(&events, "bounce,email,%s,2026-01-01\n", plant("qznobody%04d", i)+"@planted-domain.co.uk")
		}
		planted = append(planted, fmt.Sprintf("qzkept%04d", i))
	}
	if len(planted) < 1000 {
		t.Fatalf("only %d values", len(planted))
	}
	yaml := `
default_country: GB
sources:
  - name: crm
    path: people.csv
    keep: [member]
    columns: {record_id: id, given_name: first, family_name: last, email: email, phone: mobile, street: street, city: city, postcode: postcode, identifier: [card], birth_date: birth, created_at: created, consent_email: opt_in}
feeds:
  - {name: esp, kind: events, path: events.csv}
  - {name: tps, kind: suppression, channel: voice, path: list.txt, as_of: 2026-01-01, max_age: 28d}
  - {name: erasure, kind: erasure, path: erase.csv}
reach: {hash_key_file: key}
output: {corrections: true}
`
	for name, text := range map[string]string{
		"people.csv": people.String(), "events.csv": events.String(), "list.txt": list.String(), "erase.csv": erase.String(), "key": "0123456789abcdef0123456789abcdef\n",
		"run.yaml": yaml, "gate.yaml": yaml + "gates: [{metric: contactable_rate, min: 0.9999}]\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	texts := make(map[string]string)
	for _, args := range [][]string{
		{"run", "--config", "run.yaml", "--as-of", "2026-11-20"},
		{"run", "--config", "run.yaml", "--as-of", "2026-11-21", "--previous", "out", "--log-format", "console"},
		{"run", "--config", "gate.yaml", "--as-of", "2026-11-21"},
		{"run", "people.csv", "events.csv"},
		{"check", "--config", "run.yaml"},
		{"init", "people.csv"},
		{"verify", "out"},
		{"report", "--run", "out"},
		{"diff", "out", "out"},
		{"prune", "--out", "out", "--keep", "1"},
	} {
		if args[0] == "run" {
			args = append(args, "--log-level", "debug", "--metrics", "metrics.prom", "--progress", "never")
			if !strings.Contains(strings.Join(args, " "), "log-format") {
				args = append(args, "--log-format", "json")
			}
		}
		c := command(t, dir, args...)
		out, _ := c.CombinedOutput() // some are meant to fail
		texts[strings.Join(args, " ")] = string(out)
	}
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path) // both are absolute
		if err != nil || d.IsDir() || !strings.Contains(rel, string(filepath.Separator)) && rel != "metrics.prom" {
			return err
		}
		if strings.Contains(rel, "/tables/") || strings.Contains(rel, "/corrections/") {
			return nil
		}
		b, err := os.ReadFile(path)
		texts[rel] = string(b)
		files++
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 9 {
		t.Errorf("only %d files were looked at", files)
	}
	for where, text := range texts {
		low := strings.ToLower(text)
		for _, v := range planted {
			if strings.Contains(low, strings.ToLower(v)) {
				t.Errorf("%s holds a planted value", where)
				break
			}
		}
	}
}
