package pipeline

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/stages"
	"github.com/rollcall-data/rollcall/stages/dates"
	"github.com/rollcall-data/rollcall/stages/extract"
	"github.com/rollcall-data/rollcall/stages/reach"
)

// feedFacts are what the report says of a feed.
type feedFacts struct {
	feed    *config.Feed
	rows    int64
	rejects []record.Reject
	stale   bool
}

// readFeeds folds all feeds. The point that a row names walks through the same clean stages as an extract's, so that an
// opt-out meets its mailbox in every spelling.
func (r *run) readFeeds(ctx context.Context) (*reach.State, []feedFacts, error) {
	mappers, err := r.mappers()
	if err != nil {
		return nil, nil, err
	}
	asOf := config.Day(r.plan.asOf).Time()
	var windows [record.NumChannels]int
	for name, rate := range r.job.Config.Reach.MaxContacts {
		windows[record.ChannelByName(name)] = rate.Per.Days()
	}
	state := reach.NewState(record.At(asOf), windows)
	var facts []feedFacts
	for i := range r.plan.feeds {
		p := &r.plan.feeds[i]
		f := reach.Feed{
			Name: p.feed.Name, Kind: p.feed.Kind, Channel: record.ChannelByName(p.feed.Channel), Countries: p.feed.Countries, Hash: p.feed.Hash, AsOf: string(p.feed.AsOf),
		}
		f.Stale = !p.feed.MaxAge.IsZero() && p.feed.AsOf.Time().Before(p.feed.MaxAge.Before(asOf))
		state.Declare(f)
		fact := feedFacts{feed: p.feed, stale: f.Stale}
		for _, file := range p.files {
			if err := r.readFeed(ctx, f, p.feed, file, mappers, state, &fact); err != nil {
				return nil, nil, err
			}
		}
		facts = append(facts, fact)
	}
	return state, facts, nil
}

func (r *run) readFeed(ctx context.Context, f reach.Feed, c *config.Feed, file extract.File, mappers []stages.Mapper, state *reach.State, fact *feedFacts) error {
	format := extract.Format{Format: c.Format, Encoding: c.Encoding, Delimiter: c.Delimiter, Header: c.Header}
	if f.Kind == "suppression" && format.Delimiter == "" && format.Format == "" {
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
	reader, headless, err := reach.NewReader(f, t.Header(), given)
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
	loc, err := time.LoadLocation(c.Timezone)
	if err != nil {
		return &UsageError{err}
	}
	country := c.Country
	if country == "" && len(f.Countries) == 1 {
		country = f.Countries[0]
	}
	if country == "" {
		country = r.job.Config.DefaultCountry
	}
	asOf := config.Day(r.plan.asOf).Time()
	return t.Read(ctx, r.workers, func(rows extract.Rows) error {
		fact.rows += rows.Count
		for _, x := range rows.Rejects {
			x.Source = f.Name
			fact.rejects = append(fact.rejects, x)
		}
		for _, x := range rows.Rows {
			row, err := reader.Read(x.Cells)
			var at record.Instant
			if err == nil && row.At != "" {
				ok := false
				if at, ok = dates.ParseInstant(row.At, "dmy", loc, asOf); !ok {
					err = errors.New("its date cannot be read")
				}
			}
			if err != nil {
				fact.rejects = append(fact.rejects, record.Reject{Source: f.Name, File: file.Shown, Row: x.Number, Reason: "feed", Detail: err.Error()})
				continue
			}
			points, err := r.cleanPoint(row, country, mappers)
			if err != nil {
				return err
			}
			state.Add(f, row, points, at)
		}
		return nil
	})
}

// cleanPoint sends the point of a feed's row through the clean stages.
func (r *run) cleanPoint(row reach.Row, country string, mappers []stages.Mapper) ([]record.ContactPoint, error) {
	x := record.Record{DefaultCountry: country}
	switch {
	case row.Value == "":
		return nil, nil
	case row.Kind == record.EmailPoint:
		x.Emails = []string{row.Value}
	case row.Kind == record.PhonePoint:
		x.Phones = []string{row.Value}
	case row.Kind == record.PostPoint:
		x.Text[record.Street] = row.Value
	default:
		return nil, nil
	}
	var err error
	for _, m := range mappers {
		if x, err = m.Map(x); err != nil {
			return nil, err
		}
	}
	points := x.Points[:0]
	for _, p := range x.Points {
		if p.Kind == row.Kind {
			points = append(points, p)
		}
	}
	return points, nil
}

// readOutlets reads the list of outlets: outlet, country, postcode, city.
func (r *run) readOutlets() (*reach.Outlets, error) {
	path := r.job.Config.Outlets
	if path == "" {
		return nil, nil
	}
	var list []reach.Outlet
	err := load(path, func(f io.Reader) error {
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil {
			return err
		}
		for i, c := range rows {
			if i == 0 || len(c) < 4 {
				continue
			}
			list = append(list, reach.Outlet{Name: c[0], Country: c[1], Postcode: c[2], City: c[3]})
		}
		return nil
	})
	return reach.NewOutlets(list), err
}
