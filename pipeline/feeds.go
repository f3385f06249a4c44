package pipeline

import (
	"context"
	"errors"
	"fmt"
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
	"github.com/rollcall-data/rollcall/stages/phones"
	"github.com/rollcall-data/rollcall/stages/reach"
)

// feedFacts are what the report says of a feed.
type feedFacts struct {
	feed      *config.Feed
	rows      int64
	unmatched int64 // rows that name nobody
	rejected  int64 // rows that could not be read
	undated   int64 // of them, those that forbid something all the same
	stale     bool
	order     *dates.Order // of its days and months; nil: no date asked for one
	stranger  func() bool  // its hashes are of nobody; known when all customers are judged
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
			Lists: r.plan.lists.reach,
		}
		f.Stale = !p.feed.MaxAge.IsZero() && p.feed.AsOf.Time().Before(p.feed.MaxAge.Before(asOf))
		state.Declare(f)
		x, err := r.feedReader(f, p.feed, mappers, state)
		if err != nil {
			return nil, nil, err
		}
		x.files, x.rejects = p.files, rejects
		fact := feedFacts{feed: p.feed, stale: f.Stale}
		for _, file := range p.files {
			if err := x.file(ctx, file, &fact); err != nil {
				return nil, nil, err
			}
		}
		fact.order = x.order
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
	files   []extract.File // of the feed
	order   *dates.Order   // of its days and months; nil: not asked for yet
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
	var order *dates.Order
	if c.DateOrder != "" && c.DateOrder != "auto" {
		order = &dates.Order{Source: c.Name, Field: "at", Order: c.DateOrder, Reason: "the config says so"}
	}
	return &feedReader{order: order, run: r, feed: f, config: c, mappers: mappers, state: state, country: country, zone: zone, asOf: config.Day(r.plan.asOf).Time(), memo: newMemo(r.memory / 8)}, nil
}

// open looks at a file of the feed: which of its columns tell what.
func (x *feedReader) open(file extract.File) (*extract.Table, *reach.Reader, error) {
	c := x.config
	format := extract.Format{Format: c.Format, Encoding: c.Encoding, Delimiter: c.Delimiter, Header: c.Header}
	if x.feed.Kind == "suppression" && format.Delimiter == "" && format.Format == "" {
		format.Delimiter = "auto"
	}
	t, err := extract.OpenTable(file, format)
	if err != nil {
		return nil, nil, err
	}
	given := make(map[string][]string, len(c.Columns))
	for k, v := range c.Columns {
		given[k] = v
	}
	reader, headless, err := reach.NewReader(x.feed, t.Header(), given)
	if err != nil && t.Doubted() {
		err = fmt.Errorf("feed %s lacks a column that it needs, and its first row looks like data: has it a header at all? `header: false` says that it has none, and calls its columns column_1 and so on", x.feed.Name)
	}
	if err != nil {
		return nil, nil, &UsageError{fmt.Errorf("%s: %w", file.Shown, err)}
	}
	if headless && t.HasHeader() { // the first row of a list without a header is a value like the others
		no := false
		format.Header = &no
		t, err = extract.OpenTable(file, format)
	}
	return t, reader, err
}

// file folds one file; its workers tell the state side by side, in any order. A row told twice is told once, so that a file
// is begun again where a date in it asks for an order of days and months that is not settled yet.
func (x *feedReader) file(ctx context.Context, file extract.File, fact *feedFacts) error {
	t, reader, err := x.open(file)
	if err != nil {
		return err
	}
	var count, rejected int64
	first := ""
	for counted := 0; ; { // blocks
		at := 0
		err = extract.Each(ctx, t, x.run.workers,
			func(rows [][]string) (folded, error) { return x.block(reader, rows) },
			func(b *extract.Block, f folded) error {
				if at++; at <= counted {
					return nil
				}
				counted = at
				count += b.Count
				rejected += int64(len(b.Rejects) + len(f.broken))
				x.run.watch.progress.Add(b.Count)
				fact.undated += f.undated
				if first == "" && len(f.broken) > 0 {
					first = f.broken[0].why
				}
				x.state.Count(x.feed.Name, f.told-f.unmatched, true)
				x.state.Count(x.feed.Name, f.unmatched, false)
				return x.quarantine(file, b, f.broken)
			})
		if !errors.Is(err, errOpenDate) {
			break
		}
		if err = x.settle(ctx); err != nil {
			break
		}
	}
	if err != nil {
		return err
	}
	fact.rows += count
	fact.rejected += rejected
	forbids := x.feed.Kind == "suppression" || x.feed.Kind == "erasure" // each row of them counts, in short files too
	if (rejected >= minRejected || forbids) && rejected*2 > count {
		return &RejectedError{File: file.Shown, Rows: count, Rejects: rejected, Feed: true, First: first}
	}
	return nil
}

func (x *feedReader) quarantine(file extract.File, b *extract.Block, broken []brokenRow) error {
	for _, r := range b.Rejects {
		if err := x.reject(r); err != nil {
			return err
		}
	}
	for _, r := range broken {
		if err := x.reject(extract.Reject(file.Shown, b.Number(r.row), "feed", r.why, r.raw)); err != nil {
			return err
		}
	}
	return nil
}

func (x *feedReader) reject(r record.Reject) error {
	r.Source = x.feed.Name
	return x.rejects.Add(rejectKey(&r), spool.AppendReject(nil, &r))
}

// folded is what became of a block.
type folded struct {
	told, unmatched int64 // rows that were understood, and those of them that name nobody
	broken          []brokenRow
	undated         int64 // of them, those that were told without their date
}

// brokenRow is a row that says nothing that is understood.
type brokenRow struct {
	row int // in its block
	why string
	raw []byte
}

// block folds the rows of a block.
func (x *feedReader) block(reader *reach.Reader, rows [][]string) (f folded, err error) {
	var room [1]reach.Target
	for i, cells := range rows {
		row, err := reader.Read(cells)
		var at record.Instant
		counts := err == nil
		if counts && row.At != "" && row.Type != "" {
			at, err = x.moment(row.At)
			counts = err == nil || row.AlwaysCounts()
		}
		if errors.Is(err, errOpenDate) && x.order == nil {
			return f, err
		}
		if err != nil {
			why := err.Error()
			if counts {
				why += "; what it forbids counts without one"
				f.undated++
			}
			f.broken = append(f.broken, brokenRow{i, why, []byte(strings.Join(cells, ","))})
		}
		if !counts {
			continue
		}
		targets, err := x.targets(&row, &room)
		if err != nil {
			return f, err
		}
		f.told++
		if !x.state.Tell(&x.feed, &row, targets, at) {
			f.unmatched++
		}
	}
	return f, nil
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
	if err := x.mappers[kind].Clean(&r); err != nil {
		return nil, err
	}
	points := slices.DeleteFunc(r.Points, func(p record.ContactPoint) bool { return p.Kind != kind })
	if kind == record.PhonePoint {
		if abroad := phones.WithCode(value, x.country); abroad != "" { // what it says of either is better told of both
			more, err := x.points(kind, abroad)
			return append(points, more...), err
		}
	}
	return points, nil
}
