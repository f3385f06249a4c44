package pipeline

import (
	"context"
	"errors"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/stages/dates"
	"github.com/rollcall-data/rollcall/stages/extract"
)

var (
	errBadDate  = errors.New("its date cannot be read")
	errOpenDate = errors.New("its date can be read with the day or the month first, and the feed writes both")
)

// moment reads when something happened. The form of mail headers is read as well: senders export it. The error is
// errOpenDate where day and month could change places and nothing settles which is which.
func (x *feedReader) moment(s string) (record.Instant, error) {
	if len(s) == len(time.DateOnly) && x.zone == time.UTC {
		if at := record.ParseInstant(s); at.Known() {
			return at, nil
		}
	}
	order := ""
	if x.order != nil {
		order = x.order.Order
	}
	if at, open, ok := dates.ParseInstant(s, order, x.zone, x.asOf); ok {
		if open && (x.order == nil || x.order.Mixed) {
			return 0, errOpenDate
		}
		return at, nil
	}
	if t, err := time.Parse(time.RFC1123Z, s); err == nil {
		return record.At(t), nil
	}
	return 0, errBadDate
}

// settle decides the order of days and months by all dates of the feed, as that of an extract's column is. Most feeds write
// ISO dates and are never asked, which spares them the second look.
func (x *feedReader) settle(ctx context.Context) error {
	const field = record.LastSeenAt // any: a feed has one column of dates
	name := x.feed.Name
	all := dates.NewSurvey()
	for _, file := range x.files {
		t, reader, err := x.open(file)
		if err != nil {
			return err
		}
		err = extract.Each(ctx, t, x.run.workers,
			func(rows [][]string) (*dates.Survey, error) {
				s := dates.NewSurvey()
				for _, cells := range rows {
					if row, err := reader.Read(cells); err == nil && row.Type != "" {
						s.Add(name, field, row.At)
					}
				}
				return s, nil
			},
			func(_ *extract.Block, s *dates.Survey) error { all.Merge(s); return nil })
		if err != nil {
			return err
		}
	}
	orders := all.Orders()
	if len(orders) == 0 {
		orders = dates.Orders{{Source: name}}
	}
	x.order = &orders.Decided(map[string]dates.Source{name: {Country: x.country}})[0]
	x.order.Field = "at"
	return nil
}
