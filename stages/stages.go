// Package stages lists the clean stages in the order in which every record walks through them.
package stages

import (
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/stages/addresses"
	"github.com/rollcall-data/rollcall/stages/dates"
	"github.com/rollcall-data/rollcall/stages/emails"
	"github.com/rollcall-data/rollcall/stages/names"
	"github.com/rollcall-data/rollcall/stages/phones"
	"github.com/rollcall-data/rollcall/stages/values"
)

// Mapper is a clean stage: a pure function of one record, safe to call twice or concurrently. The record, a kilobyte of
// fields, is cleaned where it lies: what is added may use the spare room of its lists. An error means that the run is broken,
// not the row.
type Mapper interface {
	Clean(*record.Record) error
}

// Options are the stages' own.
type Options struct {
	Addresses addresses.Options
	Dates     dates.Options
	Emails    emails.Options
	Names     names.Options
	Phones    phones.Options
	Values    values.Options
}

// Clean gives the stages in order. Dates come first, since rules of other stages go by capture dates; text is mended before
// values tidy away what tells how it was mangled; addresses settle the country that names and numbers are read by.
func Clean(o Options) ([]Mapper, error) {
	mails, err := emails.New(o.Emails)
	if err != nil {
		return nil, err
	}
	numbers, err := phones.New(o.Phones)
	if err != nil {
		return nil, err
	}
	return []Mapper{dates.New(o.Dates), names.NewMender(o.Names), values.New(o.Values), addresses.New(o.Addresses), names.New(o.Names), mails, numbers}, nil
}

// Alone gives the stage that settles a contact point of each kind when it comes alone, as in a feed: the others have nothing
// to say of it. A line of an address stands in the street.
func Alone(o Options) (map[record.Kind]Mapper, error) {
	mails, err := emails.New(o.Emails)
	if err != nil {
		return nil, err
	}
	numbers, err := phones.New(o.Phones)
	if err != nil {
		return nil, err
	}
	return map[record.Kind]Mapper{record.EmailPoint: mails, record.PhonePoint: numbers, record.PostPoint: addresses.New(o.Addresses)}, nil
}
