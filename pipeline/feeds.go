package pipeline

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/spool"
	"github.com/rollcall-data/rollcall/stages"
	"github.com/rollcall-data/rollcall/stages/dates"
	"github.com/rollcall-data/rollcall/stages/extract"
	"github.com/rollcall-data/rollcall/stages/reach"
)

// feedFacts are what the report says of a feed.
type feedFacts struct {
	feed      *config.Feed
	rows      int64
	unmatched int64 // rows that name nobody
	rejected  int64 // rows that could not be read
	stale     bool
	stranger  func() bool // its hashes are of nobody; known when all customers are judged
}

// readFeeds folds all feeds. The point that a row names walks through the same cleaning as a record's, so that an opt-out
// meets its mailbox in every spelling. held are the points that customers hold, and known their records: what is told of
// others is counted and forgotten. What could not be read goes to rejects.
func (r *run) readFeeds(ctx context.Context, held func(point uint64) bool, known func(record.Key) bool, rejects *spool.Sorter) (*reach.State, []feedFacts, error) {
	o, err := r.cleanOptions()
	if err != nil {
		return nil, nil, err
	}
	mappers, err := stages.Alone(o)
	if err != nil {
		return nil, nil, err
	}
	asOf := config.Day(r.plan.asOf).Time()
	var windows [record.NumChannels]int
	for name, rate := range r.job.Config.Reach.MaxContacts {
		windows[record.ChannelByName(name)] = rate.Per.Days()
	}
	state := reach.NewState(record.At(asOf), windows)
	state.Only(held, known)
	var facts []feedFacts
	var rows int64
	r.watch.step("feeds", 0, "rows")
	defer debug.SetGCPercent(debug.SetGCPercent(gcWhileFolding))
	for i := range r.plan.feeds {
		p := &r.plan.feeds[i]
		f := reach.Feed{
			Name: p.feed.Name, Kind: p.feed.Kind, Channel: record.ChannelByName(p.feed.Channel), Countries: p.feed.Countries, Hash: p.feed.Hash, AsOf: string(p.feed.AsOf),
		}
		f.Stale = !p.feed.MaxAge.IsZero() && p.feed.AsOf.Time().Before(p.feed.MaxAge.Before(asOf))
		state.Declare(f)
		x, err := r.feedReader(f, p.feed, mappers, state)
		if err != nil {
			return nil, nil, err
		}
		x.rejects = rejects
		fact := feedFacts{feed: p.feed, stale: f.Stale}
		for _, file := range p.files {
			if err := x.file(ctx, file, &fact); err != nil {
				return nil, nil, err
			}
		}
		fact.unmatched = state.Unmatched[f.Name]
		fact.stranger = func() bool { return slices.Contains(state.Strangers(manyHashes), f.Name) }
		facts = append(facts, fact)
		rows += fact.rows
	}
	r.watch.done(rows, false)
	return state, facts, nil
}

// manyHashes is how many hashes some customer should be among.
const manyHashes = 100

// gcWhileFolding lets the heap grow further than it does elsewhere before it is collected: what is folded lives long, and
// the process's own limit holds all the same.
const gcWhileFolding = 300

// feedReader folds the files of one feed.
type feedReader struct {
	run     *run
	feed    reach.Feed
	config  *config.Feed
	mappers map[record.Kind]stages.Mapper
	state   *reach.State
	country string // of numbers that have none of their own
	zone    *time.Location
	asOf    time.Time
	memo    *memo // what raw values came to
	rejects *spool.Sorter
}

func (r *run) feedReader(f reach.Feed, c *config.Feed, mappers map[record.Kind]stages.Mapper, state *reach.State) (*feedReader, error) {
	zone, err := time.LoadLocation(c.Timezone)
	if err != nil {
		return nil, &UsageError{err}
	}
	country := c.Country
	if country == "" && len(f.Countries) == 1 {
		country = f.Countries[0]
	}
	if country == "" {
		country = r.job.Config.DefaultCountry
	}
	return &feedReader{run: r, feed: f, config: c, mappers: mappers, state: state, country: country, zone: zone, asOf: config.Day(r.plan.asOf).Time(), memo: newMemo(r.memory / 8)}, nil
}

// file folds one file; its workers tell the state side by side, in any order.
func (x *feedReader) file(ctx context.Context, file extract.File, fact *feedFacts) error {
	c := x.config
	format := extract.Format{Format: c.Format, Encoding: c.Encoding, Delimiter: c.Delimiter, Header: c.Header}
	if x.feed.Kind == "suppression" && format.Delimiter == "" && format.Format == "" {
		format.Delimiter = "auto"
	}
	t, err := extract.OpenTable(file, format)
	if err != nil {
		return err
	}
	given := make(map[string][]string, len(c.Columns))
	for k, v := range c.Columns {
		given[k] = v
	}
	reader, headless, err := reach.NewReader(x.feed, t.Header(), given)
	if err != nil {
		return &UsageError{fmt.Errorf("%s: %w", file.Shown, err)}
	}
	if headless && t.HasHeader() { // the first row of a list without a header is a value like the others
		no := false
		format.Header = &no
		if t, err = extract.OpenTable(file, format); err != nil {
			return err
		}
	}
	var count, rejected int64
	err = extract.Each(ctx, t, x.run.workers,
		func(rows [][]string) ([]brokenRow, error) { return x.block(reader, rows) },
		func(b *extract.Block, broken []brokenRow) error {
			count += b.Count
			rejected += int64(len(b.Rejects) + len(broken))
			x.run.watch.progress.Add(b.Count)
			for _, r := range b.Rejects {
				r.Source = x.feed.Name
				if err := x.reject(&r); err != nil {
					return err
				}
			}
			for _, r := range broken {
				if err := x.reject(&record.Reject{Source: x.feed.Name, File: file.Shown, Row: b.Number(r.row), Reason: "feed", Detail: r.why, Raw: r.raw}); err != nil {
					return err
				}
			}
			return nil
		})
	if err != nil {
		return err
	}
	fact.rows += count
	fact.rejected += rejected
	if rejected >= minRejected && rejected*2 > count {
		return &RejectedError{File: file.Shown, Rows: count, Rejects: rejected, Feed: true}
	}
	return nil
}

func (x *feedReader) reject(r *record.Reject) error {
	return x.rejects.Add(rejectKey(r), spool.AppendReject(nil, r))
}

// brokenRow is a row that says nothing that is understood.
type brokenRow struct {
	row int // in its block
	why string
	raw string
}

// block folds the rows of a block.
func (x *feedReader) block(reader *reach.Reader, rows [][]string) (broken []brokenRow, err error) {
	var told, unmatched int64
	var room [1]reach.Target
	for i, cells := range rows {
		row, err := reader.Read(cells)
		var at record.Instant
		if err == nil && row.At != "" && row.Type != "" {
			ok := false
			if at, ok = x.moment(row.At); !ok {
				err = errors.New("its date cannot be read")
			}
		}
		if err != nil {
			broken = append(broken, brokenRow{i, err.Error(), strings.Clone(strings.Join(cells, ","))})
			continue
		}
		targets, err := x.targets(&row, &room)
		if err != nil {
			return nil, err
		}
		told++
		if !x.state.Tell(&x.feed, &row, targets, at) {
			unmatched++
		}
	}
	x.state.Count(x.feed.Name, told-unmatched, true)
	x.state.Count(x.feed.Name, unmatched, false)
	return broken, nil
}

// moment reads when something happened. The form of mail headers is read as well: senders export it.
func (x *feedReader) moment(s string) (record.Instant, bool) {
	if len(s) == len(time.DateOnly) && x.zone == time.UTC {
		if at := record.ParseInstant(s); at.Known() {
			return at, true
		}
	}
	if at, ok := dates.ParseInstant(s, "dmy", x.zone, x.asOf); ok {
		return at, true
	}
	if t, err := time.Parse(time.RFC1123Z, s); err == nil {
		return record.At(t), true
	}
	return 0, false
}

// targets are the points that a row's value means; room is for one of them.
func (x *feedReader) targets(row *reach.Row, room *[1]reach.Target) ([]reach.Target, error) {
	if row.Value == "" || row.Kind == record.None || row.Type == "" {
		return nil, nil
	}
	key := memoKey(row.Kind, row.Value)
	if t, ok := x.memo.get(key, room); ok && row.Phone == "" {
		return t, nil
	}
	points, err := x.points(row.Kind, row.Value)
	if err != nil {
		return nil, err
	}
	if row.Phone != "" {
		more, err := x.points(record.PhonePoint, row.Phone)
		return x.state.Targets(&x.feed, append(points, more...)), err
	}
	t := x.state.Targets(&x.feed, points)
	x.memo.put(key, t)
	return t, nil
}

// points cleans a value.
func (x *feedReader) points(kind record.Kind, value string) ([]record.ContactPoint, error) {
	r := record.Record{DefaultCountry: x.country}
	switch kind {
	case record.EmailPoint:
		r.Emails = []string{value}
	case record.PhonePoint:
		r.Phones = []string{value}
	default:
		r.Text[record.Street] = value
	}
	r, err := x.mappers[kind].Map(r)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(r.Points, func(p record.ContactPoint) bool { return p.Kind != kind }), nil
}

// readOutlets reads the list of outlets: outlet, country, postcode, city and perhaps region, in that order or by the header.
func (r *run) readOutlets() (*reach.Outlets, error) {
	path := r.job.Config.Outlets
	if path == "" {
		return nil, nil
	}
	var list []reach.Outlet
	err := load(path, func(f io.Reader) error {
		rows := csv.NewReader(f)
		rows.FieldsPerRecord = -1
		header, err := rows.Read()
		if err != nil {
			return err
		}
		var at [5]int
		for i, name := range [...]string{"outlet", "country", "postcode", "city", "region"} {
			at[i] = slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
			if at[i] < 0 && i < 2 {
				return fmt.Errorf("the list of outlets has no column %q", name)
			}
		}
		for {
			cells, err := rows.Read()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			var v [5]string
			for i, k := range at {
				if k >= 0 && k < len(cells) {
					v[i] = strings.TrimSpace(cells[k])
				}
			}
			list = append(list, reach.Outlet{Name: v[0], Country: strings.ToUpper(v[1]), Postcode: v[2], City: v[3], Region: v[4]})
		}
	})
	return reach.NewOutlets(list), err
}
