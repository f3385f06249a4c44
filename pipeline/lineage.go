package pipeline

import (
	"cmp"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/table"
	"github.com/rollcall-data/rollcall/stages/report"
)

// The OpenLineage events of a run, as JSON lines: one when it starts, one when it ends. They name files, tables and counts,
// never a customer's value. Forms are those of https://openlineage.io/spec (2-0-2), Apache-2.0, read 2026-11-25.
const (
	lineageProducer = "https://github.com/rollcall-data/rollcall"
	lineageSpec     = "https://openlineage.io/spec/"
)

type lineageEvent struct {
	Type      string           `json:"eventType"`
	Time      string           `json:"eventTime"`
	Run       lineageRun       `json:"run"`
	Job       lineageJob       `json:"job"`
	Inputs    []lineageDataset `json:"inputs"`
	Outputs   []lineageDataset `json:"outputs"`
	Producer  string           `json:"producer"`
	SchemaURL string           `json:"schemaURL"`
}

type lineageRun struct {
	ID     string                  `json:"runId"`
	Facets map[string]lineageFacet `json:"facets,omitempty"`
}

type lineageJob struct {
	Namespace string                  `json:"namespace"`
	Name      string                  `json:"name"`
	Facets    map[string]lineageFacet `json:"facets,omitempty"`
}

type lineageDataset struct {
	Namespace    string                  `json:"namespace"`
	Name         string                  `json:"name"`
	Facets       map[string]lineageFacet `json:"facets,omitempty"`
	InputFacets  map[string]lineageFacet `json:"inputFacets,omitempty"`
	OutputFacets map[string]lineageFacet `json:"outputFacets,omitempty"`
}

type lineageFacet map[string]any

// facet makes a facet of the spec: its file and version, such as facets/1-0-1/ErrorMessageRunFacet.
func facet(at string, content lineageFacet) lineageFacet {
	content["_producer"] = lineageProducer
	content["_schemaURL"] = lineageSpec + at + ".json#/$defs/" + filepath.Base(at)
	return content
}

// lineage writes the events of one run; nothing where none are asked for.
type lineage struct {
	path string
	run  string
	job  lineageJob
}

// startLineage says that the run has begun.
func (r *run) startLineage() (*lineage, error) {
	c := r.job.Config
	if c.Lineage == "" {
		return nil, nil
	}
	l := &lineage{path: c.Lineage, run: uuid(time.Now()), job: lineageJob{
		Namespace: cmp.Or(r.job.Namespace, "rollcall"), Name: cmp.Or(c.Name(), "rollcall"),
		Facets: map[string]lineageFacet{"jobType": facet("facets/2-0-4/JobTypeJobFacet", lineageFacet{"processingType": "BATCH", "integration": "ROLLCALL", "jobType": "JOB"})},
	}}
	return l, l.write(lineageEvent{Type: "START", Run: lineageRun{Facets: r.runFacets()}})
}

// end says how the run ended. Nothing is lost with the event but the event: it is logged where it cannot be written.
func (l *lineage) end(r *run, o *Outcome, failed error, interrupted bool) {
	if l == nil {
		return
	}
	e := lineageEvent{Type: "COMPLETE", Run: lineageRun{Facets: r.runFacets()}, Inputs: r.lineageInputs()}
	switch {
	case interrupted:
		e.Type = "ABORT"
	case failed != nil:
		e.Type = "FAIL"
	}
	if failed != nil {
		e.Run.Facets["errorMessage"] = facet("facets/1-0-1/ErrorMessageRunFacet", lineageFacet{"message": failed.Error(), "programmingLanguage": "Go"})
	}
	var err error
	if o != nil {
		e.Outputs, err = r.lineageOutputs(o)
	}
	if err = errors.Join(err, l.write(e)); err != nil {
		r.log.Warn().Err(err).Msg("the end of the run is not in the lineage")
	}
}

// write appends an event in one piece.
func (l *lineage) write(e lineageEvent) error {
	e.Time = time.Now().UTC().Format(time.RFC3339Nano)
	e.Run.ID, e.Job = l.run, l.job
	e.Producer, e.SchemaURL = lineageProducer, lineageSpec+"2-0-2/OpenLineage.json#/$defs/RunEvent"
	if e.Inputs == nil {
		e.Inputs = []lineageDataset{}
	}
	if e.Outputs == nil {
		e.Outputs = []lineageDataset{}
	}
	b, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("lineage: %w", err)
	}
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("lineage: %w", err)
	}
	_, err = f.Write(append(b, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("lineage: %w", err)
	}
	return nil
}

// runFacets tell which program ran, the day it spoke for, and what became of the gates, as far as the run has come.
func (r *run) runFacets() map[string]lineageFacet {
	out := map[string]lineageFacet{"processing_engine": facet("facets/1-1-1/ProcessingEngineRunFacet", lineageFacet{"name": "rollcall", "version": r.job.Version})}
	if r.plan != nil {
		out["nominalTime"] = facet("facets/1-0-1/NominalTimeRunFacet", lineageFacet{"nominalStartTime": r.plan.asOf + "T00:00:00Z"})
	}
	if r.reported == nil || len(r.reported.Gates) == 0 {
		return out
	}
	tests := []lineageFacet{}
	for _, g := range r.reported.Gates {
		tests = append(tests, lineageFacet{"name": g.Gate, "type": "gate", "status": map[bool]string{true: "pass", false: "fail"}[g.Passed], "severity": r.severity(g), "actual": g.Why})
	}
	out["test"] = facet("facets/1-0-1/TestRunFacet", lineageFacet{"tests": tests})
	return out
}

// assertions are the gates that speak of one source alone.
func (r *run) assertions(source string) (out []lineageFacet) {
	if r.reported == nil {
		return nil
	}
	for _, g := range r.gates() {
		if v := r.reported.Find(g.Metric, "source", source); g.By == "source" && v != nil {
			for _, x := range report.Judge(&report.Report{Metrics: []report.Value{*v}}, []report.Gate{g}) {
				out = append(out, lineageFacet{"assertion": x.Gate, "success": x.Passed, "severity": r.severity(x), "actual": x.Why})
			}
		}
	}
	return out
}

func (r *run) severity(g report.GateResult) string {
	if r.stops(g) {
		return "error"
	}
	return "warn"
}

// fileDataset names a file of this machine as the spec does.
func fileDataset(path string) lineageDataset {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return lineageDataset{Namespace: "file", Name: filepath.ToSlash(path)}
}

// lineageInputs are the extracts, the feeds and the files that the config names, but for the key.
func (r *run) lineageInputs() []lineageDataset {
	if r.plan == nil {
		return nil
	}
	var out []lineageDataset
	add := func(path string, rows *int64, assertions []lineageFacet) {
		d := fileDataset(path)
		if r.plan.spooled != "" && path == r.plan.spooled {
			d = lineageDataset{Namespace: "rollcall", Name: "stdin"}
		}
		stats := lineageFacet{"fileCount": 1}
		if info, err := os.Stat(path); err == nil {
			stats["size"] = info.Size()
		}
		if rows != nil {
			stats["rowCount"] = *rows
		}
		d.InputFacets = map[string]lineageFacet{"inputStatistics": facet("facets/1-0-0/InputStatisticsInputDatasetFacet", stats)}
		if len(assertions) > 0 {
			d.InputFacets["dataQualityAssertions"] = facet("facets/1-1-0/DataQualityAssertionsDatasetFacet", lineageFacet{"assertions": assertions})
		}
		out = append(out, d)
	}
	for _, x := range r.plan.extracts {
		for _, f := range x.extract.Files {
			add(f.Path, r.rowsOf(x.source.Name, f.Shown), r.assertions(x.source.Name))
		}
	}
	for _, x := range r.plan.feeds {
		for _, f := range x.files {
			add(f.Path, nil, nil)
		}
	}
	files := r.job.Config.Files()
	delete(files, "reach.hash_key_file")
	for _, path := range files {
		add(path, nil, nil)
	}
	slices.SortFunc(out, func(a, b lineageDataset) int { return strings.Compare(a.Name, b.Name) })
	return slices.CompactFunc(out, func(a, b lineageDataset) bool { return a.Name == b.Name })
}

// rowsOf is how many rows of a file were read; nil where the report does not say.
func (r *run) rowsOf(source, file string) *int64 {
	if r.reported == nil {
		return nil
	}
	for i, x := range r.reported.Inputs {
		if x.Source == source && x.File == file {
			return &r.reported.Inputs[i].Rows
		}
	}
	return nil
}

// lineageOutputs are the published tables. A table keeps its name from run to run: the output folder's and its own; where
// this run's files lie is a second name.
func (r *run) lineageOutputs(o *Outcome) ([]lineageDataset, error) {
	m, err := ReadManifest(o.Dir)
	if err != nil {
		return nil, err
	}
	var out []lineageDataset
	add := func(name, prefix string, columns []table.Column) {
		var rows, bytes, count int64
		for _, f := range m.Files {
			if strings.HasPrefix(f.Path, prefix) && f.Rows != nil {
				rows, bytes, count = rows+*f.Rows, bytes+f.Bytes, count+1
			}
		}
		fields := []lineageFacet{}
		for i, c := range columns {
			fields = append(fields, lineageFacet{"name": c.Name, "type": string(c.Type), "description": table.DescribeColumn(strings.TrimSuffix(name, ".csv"), c.Name).About, "ordinal_position": i + 1})
		}
		at := fileDataset(filepath.Join(o.Dir, filepath.FromSlash(prefix)))
		d := fileDataset(filepath.Join(r.job.Config.Output.Dir, name))
		d.Facets = map[string]lineageFacet{
			"schema":   facet("facets/1-2-0/SchemaDatasetFacet", lineageFacet{"fields": fields}),
			"version":  facet("facets/1-0-1/DatasetVersionDatasetFacet", lineageFacet{"datasetVersion": o.ID}),
			"symlinks": facet("facets/1-0-1/SymlinksDatasetFacet", lineageFacet{"identifiers": []lineageFacet{{"namespace": at.Namespace, "name": at.Name, "type": "LOCATION"}}}),
		}
		d.OutputFacets = map[string]lineageFacet{"outputStatistics": facet("facets/1-0-2/OutputStatisticsOutputDatasetFacet", lineageFacet{"rowCount": rows, "size": bytes, "fileCount": count})}
		out = append(out, d)
	}
	extra := table.ExtraNames(r.plan.kept)
	for _, name := range table.Names() {
		columns, err := table.Columns(name, extra)
		if err != nil {
			return nil, err
		}
		add(name, "tables/"+name+"/", columns)
		if name == "contactable" && r.job.Config.Output.CSV {
			add(csvFile, csvFile, columns)
		}
	}
	return out, nil
}

// uuid makes a UUID of version 7 (RFC 9562): the moment, then random bits.
func uuid(now time.Time) string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	var at [8]byte
	binary.BigEndian.PutUint64(at[:], uint64(now.UnixMilli()))
	copy(b[:6], at[2:])
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b[:])
	return strings.Join([]string{s[:8], s[8:12], s[12:16], s[16:20], s[20:]}, "-")
}
