package pipeline

import (
	"context"
	"fmt"

	"github.com/rollcall-data/rollcall/stages/extract"
	"github.com/rollcall-data/rollcall/stages/reach"
)

// Checked is what a check found of one source or feed.
type Checked struct {
	Kind     string              `json:"kind"`
	Name     string              `json:"name"`
	Files    []string            `json:"files"`
	Mapped   []string            `json:"mapped,omitempty"`
	Columns  map[string][]string `json:"columns,omitempty"`  // the file's, by field
	Unmapped []string            `json:"unmapped,omitempty"` // columns that the config's mapping leaves out
	Warnings []string            `json:"warnings,omitempty"`
	Guesses  []extract.Guess     `json:"found_out"`
}

// Check looks at everything that a job would read, and writes nothing: config, files, mappings, lists, gates.
func Check(_ context.Context, job Job) ([]Checked, error) {
	r := &run{job: job, log: job.Log, watch: stopwatch{progress: job.Progress}, workers: 1}
	p := &plan{}
	if err := r.checkJob(); err != nil {
		return nil, err
	}
	r.out = &output{} // standard input is not read by a check
	for i := range job.Config.Sources {
		if job.Config.Sources[i].Path == "-" {
			return nil, &UsageError{fmt.Errorf("source %s reads standard input, which a check cannot", job.Config.Sources[i].Name)}
		}
	}
	if err := r.findInputs(p); err != nil {
		return nil, err
	}
	if err := r.loadRules(p); err != nil {
		return nil, err
	}
	if err := r.loadMatch(p); err != nil {
		return nil, err
	}
	if err := r.findResolver(p); err != nil {
		return nil, err
	}
	if _, err := r.readOutlets(); err != nil {
		return nil, underKey("outlets", err)
	}
	var out []Checked
	for _, x := range p.extracts {
		e, err := extract.Open(x.extract)
		if err != nil {
			return nil, err
		}
		c := Checked{Kind: "source", Name: x.source.Name, Mapped: mappedFields(e), Columns: ownColumns(e), Warnings: leftOut(x.source.Name, e), Guesses: e.Guesses()}
		if len(x.source.Columns) > 0 {
			for _, u := range e.Unmapped() {
				c.Unmapped = append(c.Unmapped, u.Column)
			}
		}
		for _, f := range x.extract.Files {
			c.Files = append(c.Files, f.Shown)
		}
		out = append(out, c)
	}
	for _, x := range p.feeds {
		c := Checked{Kind: "feed", Name: x.feed.Name}
		for _, f := range x.files {
			t, err := extract.OpenTable(f, extract.Format{Format: x.feed.Format, Encoding: x.feed.Encoding, Delimiter: x.feed.Delimiter, Header: x.feed.Header})
			if err != nil {
				return nil, err
			}
			given := make(map[string][]string)
			for k, v := range x.feed.Columns {
				given[k] = v
			}
			if _, _, err := reach.NewReader(reach.Feed{Name: x.feed.Name, Kind: x.feed.Kind, Lists: p.lists.reach}, t.Header(), given); err != nil {
				return nil, &UsageError{fmt.Errorf("%s: %w", f.Shown, err)}
			}
			c.Files = append(c.Files, f.Shown)
			c.Guesses = append(c.Guesses, t.Guesses()...)
		}
		out = append(out, c)
	}
	return out, nil
}

// leftOut warns of the columns of a source that tell of permission, or seem to, and fill no field.
func leftOut(source string, e *extract.Extract) []string {
	var out []string
	for _, u := range e.Unmapped() {
		switch {
		case u.Known:
			out = append(out, fmt.Sprintf("The column %q of the source %s tells of permission (%s) and is not mapped: what it forbids is not heeded.", u.Column, source, u.Denies))
		case u.Looks:
			out = append(out, fmt.Sprintf("The column %q of the source %s looks like a permission and was not used: map it (consent_email, do_not_contact or another), or keep it if it is none.", u.Column, source))
		}
	}
	return out
}
