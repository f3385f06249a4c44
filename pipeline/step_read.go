package pipeline

import (
	"context"
	"encoding/binary"
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/pool"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/spool"
	"github.com/rollcall-data/rollcall/stages/dates"
	"github.com/rollcall-data/rollcall/stages/emails"
	"github.com/rollcall-data/rollcall/stages/extract"
	"github.com/rollcall-data/rollcall/stages/values"
)

// The files of a workspace, each written by one step and read by later ones.
const (
	recordsSpool = "records.spool" // read: records as the extracts gave them, by source and record id
	rejectsSpool = "rejects.spool" // read: quarantined rows, by source, file and row
	surveyFile   = "survey.json"   // read: what only a look at all rows can tell
)

// survey is what the read step learns of all rows together, for the steps after it.
type survey struct {
	Rows     int64               `json:"rows"` // read, quarantined ones included
	Records  int64               `json:"records"`
	Rejects  int64               `json:"rejects"`
	Orders   dates.Orders        `json:"date_orders"`
	Domains  []string            `json:"common_domains"`
	Letters  map[string]string   `json:"gender_letters"`          // by source
	Asked    []string            `json:"asked_domains,omitempty"` // with dns: those whose mail servers are asked for
	Files    []fileFacts         `json:"files"`
	Guesses  []extract.Guess     `json:"guesses"`
	MadeIDs  int64               `json:"made_ids"`         // records without an id of their own
	TwiceIDs int64               `json:"duplicate_ids"`    // records whose id another row of the source has too
	Absent   int64               `json:"absent_overrides"` // decisions that name a record that is not there
	Mapped   map[string][]string `json:"mapped"`           // by source: the canonical fields that some column fills

	Grants  []string                       `json:"grants,omitempty"`   // consents that some column can grant
	LeftOut []string                       `json:"left_out,omitempty"` // warnings of columns that tell of permission and fill no field
	Columns map[string]map[string][]string `json:"columns"`            // by source and field: the source's own names of its columns
}

// fileFacts are the counts of one input file.
type fileFacts struct {
	Source  string `json:"source"`
	File    string `json:"file"`
	Rows    int64  `json:"rows"`
	Rejects int64  `json:"rejects"`
	Bytes   int64  `json:"bytes"`
}

// readBatch is what a worker makes of a batch of an extract: sorted on, folded, and encoded.
type readBatch struct {
	keys, rows [][]byte
	rejects    []record.Reject
	orders     *dates.Survey
	domains    *emails.Survey
	genders    *values.Survey
	facts      fileFacts
}

// read walks the extracts into the workspace: records sorted by source, id and digest, so that nothing after this step
// can depend on the order of files or rows, and the rejects beside them.
func (r *run) read(ctx context.Context) (int64, error) {
	var s survey
	s.Mapped, s.Columns = make(map[string][]string), make(map[string]map[string][]string)
	sorter := spool.NewSorter(r.work.dir, "read", r.memory/4)
	defer sorter.Close()
	rejects := spool.NewSorter(r.work.dir, "rejects", r.memory/32)
	defer rejects.Close()
	orders, domains, genders := dates.NewSurvey(), emails.NewSurvey(), values.NewSurvey()

	for i := range r.plan.extracts {
		source := &r.plan.extracts[i]
		e, err := extract.Open(source.extract)
		if err != nil {
			return 0, err
		}
		s.Guesses = append(s.Guesses, e.Guesses()...)
		s.Mapped[source.extract.Name] = mappedFields(e)
		s.Columns[source.extract.Name] = ownColumns(e)
		for _, f := range consents {
			if name := f.String(); e.Grants(f) && !slices.Contains(s.Grants, name) {
				s.Grants = append(s.Grants, name)
			}
		}
		for _, warning := range leftOut(source.source.Name, e) {
			s.LeftOut = append(s.LeftOut, warning)
			r.log.Warn().Msg(warning)
		}
		for _, g := range e.Guesses() {
			r.log.Info().Str("source", source.extract.Name).Str("file", g.File).Str("found", g.What).Str("value", g.Value).Str("because", g.Reason).Msg("guess")
		}
		files := make(map[string]*fileFacts)
		for _, f := range source.extract.Files { // also those that turn out to have no row
			files[f.Shown] = &fileFacts{Source: source.extract.Name, File: f.Shown}
		}
		err = pool.Ordered(ctx, r.workers,
			func(ctx context.Context, emit func(extract.Batch) error) error {
				return e.Read(ctx, r.workers, emit)
			},
			func(b extract.Batch) (*readBatch, error) {
				defer e.Release(&b)
				return r.digest(source, b), nil
			},
			func(b *readBatch) error {
				for i := range b.rows {
					if err := sorter.Add(b.keys[i], b.rows[i]); err != nil {
						return err
					}
				}
				for i := range b.rejects {
					j := &b.rejects[i]
					if err := rejects.Add(rejectKey(j), spool.AppendReject(nil, j)); err != nil {
						return err
					}
				}
				orders.Merge(b.orders)
				domains.Merge(b.domains)
				genders.Merge(b.genders)
				f := files[b.facts.File]
				f.Rows += b.facts.Rows
				f.Rejects += b.facts.Rejects
				f.Bytes += b.facts.Bytes
				r.watch.progress.Add(b.facts.Bytes)
				return nil
			})
		if err != nil {
			return 0, err
		}
		for _, f := range files {
			s.Files = append(s.Files, *f)
		}
	}
	slices.SortFunc(s.Files, func(a, b fileFacts) int { return compareStrings(a.Source, b.Source, a.File, b.File) })
	for _, f := range s.Files {
		s.Rows += f.Rows
		s.Rejects += f.Rejects
		if f.Rejects >= minRejected && f.Rejects*2 > f.Rows {
			return 0, &RejectedError{File: f.File, Rows: f.Rows, Rejects: f.Rejects}
		}
	}
	if err := r.identify(ctx, sorter, &s); err != nil {
		return 0, err
	}
	if err := writeSorted(ctx, rejects, r.work.path(rejectsSpool)); err != nil {
		return 0, err
	}
	s.Orders = orders.Orders()
	s.Domains = domains.Common()
	s.Letters = genders.Letters()
	if r.job.Config.DNS {
		for _, d := range domains.Domains() {
			if r.plan.lists.emails.MayTakeMail(d) {
				s.Asked = append(s.Asked, d)
			}
		}
	}
	return s.Rows, r.work.keep(surveyFile, &s)
}

// minRejected is how many rows of a file must be rejected before their share can stop a run.
const minRejected = 10

func (r *run) digest(source *plannedExtract, b extract.Batch) *readBatch {
	out := &readBatch{
		keys: make([][]byte, len(b.Records)), rows: make([][]byte, len(b.Records)), rejects: b.Rejects,
		orders: dates.NewSurvey(), domains: emails.NewSurvey(), genders: values.NewSurvey(),
		facts: fileFacts{File: b.File, Rows: b.Rows, Rejects: int64(len(b.Rejects)), Bytes: b.Bytes},
	}
	var arena []byte
	for i := range b.Records {
		x := &b.Records[i]
		x.Kept = source.place(x.Kept, len(r.plan.kept))
		for f := range record.NumFields {
			if v := x.Text[f]; v != "" && (f.IsDate() || f.IsInstant()) {
				out.orders.Add(x.Source, f, v)
			}
		}
		out.genders.Add(x.Source, record.Gender, x.Text[record.Gender])
		for _, e := range x.Emails {
			out.domains.Add(e)
		}
		from := len(arena)
		arena = appendRecordKey(arena, x)
		mid := len(arena)
		arena = spool.AppendRecord(arena, x)
		out.keys[i], out.rows[i] = arena[from:mid:mid], arena[mid:len(arena):len(arena)]
	}
	return out
}

// appendRecordKey orders records by source, id and digest of the cells; the file and row settle equal rows, between
// which nothing else can tell.
func appendRecordKey(dst []byte, r *record.Record) []byte {
	dst = append(append(dst, r.Source...), 0)
	dst = append(append(dst, r.ID...), 0)
	dst = binary.BigEndian.AppendUint64(dst, r.Digest)
	dst = append(append(dst, r.File...), 0)
	return binary.BigEndian.AppendUint64(dst, uint64(r.Row))
}

func rejectKey(r *record.Reject) []byte {
	key := append(append([]byte(r.Source), 0), r.File...)
	return binary.BigEndian.AppendUint64(append(key, 0), uint64(r.Row))
}

// identify writes the sorted records with an id each. Made ids can stand out of order; then the rows are sorted again.
func (r *run) identify(ctx context.Context, sorter *spool.Sorter, s *survey) error {
	var ids extract.Numberer
	again := spool.NewSorter(r.work.dir, "identify", r.memory/4)
	defer again.Close()
	w, err := spool.Create(r.work.path(recordsSpool))
	if err != nil {
		return err
	}
	var last record.Key
	var x record.Record
	var key, row []byte
	disordered := false
	named := make(map[record.Key]bool) // by decisions of a person; true once it is there
	for _, o := range r.plan.match.Overrides {
		named[o.A], named[o.B] = false, false
	}
	err = sorter.Each(ctx, func(_, encoded []byte) error {
		if err := spool.DecodeRecord(encoded, &x); err != nil {
			return err
		}
		if ids.Next(&x) {
			encoded = spool.AppendRecord(row[:0], &x)
			row = encoded
		}
		if _, ok := named[x.Key]; ok {
			named[x.Key] = true
		}
		if x.Key.Compare(last) < 0 {
			disordered = true
		}
		last = x.Key
		if !disordered {
			return w.Add(encoded)
		}
		key = appendRecordKey(key[:0], &x)
		return again.Add(key, encoded)
	})
	if err != nil {
		w.Abort()
		return err
	}
	s.MadeIDs, s.TwiceIDs = ids.Made, ids.Twice
	for _, o := range r.plan.match.Overrides {
		if !named[o.A] || !named[o.B] {
			s.Absent++
		}
	}
	if s.Records, err = w.Close(); err != nil || !disordered {
		return err
	}
	return r.resort(ctx, again, s)
}

// resort merges what was written in order with what came after the first made id.
func (r *run) resort(ctx context.Context, again *spool.Sorter, s *survey) error {
	path := r.work.path(recordsSpool)
	var x record.Record
	var key []byte
	err := spool.Frames(ctx, path, func(p spool.Packed) error {
		f, err := p.Unpack()
		if err != nil {
			return err
		}
		return f.Each(func(row []byte) error {
			if err := spool.DecodeRecord(row, &x); err != nil {
				return err
			}
			key = appendRecordKey(key[:0], &x)
			return again.Add(key, row)
		})
	})
	if err != nil {
		return err
	}
	s.Records = again.Rows()
	return writeSorted(ctx, again, path)
}

// writeSorted writes a sorter's rows to a spool file.
func writeSorted(ctx context.Context, sorter *spool.Sorter, path string) error {
	w, err := spool.Create(path)
	if err != nil {
		return err
	}
	if err := sorter.Each(ctx, func(_, row []byte) error { return w.Add(row) }); err != nil {
		w.Abort()
		return err
	}
	_, err = w.Close()
	return err
}

// place spreads the kept values of one source over the job's list of kept columns.
func (p *plannedExtract) place(values []string, width int) []string {
	if width == 0 {
		return nil
	}
	out := make([]string, width)
	for i, v := range values {
		out[p.keptAt[i]] = v
	}
	return out
}

func ownColumns(e *extract.Extract) map[string][]string {
	out := make(map[string][]string)
	for f := range record.NumFields {
		if names := e.Columns(f); names != nil {
			out[f.String()] = names
		}
	}
	return out
}

// consents are those that `require_permission: auto` asks for where a source maps them.
var consents = []record.Field{record.ConsentEmail, record.ConsentSMS}

func mappedFields(e *extract.Extract) []string {
	var out []string
	for f := range record.NumFields {
		if e.Maps(f) {
			out = append(out, f.String())
		}
	}
	return out
}
