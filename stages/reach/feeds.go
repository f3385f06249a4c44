package reach

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Feed is one feed of the job.
type Feed struct {
	Name      string
	Kind      string // events, contacts, suppression, reassigned, erasure
	Channel   record.Channel
	Countries []string // that a list speaks for; none: all
	Hash      string   // sha256, sha1, md5, hmac: the list holds hashes
	AsOf      string   // yyyy-mm-dd
	Stale     bool     // the list is older than its max_age
	Lists     *Lists   // nil: those that come with the program
}

func (f *Feed) lists() *Lists {
	if f.Lists == nil {
		return builtIn()
	}
	return f.Lists
}

// Reader makes rows of a feed's cells. It is safe for concurrent use.
type Reader struct {
	feed  Feed
	at    [numColumns][][]int // alternatives, of which the first that is filled counts; the cells of one are joined
	fixed [numColumns]string
}

// Row is one row of a feed: what it says, and of which contact point. The point's raw value walks through the clean stages
// as a record of its own.
type Row struct {
	Type    string // bounce, complaint, ...; contact, suppress, reassigned, erase; empty: nothing of a contact point
	Channel record.Channel
	Value   string // raw
	Kind    record.Kind
	Phone   string // raw: the number of somebody to erase whose mailbox is named as well
	At      string // raw
	Code    string
	Detail  string
	Record  record.Key // where the row names a record
}

// NewReader finds a feed's columns by their names; given maps columns that are called otherwise. A list of one column needs
// no header: headless says that the first row is data.
func NewReader(f Feed, header []string, given map[string][]string) (r *Reader, headless bool, err error) {
	r = &Reader{feed: f}
	plain := make([]string, len(header))
	for i, h := range header {
		plain[i] = word(h)
	}
	names := columns[f.Kind]
	known := false
	if f.Kind == "events" && len(given) == 0 {
		if s := f.lists().senderOf(plain); s != nil {
			names, known = s.columns, true
		}
	}
	for c, name := range columnNames {
		for _, n := range names[name] {
			if fixed, ok := strings.CutPrefix(n, "="); ok {
				r.fixed[c] = fixed
			} else if cells := matching(plain, n); cells != nil {
				r.at[c] = append(r.at[c], cells)
				if column(c) == typeColumn && !known { // where type is empty, the status of something else is none
					break
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		g := given[name]
		if other := aliases[f.Kind][name]; other != "" {
			name = other
		}
		c := slices.Index(columnNames[:], name)
		if c < 0 || len(g) == 0 {
			continue
		}
		i := slices.Index(header, g[0])
		if i < 0 {
			return nil, false, fmt.Errorf("feed %s has no column %q; it has %s", f.Name, g[0], strings.Join(header, ", "))
		}
		r.at[c] = [][]int{{i}}
	}
	if r.complete() {
		return r, false, nil
	}
	if f.Kind == "suppression" && len(header) == 1 {
		r.at[valueColumn] = [][]int{{0}}
		return r, true, nil
	}
	return nil, false, fmt.Errorf("feed %s lacks a column that feeds of %s need (%s); it has %s", f.Name, f.Kind, strings.Join(needs[f.Kind], ", "), strings.Join(header, ", "))
}

func (r *Reader) complete() bool {
	some := false
	for c := range numColumns {
		some = some || r.at[c] != nil
	}
	for _, n := range needs[r.feed.Kind] {
		if other := aliases[r.feed.Kind][n]; other != "" {
			n = other
		}
		if c := slices.Index(columnNames[:], n); r.at[c] == nil && r.fixed[c] == "" {
			return false
		}
	}
	return some
}

// get is the text of a column.
func (r *Reader) get(cells []string, c column) string {
	for _, at := range r.at[c] {
		text := ""
		for _, i := range at {
			if i >= len(cells) {
				continue
			}
			switch s := strings.TrimSpace(cells[i]); {
			case s == "":
			case text == "":
				text = s
			default:
				text += "; " + s
			}
		}
		if text != "" {
			return text
		}
	}
	return r.fixed[c]
}

// Read makes a row; a row that says nothing that is understood is an error, which quarantines it.
func (r *Reader) Read(cells []string) (Row, error) {
	row := Row{
		At: r.get(cells, atColumn), Code: r.get(cells, codeColumn), Detail: word(r.get(cells, detailColumn)), Value: r.get(cells, valueColumn),
		Record: record.Key{Source: r.get(cells, sourceColumn), ID: r.get(cells, recordColumn)},
	}
	channel := r.get(cells, channelColumn)
	row.Channel = channelOf(channel)
	switch r.feed.Kind {
	case "events":
		if err := r.event(&row, cells, channel); err != nil {
			return row, err
		}
	case "contacts":
		row.Type = "contact"
	case "suppression":
		row.Type, row.Channel = "suppress", r.feed.Channel
		if h := r.feed.Hash; h != "" && isHash(row.Value) && len(row.Value) != hexLength(h) {
			return row, fmt.Errorf("the hash is not of the kind %s", h)
		} else if h == "" && isHash(row.Value) {
			return row, errors.New("the value looks like a hash: say in feeds[].hash of which kind")
		}
	case "reassigned":
		row.Type, row.Channel = "reassigned", record.ByVoice
		if row.Detail != "yes" && row.Detail != "no" && row.Detail != "no_data" {
			return row, fmt.Errorf("the answer is none of yes, no, no_data")
		}
	case "erasure":
		row.Type, row.Phone = "erase", r.get(cells, phoneColumn)
		switch {
		case row.Value != "":
			row.Kind = record.EmailPoint
		case row.Phone != "":
			row.Value, row.Kind, row.Phone = row.Phone, record.PhonePoint, ""
		}
	}
	switch {
	case row.Value != "" || row.Type == "":
	case row.Record.ID == "":
		return row, fmt.Errorf("the row names no contact point")
	case row.Record.Source == "":
		return row, fmt.Errorf("the row names a record without its source")
	}
	if row.Kind == record.None {
		row.Kind = kindOf(row, r.feed)
	}
	return row, nil
}

// event gives an events row the contract's words. A wish to be left alone on a channel that is not known covers all of the
// value's; a grant for such a channel is none.
func (r *Reader) event(row *Row, cells []string, channel string) error {
	what, words := word(r.get(cells, typeColumn)), r.feed.lists().words
	dotted := false
	if i := strings.LastIndexByte(what, '.'); i >= 0 { // users.messages.email.Open
		if row.Channel == record.AnyChannel {
			row.Channel = channelOf(what[strings.LastIndexByte(what[:i], '.')+1 : i])
		}
		what, dotted = what[i+1:], true
	}
	if strings.HasPrefix(word(r.get(cells, directionColumn)), "inbound") {
		row.Value, what, row.Code = r.get(cells, fromColumn), "reply", ""
		if h := words[word(r.get(cells, bodyColumn))]; h.what == "unsubscribe" || h.what == "opt_in" {
			what = h.what
		}
	}
	h, known := words[what]
	if dotted && h.what == "opt_in" { // who.knows.subscribed
		known = false
	}
	if says := word(r.get(cells, saysColumn)); words[says].what == "unsubscribe" || says == "opted_in" {
		h, known = words[says], true // to be subscribed is what most are who never said so
	}
	row.Type = h.what
	switch {
	case !known:
		row.Type = ""
		return fmt.Errorf("the type of event is not known")
	case row.Type == "opt_in" && channel != "" && row.Channel == record.AnyChannel:
		return fmt.Errorf("the channel is none of email, sms, voice, post")
	case row.Type == "bounce" && row.Channel == record.BySMS:
		row.text()
	case row.Type == "bounce" && row.Code == "":
		row.Code = h.code
	case row.Type == "call" && (h.code != "" || row.Detail == "dnc"):
		row.Detail = "do_not_call"
	}
	return nil
}

// text gives a text message that did not arrive the contract's words, by Twilio's error codes: who opted out, and a number
// that is no longer there. All else says nothing of the number.
func (r *Row) text() {
	switch r.Code {
	case "21610":
		r.Type, r.Code = "unsubscribe", ""
	case "30005":
		r.Type, r.Code, r.Detail = "call", "", "disconnected"
	default:
		r.Type = ""
	}
}

// word is a coded answer in the contract's spelling: small letters, parts joined by underscores.
func word(s string) string {
	s = strings.TrimSpace(s)
	if !strings.ContainsFunc(s, func(r rune) bool { return r == ' ' || r == '-' || r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf }) {
		return s
	}
	return strings.ToLower(oneWord.Replace(s))
}

var oneWord = strings.NewReplacer(" ", "_", "-", "_")

func channelOf(s string) record.Channel {
	switch s = word(s); s {
	case "phone", "call", "telephone":
		return record.ByVoice
	case "text", "text_message":
		return record.BySMS
	case "mail", "letter":
		return record.ByPost
	case "e_mail":
		return record.ByEmail
	}
	return record.ChannelByName(s)
}

// kindOf tells which kind of point a row speaks of: by its channel, else by the look of its value. A mailbox is one whatever
// the channel is called.
func kindOf(row Row, f Feed) record.Kind {
	digits := func() bool { return strings.ContainsAny(row.Value, "0123456789") }
	switch {
	case f.Hash != "" && isHash(row.Value):
		return record.None
	case row.Channel != record.AnyChannel && !(row.Channel == record.ByPost && strings.Contains(row.Value, "@")):
		return row.Channel.Kind()
	case row.Type == "returned_mail" || row.Value == "":
		return record.PostPoint
	case strings.Contains(row.Value, "@"):
		return record.EmailPoint
	case row.Type == "suppress" && digits(), digits() && !strings.ContainsAny(strings.ToLower(row.Value), "abcdefghijklmnopqrstuvwxyz,"):
		return record.PhonePoint
	case digits() || row.Type == "address_confirmed":
		return record.PostPoint
	}
	return record.EmailPoint
}
