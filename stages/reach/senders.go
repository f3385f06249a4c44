package reach

import (
	"slices"
	"strings"
)

// column is what a feed's column tells.
type column uint8

const (
	typeColumn column = iota
	channelColumn
	valueColumn
	atColumn
	codeColumn
	detailColumn
	sourceColumn
	recordColumn
	phoneColumn // of those that tell a mailbox and a number apart
	directionColumn
	fromColumn
	bodyColumn
	saysColumn // what the person asked for by it, where the type does not tell

	numColumns
)

var columnNames = [numColumns]string{"type", "channel", "value", "at", "code", "detail", "source", "record_id", "phone", "direction", "from", "body", "says"}

// columns of each kind of feed, with other names that they go by; the first that is filled counts.
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
	"suppression": {"value": {"value", "email", "email_address", "phone", "phone_number", "number", "hash", "address"}},
	"reassigned":  {"value": {"phone", "number", "value"}, "detail": {"answer", "result", "reassigned"}, "at": {"asked_at", "at", "date"}},
	"erasure":     {"source": {"source"}, "record_id": {"record_id", "id"}, "value": {"email", "email_address"}, "phone": {"phone", "number"}},
}

// aliases are columns that a kind of feed calls by another name than the rest.
var aliases = map[string]map[string]string{
	"reassigned": {"phone": "value", "answer": "detail", "asked_at": "at"}, "erasure": {"email": "value"},
}

var needs = map[string][]string{
	"events": {"type", "at"}, "contacts": {"value", "at"}, "suppression": {"value"}, "reassigned": {"phone", "answer", "asked_at"}, "erasure": {},
}

// senderOf knows a sender's export by its headers: of several the one that needs most.
func (l *Lists) senderOf(header []string) (best *sender) {
	for i := range l.senders {
		s := &l.senders[i]
		whole := !slices.ContainsFunc(s.needs, func(n string) bool {
			n, without := strings.CutPrefix(n, "!")
			return slices.Contains(header, n) == without
		})
		if whole && (best == nil || len(s.needs) > len(best.needs)) {
			best = s
		}
	}
	return best
}

// matching are the columns that a name means; a * in it stands for any number.
func matching(header []string, name string) (at []int) {
	before, after, many := strings.Cut(name, "*")
	for i, h := range header {
		if h == name || many && len(h) > len(before)+len(after) && strings.HasPrefix(h, before) && strings.HasSuffix(h, after) && digitsOf(h[len(before):len(h)-len(after)]) == h[len(before):len(h)-len(after)] {
			at = append(at, i)
			if !many {
				break
			}
		}
	}
	return at
}
