package reach

import (
	"fmt"
	"maps"
	"slices"
	"strings"

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
}

// columns of each kind, with other names that common senders give them.
var columns = map[string]map[string][]string{
	"events": {
		"type":      {"type", "event", "event_type", "action", "notificationtype", "status", "eventtype"},
		"channel":   {"channel"},
		"value":     {"value", "email", "email_address", "recipient", "to", "address", "phone", "number", "destination", "phone_number"},
		"at":        {"at", "timestamp", "date", "time", "occurred_at", "created_at", "event_time", "sent_at"},
		"code":      {"code", "smtp_code", "status_code", "diagnostic", "response", "enhanced_status"},
		"detail":    {"detail", "reason", "outcome", "result", "description"},
		"source":    {"source"},
		"record_id": {"record_id"},
	},
	"contacts": {
		"channel": {"channel"}, "value": {"value", "email", "recipient", "to", "phone", "number"}, "at": {"at", "timestamp", "date", "sent_at", "time"},
		"source": {"source"}, "record_id": {"record_id"},
	},
	"suppression": {"value": {"value", "email", "phone", "number", "hash", "address"}},
	"reassigned":  {"phone": {"phone", "number", "value"}, "answer": {"answer", "result", "reassigned"}, "asked_at": {"asked_at", "at", "date"}},
	"erasure":     {"source": {"source"}, "record_id": {"record_id", "id"}, "email": {"email", "email_address"}, "phone": {"phone", "number"}},
}

// Reader makes rows of a feed's cells.
type Reader struct {
	feed Feed
	at   map[string]int
}

// Row is one row of a feed: what it says, and of which contact point. The point's raw value walks through the clean stages
// as a record of its own.
type Row struct {
	Type    string // bounce, complaint, ...; contact, suppress, reassigned, erase
	Channel record.Channel
	Value   string // raw
	Kind    record.Kind
	At      string // raw
	Code    string
	Detail  string
	Record  record.Key // where the row names a record
}

// NewReader finds a feed's columns by their names; given maps columns that are called otherwise. A list of one column needs
// no header: headless says that the first row is data.
func NewReader(f Feed, header []string, given map[string][]string) (r *Reader, headless bool, err error) {
	r = &Reader{f, make(map[string]int)}
	plain := make([]string, len(header))
	for i, h := range header {
		plain[i] = word(h)
	}
	for _, column := range slices.Sorted(maps.Keys(columns[f.Kind])) {
		names := columns[f.Kind][column]
		if g := given[column]; len(g) > 0 {
			i := slices.Index(header, g[0])
			if i < 0 {
				return nil, false, fmt.Errorf("feed %s has no column %q; it has %s", f.Name, g[0], strings.Join(header, ", "))
			}
			r.at[column] = i
			continue
		}
		for _, n := range names {
			if i := slices.Index(plain, n); i >= 0 {
				r.at[column] = i
				break
			}
		}
	}
	if len(r.at) > 0 && r.complete() {
		return r, false, nil
	}
	if f.Kind == "suppression" && len(header) == 1 {
		r.at["value"] = 0
		return r, true, nil
	}
	return nil, false, fmt.Errorf("feed %s lacks a column that feeds of %s need (%s); it has %s", f.Name, f.Kind, strings.Join(needs[f.Kind], ", "), strings.Join(header, ", "))
}

var needs = map[string][]string{
	"events": {"type", "at"}, "contacts": {"value", "at"}, "suppression": {"value"}, "reassigned": {"phone", "answer", "asked_at"}, "erasure": {},
}

func (r *Reader) complete() bool {
	for _, n := range needs[r.feed.Kind] {
		if _, ok := r.at[n]; !ok {
			return false
		}
	}
	return true
}

// Read makes a row; a row that says nothing that is understood is an error, which quarantines it.
func (r *Reader) Read(cells []string) (Row, error) {
	get := func(column string) string {
		i, ok := r.at[column]
		if !ok || i >= len(cells) {
			return ""
		}
		return strings.TrimSpace(cells[i])
	}
	row := Row{At: get("at"), Code: get("code"), Detail: word(get("detail")), Value: get("value"), Record: record.Key{Source: get("source"), ID: get("record_id")}}
	channel := get("channel")
	row.Channel = channelOf(channel)
	switch r.feed.Kind {
	case "events":
		if err := row.event(word(get("type")), channel); err != nil {
			return row, err
		}
	case "contacts":
		row.Type = "contact"
	case "suppression":
		row.Type, row.Channel = "suppress", r.feed.Channel
		if h := r.feed.Hash; h != "" && isHash(row.Value) && len(row.Value) != hexLength(h) {
			return row, fmt.Errorf("the hash is not of the kind %s", h)
		}
	case "reassigned":
		row.Type, row.Value, row.At, row.Channel = "reassigned", get("phone"), get("asked_at"), record.ByVoice
		if row.Detail = word(get("answer")); row.Detail != "yes" && row.Detail != "no" && row.Detail != "no_data" {
			return row, fmt.Errorf("the answer is none of yes, no, no_data")
		}
	case "erasure":
		row.Type = "erase"
		if row.Value = get("email"); row.Value != "" {
			row.Kind = record.EmailPoint
		} else if row.Value = get("phone"); row.Value != "" {
			row.Kind = record.PhonePoint
		}
	}
	switch {
	case row.Value != "":
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
func (r *Row) event(what, channel string) error {
	r.Type = eventType(what)
	switch {
	case what == "do_not_call" || what == "dnc":
		r.Type, r.Detail = "call", "do_not_call"
	case r.Type == "":
		return fmt.Errorf("the type of event is not known")
	case r.Type == "opt_in" && channel != "" && r.Channel == record.AnyChannel:
		return fmt.Errorf("the channel is none of email, sms, voice, post")
	case r.Type == "bounce" && r.Code == "" && strings.HasSuffix(what, "_bounce"):
		r.Code = strings.TrimSuffix(what, "_bounce")
	case r.Type == "call" && r.Detail == "dnc":
		r.Detail = "do_not_call"
	}
	return nil
}

// word is a coded answer in the contract's spelling: small letters, parts joined by underscores.
func word(s string) string {
	return strings.ToLower(strings.NewReplacer(" ", "_", "-", "_").Replace(strings.TrimSpace(s)))
}

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
	digits := len(digitsOf(row.Value))
	switch {
	case f.Hash != "" && isHash(row.Value):
		return record.None
	case row.Channel != record.AnyChannel && !(row.Channel == record.ByPost && strings.Contains(row.Value, "@")):
		return row.Channel.Kind()
	case row.Type == "returned_mail" || row.Value == "":
		return record.PostPoint
	case strings.Contains(row.Value, "@"):
		return record.EmailPoint
	case row.Type == "suppress" && digits > 0, digits > 0 && !strings.ContainsAny(strings.ToLower(row.Value), "abcdefghijklmnopqrstuvwxyz,"):
		return record.PhonePoint
	case digits > 0 || row.Type == "address_confirmed":
		return record.PostPoint
	}
	return record.EmailPoint
}

// eventType gives an event the contract's word, empty when there is none.
func eventType(s string) string {
	switch s {
	case "bounce", "complaint", "unsubscribe", "opt_in", "open", "click", "reply", "delivered", "call", "returned_mail", "address_confirmed":
		return s
	case "bounced", "hard_bounce", "soft_bounce", "dropped", "failed", "undelivered":
		return "bounce"
	case "spamreport", "spam_report", "spam", "complained", "abuse", "abuse_report":
		return "complaint"
	case "unsubscribed", "unsub", "optout", "opt_out", "group_unsubscribe", "stop":
		return "unsubscribe"
	case "optin", "subscribed", "subscribe", "confirmed":
		return "opt_in"
	case "opened":
		return "open"
	case "clicked":
		return "click"
	case "replied", "inbound":
		return "reply"
	case "delivery", "sent_ok":
		return "delivered"
	}
	return ""
}
