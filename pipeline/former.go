package pipeline

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/table"
	"github.com/rollcall-data/rollcall/pipeline/text"
	"github.com/rollcall-data/rollcall/stages"
)

// addressFields are those that an address is made of.
var addressFields = []record.Field{record.Street, record.Street2, record.City, record.Region, record.Postcode, record.Country}

// dateFields are those that a capture date is made of.
var dateFields = []record.Field{record.CreatedAt, record.UpdatedAt, record.EmailConfirmedAt, record.PhoneConfirmedAt, record.AddressConfirmedAt}

// recordsBefore are the records of the previous run as far as contact points go, in the order of their keys.
func (r *run) recordsBefore() iter.Seq2[*record.Record, error] {
	columns := []string{"source", "record_id", "email", "phone"}
	for _, f := range slices.Concat(addressFields, dateFields) {
		columns = append(columns, f.String())
	}
	return func(yield func(*record.Record, error) bool) {
		err := table.Scan(filepath.Join(r.plan.previous, "tables"), "cleaned", columns, func(x table.Row) error {
			b := &record.Record{Key: record.Key{Source: x.Text("source"), ID: x.Text("record_id")}, Emails: x.List("email"), Phones: x.List("phone")}
			for _, f := range addressFields {
				b.Text[f] = x.Text(f.String())
			}
			for _, f := range dateFields {
				b.Text[f] = x.Instant(f.String()).String()
			}
			if !yield(b, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, err)
		}
	}
}

// sightings are the days on which runs first saw the values of records.
type sightings map[uint64]record.Instant

// sighting names a value of a record, in a spelling that tidying does not change.
func sighting(k record.Key, kind record.Kind, value string) uint64 {
	switch kind {
	case record.PhonePoint:
		value = strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, value)
		value = value[max(len(value)-7, 0):] // prefixes come and go
	default:
		value = text.Fold(value)
	}
	var d xxhash.Digest
	d.ResetWithSeed(uint64(kind))
	for _, s := range [...]string{k.Source, "\x00", k.ID, "\x00", value} {
		_, _ = d.WriteString(s) // a hash never fails
	}
	return d.Sum64()
}

// seenBefore finds when the values of the previous run's records were first seen: for a point without any date of its own
// that is its capture date. Nil where there was no previous run.
func (r *run) seenBefore() (sightings, error) {
	if r.plan.previous == "" {
		return nil, nil
	}
	first := make(sightings)
	columns := []string{"kind", "value", "display", "street", "city", "postcode", "source", "record_id", "first_seen_at"}
	err := table.Scan(filepath.Join(r.plan.previous, "tables"), "contact_points", columns, func(x table.Row) error {
		k, kind := record.Key{Source: x.Text("source"), ID: x.Text("record_id")}, kindByName(x.Text("kind"))
		for _, v := range [...]string{x.Text("value"), x.Text("display"), placeLine(x.Text("street"), x.Text("postcode"), x.Text("city"))} {
			if at := x.Instant("first_seen_at"); at.Known() {
				first[sighting(k, kind, v)] = at
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	run := record.At(config.Day(r.plan.prevAsOf).Time())
	seen := make(sightings)
	for b, err := range r.recordsBefore() {
		if err != nil {
			return nil, err
		}
		for kind, values := range valuesOf(b) {
			for _, v := range values {
				name := sighting(b.Key, kind, v)
				seen[name] = cmp.Or(first[name], run)
			}
		}
	}
	return seen, nil
}

// of gives the record the days on which its values were first seen: of a kind of which one is new, none.
func (s sightings) of(r *record.Record) {
	for kind, values := range valuesOf(r) {
		var last record.Instant
		for _, v := range values {
			at := s[sighting(r.Key, kind, v)]
			if !at.Known() {
				last = 0
				break
			}
			last = max(last, at)
		}
		r.Seen[kind] = last
	}
}

// valuesOf are the values of a record that make its contact points, as they are written.
func valuesOf(r *record.Record) map[record.Kind][]string {
	return map[record.Kind][]string{
		record.EmailPoint: r.Emails, record.PhonePoint: r.Phones, record.PostPoint: {placeLine(r.Text[record.Street], r.Text[record.Postcode], r.Text[record.City])},
	}
}

func placeLine(street, postcode, city string) string { return street + " " + postcode + " " + city }

func kindByName(name string) record.Kind {
	for _, k := range [...]record.Kind{record.EmailPoint, record.PhonePoint, record.PostPoint} {
		if k.String() == name {
			return k
		}
	}
	return record.None
}

// formerPoints are the contact points that records had in the previous run, or in one before it, and have no longer, by
// record.
func (r *run) formerPoints(ctx context.Context) (map[record.Key][]record.ContactPoint, error) {
	if r.plan.previous == "" {
		return nil, nil
	}
	o, err := r.cleanOptions()
	if err != nil {
		return nil, err
	}
	alone, err := stages.Alone(o)
	if err != nil {
		return nil, err
	}
	out, err := r.supersededBefore()
	if err != nil {
		return nil, err
	}
	next, stop := iter.Pull2(r.recordsBefore())
	defer stop()
	b, err, more := next()
	asOf := record.At(config.Day(r.plan.prevAsOf).Time())
	for more && err == nil && b == nil {
		b, err, more = next()
	}
	if err != nil {
		return nil, err
	}
	err = eachBatch(ctx, r, r.work.path(cleanedSpool),
		func(x batch) (batch, error) { return x, nil },
		func(x batch) error {
			for i := range x.records {
				now := &x.records[i]
				for more && b.Key.Compare(now.Key) < 0 {
					if b, err, more = next(); err != nil {
						return err
					}
				}
				if !more || b.Key != now.Key || !lost(now, b) {
					continue
				}
				list, err := pointsOf(b, now, alone, asOf)
				if err != nil {
					return err
				}
				for _, p := range list {
					if !slices.ContainsFunc(now.Points, func(q record.ContactPoint) bool { return q.Kind == p.Kind && q.Value == p.Value }) {
						out[now.Key] = append(out[now.Key], p)
					}
				}
			}
			return nil
		})
	return out, err
}

// lost reports whether a record no longer has a value that it had.
func lost(now, before *record.Record) bool {
	gone := func(had, has []string) bool {
		return slices.ContainsFunc(had, func(v string) bool { return !slices.Contains(has, v) })
	}
	if gone(before.Emails, now.Emails) || gone(before.Phones, now.Phones) {
		return true
	}
	return slices.ContainsFunc(addressFields, func(f record.Field) bool { return before.Text[f] != now.Text[f] })
}

// pointsOf makes the points that a record had.
func pointsOf(before, now *record.Record, alone map[record.Kind]stages.Mapper, asOf record.Instant) ([]record.ContactPoint, error) {
	x := *before
	x.DefaultCountry = now.DefaultCountry
	for _, kind := range [...]record.Kind{record.PostPoint, record.EmailPoint, record.PhonePoint} {
		if err := alone[kind].Clean(&x); err != nil {
			return nil, err
		}
	}
	for i := range x.Points {
		p := &x.Points[i]
		p.Key, p.Sources = now.Key, []string{now.Source}
		if p.CapturedAt = x.Captured(p.Kind); !p.CapturedAt.Known() {
			p.CapturedAt = asOf
		}
		p.FirstSeenAt, p.ConfirmedAt = p.CapturedAt, x.Confirmed(p.Kind)
	}
	return x.Points, nil
}

// supersededBefore are the points that were superseded in the previous run already: the record that had them no longer
// tells.
func (r *run) supersededBefore() (map[record.Key][]record.ContactPoint, error) {
	out := make(map[record.Key][]record.ContactPoint)
	columns := []string{
		"kind", "value", "display", "reasons", "phone_type", "phone_region", "street", "street_2", "city", "region", "postcode", "country",
		"sources", "source", "record_id", "captured_at", "first_seen_at", "confirmed_at",
	}
	err := table.Scan(filepath.Join(r.plan.previous, "tables"), "contact_points", columns, func(x table.Row) error {
		if !slices.Contains(x.List("reasons"), string(record.Superseded)) {
			return nil
		}
		p := record.ContactPoint{
			Kind: kindByName(x.Text("kind")), Value: x.Text("value"), Display: x.Text("display"), PhoneType: x.Text("phone_type"), PhoneRegion: x.Text("phone_region"), PCurrent: -1,
			Address: record.Address{Street: x.Text("street"), Street2: x.Text("street_2"), City: x.Text("city"), Region: x.Text("region"), Postcode: x.Text("postcode"), Country: x.Text("country")},
			Key:     record.Key{Source: x.Text("source"), ID: x.Text("record_id")}, Sources: x.List("sources"),
			CapturedAt: x.Instant("captured_at"), FirstSeenAt: x.Instant("first_seen_at"), ConfirmedAt: x.Instant("confirmed_at"),
		}
		list := out[p.Key]
		if !slices.ContainsFunc(list, func(q record.ContactPoint) bool { return q.Kind == p.Kind && q.Value == p.Value }) { // a mobile has a row by text and one by voice
			out[p.Key] = append(list, p)
		}
		return nil
	})
	return out, err
}
