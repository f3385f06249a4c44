package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-data/rollcall/pipeline/table"
)

// event is what the OpenLineage spec requires of a RunEvent, and the facets that are looked at.
type event struct {
	Type string    `json:"eventType"`
	Time time.Time `json:"eventTime"`
	Run  struct {
		ID     string                     `json:"runId"`
		Facets map[string]json.RawMessage `json:"facets"`
	} `json:"run"`
	Job struct {
		Namespace string                     `json:"namespace"`
		Name      string                     `json:"name"`
		Facets    map[string]json.RawMessage `json:"facets"`
	} `json:"job"`
	Inputs    []dataset `json:"inputs"`
	Outputs   []dataset `json:"outputs"`
	Producer  string    `json:"producer"`
	SchemaURL string    `json:"schemaURL"`
}

type dataset struct {
	Namespace    string                     `json:"namespace"`
	Name         string                     `json:"name"`
	Facets       map[string]json.RawMessage `json:"facets"`
	InputFacets  map[string]json.RawMessage `json:"inputFacets"`
	OutputFacets map[string]json.RawMessage `json:"outputFacets"`
}

var aUUID = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// events reads a lineage file: every line is an event with all that the spec requires, every facet one with its schema.
func events(t *testing.T, path string) []event {
	t.Helper()
	var list []event
	for line := range strings.Lines(read(t, path)) {
		d := json.NewDecoder(strings.NewReader(line))
		d.DisallowUnknownFields()
		var e event
		if err := d.Decode(&e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if !aUUID.MatchString(e.Run.ID) || e.Time.IsZero() || e.Job.Namespace == "" || e.Job.Name == "" || !strings.HasPrefix(e.Producer, "https://") || !strings.HasSuffix(e.SchemaURL, "/OpenLineage.json#/$defs/RunEvent") {
			t.Errorf("not whole: %s", line)
		}
		facets := []map[string]json.RawMessage{e.Run.Facets, e.Job.Facets}
		for _, x := range append(e.Inputs, e.Outputs...) {
			if x.Namespace == "" || x.Name == "" {
				t.Errorf("a dataset without a name in %s", line)
			}
			facets = append(facets, x.Facets, x.InputFacets, x.OutputFacets)
		}
		for _, m := range facets {
			for name, raw := range m {
				var f struct {
					Producer string `json:"_producer"`
					Schema   string `json:"_schemaURL"`
				}
				if err := json.Unmarshal(raw, &f); err != nil || f.Producer == "" || !strings.HasPrefix(f.Schema, "https://openlineage.io/spec/facets/") {
					t.Errorf("%s: %s, %v", name, raw, err)
				}
			}
		}
		list = append(list, e)
	}
	return list
}

func TestLineage(t *testing.T) {
	t.Parallel()
	dir := generated(t, 600)
	conf := read(t, filepath.Join(dir, "run.yaml"))
	write := func(name, more string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(conf+more), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("good.yaml", "\ngates:\n  - {metric: rejected_rate, max: 0.9, by: source}\n  - {metric: contactable_rate, min: 1, level: warn}\n")
	write("bad.yaml", "\ngates: [{metric: contactable_rate, min: 1}]\n")
	run := func(args ...string) int {
		t.Helper()
		c := command(t, dir, append([]string{"run", "--lineage", "lineage.jsonl", "--metrics", "rollcall.prom", "--log-level", "error", "--out", "out"}, args...)...)
		c.Env = append(c.Env, "OPENLINEAGE_NAMESPACE=marketing")
		_ = c.Run() // how it ended is looked at
		return c.ProcessState.ExitCode()
	}
	codes := []int{run("--config", "good.yaml"), run("--config", "good.yaml"), run("--config", "bad.yaml"), run("no-such-file.csv")}
	if diff := cmp.Diff([]int{0, 0, 4, 3}, codes); diff != "" {
		t.Fatal(diff)
	}
	list := events(t, filepath.Join(dir, "lineage.jsonl"))
	var told []string
	ids := make(map[string]int)
	for _, e := range list {
		told = append(told, e.Type+" "+e.Job.Namespace+"."+e.Job.Name)
		ids[e.Run.ID]++
	}
	want := []string{
		"START marketing.good", "COMPLETE marketing.good", "START marketing.good", "COMPLETE marketing.good",
		"START marketing.bad", "FAIL marketing.bad", "START marketing.rollcall", "FAIL marketing.rollcall",
	}
	if diff := cmp.Diff(want, told); diff != "" || len(ids) != 4 {
		t.Fatalf("%d runs: %s", len(ids), diff)
	}
	for _, e := range list[1:4:4] {
		if e.Type == "START" {
			continue
		}
		var names []string
		for _, x := range e.Outputs {
			names = append(names, filepath.Base(x.Name))
			var stats struct {
				Rows int64 `json:"rowCount"`
			}
			if err := json.Unmarshal(x.OutputFacets["outputStatistics"], &stats); err != nil {
				t.Fatal(err)
			}
			rows := int64(0)
			eachRow(t, dir, filepath.Base(x.Name), func(table.Row) { rows++ })
			if stats.Rows != rows {
				t.Errorf("%s: %d rows are told, %d are there", x.Name, stats.Rows, rows)
			}
		}
		if diff := cmp.Diff(table.Names(), names); diff != "" {
			t.Error(diff)
		}
		asserted, keys := 0, 0
		for _, x := range e.Inputs {
			if strings.Contains(string(x.InputFacets["dataQualityAssertions"]), "rejected_rate[") {
				asserted++
			}
			if strings.HasSuffix(x.Name, ".key") {
				keys++
			}
		}
		if asserted != 4 || keys != 0 || len(e.Inputs) < 10 {
			t.Errorf("%d of %d inputs bear assertions, %d are secrets", asserted, len(e.Inputs), keys)
		}
		if s := string(e.Run.Facets["test"]); strings.Count(s, `"status":"pass"`) != 3 || strings.Count(s, `"severity":"warn","status":"fail"`) != 1 {
			t.Errorf("tests: %s", s)
		}
	}
	for _, e := range list[5:] {
		if _, ok := e.Run.Facets["errorMessage"]; ok != (e.Type == "FAIL") || len(e.Outputs) > 0 {
			t.Errorf("%s: %v, %d outputs", e.Type, e.Run.Facets, len(e.Outputs))
		}
	}
	noValues(t, dir, "lineage.jsonl", "rollcall.prom")
	if info, err := os.Stat(filepath.Join(dir, "rollcall.prom")); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("the collector could not read it: %v, %v", info.Mode(), err)
	}
	if run("--config", "good.yaml", "--lineage", "no/such/folder/l.jsonl") == 0 {
		t.Error("a lineage that cannot be written is no fault")
	}
}

// noValues checks that files hold no value of a customer that the newest run published.
func noValues(t *testing.T, dir string, names ...string) {
	t.Helper()
	values := make(map[string]bool)
	eachRow(t, dir, "customers", func(r table.Row) {
		for _, c := range []string{"full_name", "email", "sms_phone", "voice_phone", "street", "family_name"} {
			if v := r.Text(c); len(v) > 6 {
				values[v] = true
			}
		}
	})
	if len(values) < 100 {
		t.Fatalf("only %d values to look for", len(values))
	}
	for _, name := range names {
		text := read(t, filepath.Join(dir, name))
		for v := range values {
			if strings.Contains(text, v) {
				t.Errorf("%s holds a customer's value", name)
				break
			}
		}
	}
}
