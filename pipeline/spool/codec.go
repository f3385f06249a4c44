package spool

import (
	"encoding/binary"
	"math"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// A row is written field by field in the order of its struct: numbers as varints, strings behind their length. The
// single-valued fields of a record are mostly empty, so a bit mask says which follow. Much of a contact point stands in its
// record too, and much of a finding in its point: such a string is one byte, which says that it is the same.

// AppendRecord appends the encoded record to dst.
func AppendRecord(dst []byte, r *record.Record) []byte {
	e := encoder{dst}
	e.record(r)
	return e.b
}

// DecodeRecord reads what [AppendRecord] wrote. The strings of r are parts of one new string, so that a record costs few
// allocations; keeping one of them keeps the row.
func DecodeRecord(row []byte, r *record.Record) error {
	d := decoder{s: string(row)}
	d.record(r)
	return d.finish()
}

// DecodeKey reads only the key of what [AppendRecord] wrote.
func DecodeKey(row []byte) (record.Key, error) {
	end := 0
	for range 2 {
		n, w := binary.Uvarint(row[end:])
		if w <= 0 || n > uint64(len(row)-end-w) {
			return record.Key{}, ErrTorn
		}
		end += w + int(n)
	}
	d := decoder{s: string(row[:end])}
	return d.key(), nil
}

// DecodeRecords reads all rows of a frame of records into records, which must have room for [Frame.Rows] of them. Their
// strings are parts of one new string, and their lists of one new list: for a step that keeps all or none.
func DecodeRecords(f *Frame, records []record.Record) error {
	d := decoder{room: make([]string, 0, roomPerRow*f.Rows)}
	rest := string(f.data)
	for i := range f.Rows {
		d.s = rest
		n := d.count()
		if d.torn {
			return ErrTorn
		}
		d.s, rest = d.s[:n], d.s[n:]
		d.record(&records[i])
		if err := d.finish(); err != nil {
			return err
		}
	}
	if rest != "" {
		return ErrTorn
	}
	return nil
}

// roomPerRow is about how many values the lists of a record hold.
const roomPerRow = 4

// AppendReject appends the encoded reject to dst.
func AppendReject(dst []byte, r *record.Reject) []byte {
	e := encoder{dst}
	e.strings(r.Source, r.File)
	e.int(r.Row)
	e.strings(r.Reason, r.Detail, r.Raw)
	return e.b
}

// DecodeReject reads what [AppendReject] wrote.
func DecodeReject(row []byte, r *record.Reject) error {
	d := decoder{s: string(row)}
	r.Source, r.File, r.Row = d.str(), d.str(), d.int()
	r.Reason, r.Detail, r.Raw = d.str(), d.str(), d.str()
	return d.finish()
}

// AppendCustomer appends the encoded customer, members included, to dst.
func AppendCustomer(dst []byte, c *record.Customer) []byte {
	e := encoder{dst}
	e.strings(c.ID, c.HouseholdID)
	e.text(&c.Text)
	e.str(c.Salutation)
	e.list(c.Socials)
	e.list(c.Kept)
	for _, k := range [...]record.Key{c.NameFrom, c.CompanyFrom, c.BirthDateFrom, c.AddressFrom} {
		e.key(k)
	}
	e.list(c.Sources)
	e.int(int64(c.FirstSeenAt))
	e.int(int64(c.LastSeenAt))
	e.float(c.LinkConfidence)
	e.bool(c.Erased)
	e.points(c.Points, owner{text: &c.Text, home: c.Text[record.Country]})
	e.changes(c.Changes)
	e.findings(c.Findings, c.Points)
	e.uint(uint64(len(c.Members)))
	for i := range c.Members {
		e.record(&c.Members[i])
	}
	return e.b
}

// DecodeCustomer reads what [AppendCustomer] wrote: everything that merge knows of a customer. What reach adds
// (verdicts on channels, repairs) is not kept between steps and comes back empty.
func DecodeCustomer(row []byte, c *record.Customer) error {
	d := decoder{s: string(row)}
	d.golden(c)
	c.Changes, c.Findings = d.changes(), d.findings(c.Points)
	if n := d.count(); n > 0 {
		c.Members = make([]record.Record, n)
		for i := range c.Members {
			d.record(&c.Members[i])
		}
	}
	return d.finish()
}

// DecodeGolden reads of a customer only its own values and contact points: neither changes nor findings nor members.
func DecodeGolden(row []byte, c *record.Customer) error {
	d := decoder{s: string(row)}
	d.golden(c)
	if d.torn {
		return ErrTorn
	}
	return nil
}

func (d *decoder) golden(c *record.Customer) {
	*c = record.Customer{ID: d.str(), HouseholdID: d.str()}
	d.text(&c.Text)
	c.Salutation = d.str()
	c.Socials, c.Kept = d.list(), d.list()
	for _, k := range [...]*record.Key{&c.NameFrom, &c.CompanyFrom, &c.BirthDateFrom, &c.AddressFrom} {
		*k = d.key()
	}
	c.Sources = d.list()
	c.FirstSeenAt, c.LastSeenAt = record.Instant(d.int()), record.Instant(d.int())
	c.LinkConfidence = d.float()
	c.Erased = d.bool()
	c.Points = d.points(owner{text: &c.Text, home: c.Text[record.Country]})
}

type encoder struct{ b []byte }

func (e *encoder) uint(v uint64)    { e.b = binary.AppendUvarint(e.b, v) }
func (e *encoder) int(v int64)      { e.b = binary.AppendVarint(e.b, v) }
func (e *encoder) byte(v byte)      { e.b = append(e.b, v) }
func (e *encoder) key(k record.Key) { e.strings(k.Source, k.ID) }

func (e *encoder) float(v float64) { e.b = binary.LittleEndian.AppendUint64(e.b, math.Float64bits(v)) }

func (e *encoder) str(s string) {
	if len(s) < 0x80 { // as nearly all are
		e.b = append(append(e.b, byte(len(s))), s...)
		return
	}
	e.uint(uint64(len(s)))
	e.b = append(e.b, s...)
}

// like writes a string that is often the same as another that was written before.
func (e *encoder) like(s, other string) {
	if s == other {
		e.byte(0)
		return
	}
	e.uint(uint64(len(s)) + 1)
	e.b = append(e.b, s...)
}

func (e *encoder) bool(v bool) {
	if v {
		e.byte(1)
	} else {
		e.byte(0)
	}
}

func (e *encoder) strings(list ...string) {
	for _, s := range list {
		e.str(s)
	}
}

func (e *encoder) list(list []string) {
	e.uint(uint64(len(list)))
	e.strings(list...)
}

func (e *encoder) text(t *[record.NumFields]string) {
	var mask uint64
	for i := range t {
		if t[i] != "" {
			mask |= 1 << i
		}
	}
	e.uint(mask)
	for i := range t {
		if t[i] != "" {
			e.str(t[i])
		}
	}
}

func (e *encoder) record(r *record.Record) {
	e.key(r.Key)
	e.str(r.File)
	e.int(r.Row)
	e.b = binary.LittleEndian.AppendUint64(e.b, r.Digest)
	e.str(r.DefaultCountry)
	for _, at := range r.Seen {
		e.int(int64(at))
	}
	e.text(&r.Text)
	e.uint(uint64(len(r.Identifiers)))
	for _, x := range r.Identifiers {
		e.strings(x.Kind, x.Value)
	}
	e.list(r.Emails)
	e.list(r.Phones)
	e.list(r.PhoneHomes)
	e.list(r.Socials)
	e.list(r.Kept)
	e.points(r.Points, owner{r.Key, &r.Text, r.Home()})
	e.changes(r.Changes)
	e.findings(r.Findings, r.Points)
}

// owner is what the points of a record or customer are mostly written like.
type owner struct {
	key  record.Key
	text *[record.NumFields]string
	home string
}

func (e *encoder) points(list []record.ContactPoint, o owner) {
	e.uint(uint64(len(list)))
	for i := range list {
		p := &list[i]
		e.byte(byte(p.Kind))
		e.str(p.Value)
		e.like(p.Display, p.Value)
		e.byte(byte(p.Status))
		e.uint(uint64(len(p.Reasons)))
		for _, r := range p.Reasons {
			e.str(string(r))
		}
		e.strings(p.ReplacedBy, p.PhoneType, p.PhoneRegion)
		a := &p.Address
		e.bool(*a != record.Address{})
		if *a != (record.Address{}) {
			e.like(a.Street, o.text[record.Street])
			e.like(a.Street2, o.text[record.Street2])
			e.like(a.City, o.text[record.City])
			e.like(a.Region, o.text[record.Region])
			e.like(a.Postcode, o.text[record.Postcode])
			e.like(a.Country, o.home)
		}
		e.like(p.Key.Source, o.key.Source)
		e.like(p.Key.ID, o.key.ID)
		e.uint(uint64(len(p.Sources)))
		for _, s := range p.Sources {
			e.like(s, p.Key.Source)
		}
		e.int(int64(p.CapturedAt))
		e.int(int64(p.FirstSeenAt))
		e.int(int64(p.ConfirmedAt))
	}
}

func (e *encoder) changes(list []record.Change) {
	e.uint(uint64(len(list)))
	for i := range list {
		c := &list[i]
		e.strings(c.Field, c.Before, c.After, c.Rule)
		e.float(c.Confidence)
	}
}

// findings are mostly about the value of the first point of their kind.
func (e *encoder) findings(list []record.Finding, points []record.ContactPoint) {
	e.uint(uint64(len(list)))
	for i := range list {
		f := &list[i]
		e.byte(byte(f.Kind))
		e.byte(byte(f.Channel))
		e.like(f.Value, firstOf(f.Kind, points))
		e.strings(string(f.Code), string(f.Effect))
		e.int(int64(f.At))
		e.strings(f.Source, f.ID, f.Detail)
	}
}

func firstOf(k record.Kind, points []record.ContactPoint) string {
	for i := range points {
		if points[i].Kind == k {
			return points[i].Value
		}
	}
	return ""
}

// decoder reads a row; after the first short read everything is empty and finish says so.
type decoder struct {
	s    string
	torn bool
	room []string // that lists may share
}

func (d *decoder) finish() error {
	if d.torn || len(d.s) != 0 {
		return ErrTorn
	}
	return nil
}

func (d *decoder) take(n uint64) string {
	if n > uint64(len(d.s)) {
		d.s, d.torn = "", true
		return ""
	}
	s := d.s[:n]
	d.s = d.s[n:]
	return s
}

func (d *decoder) uint() uint64 {
	var v uint64
	for i := 0; i < len(d.s) && i < binary.MaxVarintLen64; i++ {
		b := d.s[i]
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			d.s = d.s[i+1:]
			return v
		}
	}
	d.s, d.torn = "", true
	return 0
}

func (d *decoder) int() int64 {
	u := d.uint()
	return int64(u>>1) ^ -int64(u&1)
}

func (d *decoder) fixed() uint64 {
	b := d.take(8)
	if len(b) < 8 {
		return 0
	}
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

func (d *decoder) byte() byte {
	b := d.take(1)
	if b == "" {
		return 0
	}
	return b[0]
}

func (d *decoder) str() string { return d.take(d.uint()) }
func (d *decoder) like(other string) string {
	if n := d.uint(); n > 0 {
		return d.take(n - 1)
	}
	return other
}

func (d *decoder) bool() bool      { return d.byte() == 1 }
func (d *decoder) float() float64  { return math.Float64frombits(d.fixed()) }
func (d *decoder) key() record.Key { return record.Key{Source: d.str(), ID: d.str()} }

// count reads a length; one that the rest of the row cannot hold is a torn row, not an allocation.
func (d *decoder) count() int {
	n := d.uint()
	if n > uint64(len(d.s)) {
		d.s, d.torn = "", true
		return 0
	}
	return int(n)
}

func (d *decoder) list() []string {
	list := d.strings(d.count())
	for i := range list {
		list[i] = d.str()
	}
	return list
}

// strings makes room for some; nil for none.
func (d *decoder) strings(n int) []string {
	if n == 0 {
		return nil
	}
	from := len(d.room)
	if n > cap(d.room)-from {
		d.room, from = make([]string, 0, n), 0
	}
	d.room = d.room[:from+n]
	return d.room[from : from+n : from+n]
}

func (d *decoder) text(t *[record.NumFields]string) {
	mask := d.uint()
	for i := range t {
		if mask&(1<<i) != 0 {
			t[i] = d.str()
		} else {
			t[i] = ""
		}
	}
}

func (d *decoder) record(r *record.Record) {
	*r = record.Record{} // not with what follows: that would be made elsewhere and copied
	r.Key, r.File, r.Row, r.Digest, r.DefaultCountry = d.key(), d.str(), d.int(), d.fixed(), d.str()
	for i := range r.Seen {
		r.Seen[i] = record.Instant(d.int())
	}
	d.text(&r.Text)
	if n := d.count(); n > 0 {
		r.Identifiers = make([]record.IdentifierValue, n)
		for i := range r.Identifiers {
			r.Identifiers[i] = record.IdentifierValue{Kind: d.str(), Value: d.str()}
		}
	}
	r.Emails, r.Phones, r.PhoneHomes, r.Socials, r.Kept = d.list(), d.list(), d.list(), d.list(), d.list()
	r.Points, r.Changes = d.points(owner{r.Key, &r.Text, r.Home()}), d.changes()
	r.Findings = d.findings(r.Points)
}

func (d *decoder) points(o owner) []record.ContactPoint {
	n := d.count()
	if n == 0 {
		return nil
	}
	list := make([]record.ContactPoint, n)
	for i := range list {
		p := &list[i]
		p.Kind, p.Value = record.Kind(d.byte()), d.str()
		p.Display, p.Status = d.like(p.Value), record.Status(d.byte())
		if n := d.count(); n > 0 {
			p.Reasons = make([]record.Reason, n)
			for j := range p.Reasons {
				p.Reasons[j] = record.Reason(d.str())
			}
		}
		p.ReplacedBy, p.PhoneType, p.PhoneRegion = d.str(), d.str(), d.str()
		if d.bool() {
			p.Address = record.Address{
				Street: d.like(o.text[record.Street]), Street2: d.like(o.text[record.Street2]), City: d.like(o.text[record.City]),
				Region: d.like(o.text[record.Region]), Postcode: d.like(o.text[record.Postcode]), Country: d.like(o.home),
			}
		}
		p.Key = record.Key{Source: d.like(o.key.Source), ID: d.like(o.key.ID)}
		p.Sources = d.strings(d.count())
		for j := range p.Sources {
			p.Sources[j] = d.like(p.Key.Source)
		}
		p.CapturedAt, p.FirstSeenAt, p.ConfirmedAt = record.Instant(d.int()), record.Instant(d.int()), record.Instant(d.int())
	}
	return list
}

func (d *decoder) changes() []record.Change {
	n := d.count()
	if n == 0 {
		return nil
	}
	list := make([]record.Change, n)
	for i := range list {
		list[i] = record.Change{Field: d.str(), Before: d.str(), After: d.str(), Rule: d.str(), Confidence: d.float()}
	}
	return list
}

func (d *decoder) findings(points []record.ContactPoint) []record.Finding {
	n := d.count()
	if n == 0 {
		return nil
	}
	list := make([]record.Finding, n)
	for i := range list {
		kind, channel := record.Kind(d.byte()), record.Channel(d.byte())
		list[i] = record.Finding{
			Kind: kind, Channel: channel, Value: d.like(firstOf(kind, points)),
			Code: record.Reason(d.str()), Effect: record.Effect(d.str()),
			At: record.Instant(d.int()), Source: d.str(), ID: d.str(), Detail: d.str(),
		}
	}
	return list
}
