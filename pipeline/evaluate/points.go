package evaluate

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Point is a row of contact_points.
type Point struct {
	CustomerID                string
	record.Key                // the record whose capture is the latest
	Kind, Channel             string
	Value, Display            string
	ReplacedBy                string
	Street, Postcode, Country string
	Status                    string
	Reasons                   []string // strongest first
	Contactable               bool
}

// PointScore is the run's verdicts against the truth, counted in rows of the truth: a point of a customer counts as often as
// records carry it.
type PointScore struct {
	Rows      int64          `json:"rows"`
	Absent    int64          `json:"absent"`    // the run's customer of that record has no such point
	Corrected int64          `json:"corrected"` // absent because the value that was meant stands in its place
	Erased    int64          `json:"erased"`
	Leaked    int64          `json:"erased_and_contactable"`
	Unmatched int64          `json:"unmatched"` // rows of the run that the truth does not speak of
	Statuses  []StatusScore  `json:"statuses"`
	Reasons   []ReasonScore  `json:"reasons"`
	Channels  []ChannelScore `json:"channels"`
	// Usable points that the run calls obsolete, by the run's reason.
	WronglyObsolete map[string]int64 `json:"current_called_obsolete"`
}

// StatusScore says how well one status was told. Predicted counts rows whose point the run gives that status.
type StatusScore struct {
	Status string `json:"status"`
	Counts
}

// ReasonScore says how well one reason of one kind was found. A point of the run has every reason that stands among its
// reasons, the strongest or not; one that was corrected has the truth's.
type ReasonScore struct {
	Kind   string `json:"kind"`
	Reason string `json:"reason"`
	Counts
	// What truth says may be used on any channel, and what the run allows, among the truth's rows of this reason.
	TrulyContactable int64 `json:"truly_contactable"`
	Contactable      int64 `json:"contactable"`
	Wrongly          int64 `json:"wrongly_contactable"`
}

// ChannelScore says how well contactable was told on a channel.
type ChannelScore struct {
	Channel string `json:"channel"`
	Counts
}

// Counts are rows of the truth.
type Counts struct {
	True      int64 `json:"true"`
	Predicted int64 `json:"predicted"`
	Right     int64 `json:"right"`
	Precision Part  `json:"precision"` // Nothing where nothing was predicted
	Recall    Part  `json:"recall"`    // Nothing where nothing is true
}

// Part is a share of something, 0..1.
type Part float64

// Nothing is a part of nothing: null in JSON.
const Nothing Part = -1

// MarshalJSON writes the share, or null.
func (p Part) MarshalJSON() ([]byte, error) {
	if p == Nothing {
		return []byte("null"), nil
	}
	return json.Marshal(float64(p))
}

// told is a row of the truth and what the run says of it.
type told struct {
	customer    int32
	kind        uint8
	key, loose  uint64
	record      digest
	status      uint8
	reason      uint16
	contactable [4]uint8 // 0 not served, 1 no, 2 yes

	level     uint8 // how the run's point was recognised; 0 not at all
	first     digest
	predicted uint8
	reasons   []uint16 // of the run, strongest first
	allowed   [4]bool
}

var (
	kinds    = []string{"email", "phone", "post"}
	channels = []string{"email", "sms", "voice", "post"}
	statuses = []string{"valid", "risky", "unknown", "obsolete", "invalid", ""}
)

// Points scores the run's contact points against truth_points CSV: columns record_id, kind, value, status, reason,
// replaced_by, contactable_email, contactable_sms, contactable_voice, contactable_post and, where there are several
// sources, source. It holds about 100 bytes a row of the truth.
//
// A row of the truth belongs to the customer that its record became, and to that customer's point of the same value in
// whatever spelling; a postal address is recognised by country, postcode and the numbers of its street.
func Points(r io.Reader, name string, run iter.Seq2[Assignment, error], points iter.Seq2[Point, error]) (PointScore, error) {
	words := &lexicon{number: map[string]uint16{}}
	rows, records, withSource, err := readTold(r, name, words)
	if err != nil {
		return PointScore{}, err
	}
	customers, err := place(rows, records, withSource, run)
	if err != nil {
		return PointScore{}, err
	}
	slices.SortFunc(rows, func(a, b told) int {
		return cmp.Or(cmp.Compare(a.customer, b.customer), cmp.Compare(a.kind, b.kind), cmp.Compare(a.key, b.key), cmp.Compare(a.record.a, b.record.a))
	})
	out := PointScore{Rows: int64(len(rows)), WronglyObsolete: map[string]int64{}}
	for p, err := range points {
		if err != nil {
			return PointScore{}, fmt.Errorf("evaluate: %w", err)
		}
		if !match(rows, customers, &p, withSource, words) {
			out.Unmatched++
		}
	}
	out.count(rows, words)
	return out, nil
}

// lexicon numbers reasons.
type lexicon struct {
	number map[string]uint16
	words  []string
}

func (l *lexicon) of(word string) uint16 {
	if len(l.words) > math.MaxUint16 && l.number[word] == 0 {
		return 0 // so many words are none of ours
	}
	n, ok := l.number[word]
	if !ok {
		n = uint16(len(l.words))
		l.number[word] = n
		l.words = append(l.words, word)
	}
	return n
}

func readTold(r io.Reader, name string, words *lexicon) ([]told, map[digest]int32, bool, error) {
	t, err := openTable(r, name, "record_id", "kind", "value", "status", "reason", "replaced_by",
		"contactable_email", "contactable_sms", "contactable_voice", "contactable_post")
	if err != nil {
		return nil, nil, false, err
	}
	source := t.optional("source")
	words.of("")
	var rows []told
	records := map[digest]int32{}
	for {
		cells, err := t.next()
		if errors.Is(err, io.EOF) {
			return rows, records, source >= 0, nil
		}
		if err != nil {
			return nil, nil, false, err
		}
		cell := func(column string) string { return cells[t.column[column]] }
		row := told{customer: -1, reason: words.of(cell("reason"))}
		kind, status := slices.Index(kinds, cell("kind")), slices.Index(statuses, cell("status"))
		if kind < 0 {
			return nil, nil, false, t.fault("kind is not email, phone or post")
		}
		if status < 0 {
			return nil, nil, false, t.fault("status is not one of the five")
		}
		row.kind, row.status = uint8(kind), uint8(status)
		row.key, row.loose = truthKeys(kind, cell("value"), cell("replaced_by"))
		for i, c := range channels {
			switch cell("contactable_" + c) {
			case "true":
				row.contactable[i] = 2
			case "false":
				row.contactable[i] = 1
			case "":
			default:
				return nil, nil, false, t.fault("contactable is not true, false or empty")
			}
		}
		id := record.Key{ID: cell("record_id")}
		if source >= 0 {
			id.Source = cells[source]
		}
		row.record = digestOf(id.Source, id.ID)
		records[row.record] = -1
		rows = append(rows, row)
	}
}

// place finds the customer of each row's record and numbers them.
func place(rows []told, records map[digest]int32, withSource bool, run iter.Seq2[Assignment, error]) (map[digest]int32, error) {
	customers := map[digest]int32{}
	for a, err := range run {
		if err != nil {
			return nil, fmt.Errorf("evaluate: %w", err)
		}
		if a.CustomerID == "" {
			continue
		}
		if !withSource {
			a.Source = ""
		}
		d := digestOf(a.Source, a.ID)
		if _, asked := records[d]; !asked {
			continue
		}
		c := digestOf(a.CustomerID)
		n, known := customers[c]
		if !known {
			n = int32(len(customers))
			customers[c] = n
		}
		if was := records[d]; was >= 0 && was != n && !withSource {
			return nil, errors.New("evaluate: two sources of the run share a record_id: the key needs a column source")
		}
		records[d] = n
	}
	for i := range rows {
		rows[i].customer = records[rows[i].record]
	}
	return customers, nil
}

// How a point of the run is recognised; a higher level wins.
const (
	byCorrection = 1 + iota // the value that was meant, in place of the one that was given
	byLoose                 // the same replacement, or the same last digits
	byValue
	byRecord // the value, and the point's own record
)

// match gives the run's point to the rows of the truth that mean it; false when none does.
func match(rows []told, customers map[digest]int32, p *Point, withSource bool, words *lexicon) bool {
	customer, known := customers[digestOf(p.CustomerID)]
	kind := slices.Index(kinds, p.Kind)
	if !known || kind < 0 {
		return false
	}
	keys := pointKeys(kind, p)
	if !withSource {
		p.Source = ""
	}
	own := digestOf(p.Source, p.ID)
	from, _ := slices.BinarySearchFunc(rows, told{customer: customer, kind: uint8(kind)}, func(a, b told) int {
		return cmp.Or(cmp.Compare(a.customer, b.customer), cmp.Compare(a.kind, b.kind))
	})
	found := false
	for i := from; i < len(rows) && rows[i].customer == customer && int(rows[i].kind) == kind; i++ {
		r := &rows[i]
		level := uint8(0)
		switch {
		case keys.is(r.key) && own == r.record:
			level = byRecord
		case keys.is(r.key):
			level = byValue
		case r.loose != 0 && (keys.replaced == r.loose || keys.tail == r.loose):
			level = byLoose
		case r.loose != 0 && keys.value == r.loose && statuses[r.status] == "invalid":
			level = byCorrection
		}
		if level == 0 {
			continue
		}
		found = true
		r.take(level, p, words)
	}
	return found
}

// take gives a point of the run to the row. Of several that are as near, the one that comes first by value and record gives
// the status, so that their order does not; a channel is allowed where one of them allows it.
func (r *told) take(level uint8, p *Point, words *lexicon) {
	first := digestOf(p.Value, p.Source, p.ID)
	switch {
	case level < r.level:
		return
	case level > r.level:
		r.level, r.allowed = level, [4]bool{}
		r.judged(p, first, words)
	case first.less(r.first):
		r.judged(p, first, words)
	}
	if c := slices.Index(channels, p.Channel); c >= 0 && p.Contactable {
		r.allowed[c] = true
	}
}

// judged takes over what the run says of a point.
func (r *told) judged(p *Point, at digest, words *lexicon) {
	r.first, r.reasons = at, r.reasons[:0]
	r.predicted = uint8(max(slices.Index(statuses, p.Status), 0))
	for _, reason := range p.Reasons {
		r.reasons = append(r.reasons, words.of(reason))
	}
}
