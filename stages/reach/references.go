package reach

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/rollcall-data/rollcall/pipeline/reference"
)

//go:embed data/*.psv
var data embed.FS

// Lists holds the reference data of the stage. It must not be loaded into once a Reader or a State uses it.
type Lists struct {
	*reference.Lists

	smtp    map[string]string // what a status code, or a sender's word for one, means for the mailbox; see [Lists.addCode]
	senders []sender
	words   map[string]happening
}

// sender is an export that is known by its headers.
type sender struct {
	name    string
	needs   []string
	columns map[string][]string
}

// eventTypes are the types of events by their own words.
var eventTypes = []string{"bounce", "complaint", "unsubscribe", "opt_in", "open", "click", "reply", "delivered", "call", "returned_mail", "address_confirmed"}

// happening is what a word for an event says.
type happening struct{ what, code string }

// builtIn are the lists that come with the program, shared by all who have no others.
var builtIn = sync.OnceValue(DefaultLists)

// DefaultLists reads the lists that come with the program.
func DefaultLists() *Lists {
	l := &Lists{}
	l.Lists = reference.Open(data,
		reference.Table{
			Name: "smtp_codes", Columns: []string{"code", "action", "obsolete"},
			Reset: func() {
				l.smtp = map[string]string{ // a sender's own word where there is no code
					"hard": "hard", "permanent": "hard", "unknown_user": "hard",
					"soft": "soft", "transient": "soft", "mailbox_full": "full",
				}
			},
			Add: l.addCode,
		},
		reference.Table{
			Name: "senders", Columns: []string{"sender", "needs", "column", "headers"}, Key: 1,
			Reset: func() { l.senders = nil },
			Add:   l.addSender,
		},
		reference.Table{
			Name: "event_words", Columns: []string{"word", "type", "code?"},
			Reset: func() {
				l.words = make(map[string]happening)
				for _, t := range eventTypes { // nobody's list takes away what the program itself calls an opt-out
					l.words[t] = happening{what: t}
				}
			},
			Add: func(row []string) error {
				l.words[word(row[0])] = happening{row[1], row[2]}
				return cmp.Or(
					reference.OneOf("type", row[1], append([]string{""}, eventTypes...)...),
					reference.OneOf("code", row[2], "", "hard", "soft", "do_not_call"),
				)
			},
		},
	)
	return l
}

var enhancedCode = regexp.MustCompile(`^[245]\.[0-9]{1,3}\.[0-9]{1,3}$`)

// addCode takes what an enhanced status code means for the mailbox: hard, moved, full, soft; other actions say nothing of it.
func (l *Lists) addCode(row []string) error {
	if !enhancedCode.MatchString(row[0]) {
		return errors.New("code is not an enhanced status code, such as 5.1.1")
	}
	l.smtp[row[0]] = row[1]
	if (row[1] == "hard" || row[1] == "moved") && row[2] != "yes" {
		l.smtp[row[0]] = "other"
	}
	return cmp.Or(
		reference.OneOf("action", row[1], "hard", "moved", "full", "soft", "blocked", "system", "sender", "message", "ok", "unknown"),
		reference.OneOf("obsolete", row[2], "yes", "no"),
	)
}

// addSender takes what one column of a sender's export is called. The first row of a sender says what its headers need.
func (l *Lists) addSender(row []string) error {
	at := slices.IndexFunc(l.senders, func(s sender) bool { return s.name == row[0] })
	switch {
	case !slices.Contains(columnNames[:], row[2]):
		return fmt.Errorf("column is none of %s", strings.Join(columnNames[:], ", "))
	case at < 0 && row[1] == "":
		return errors.New("needs is empty in the first row of a sender")
	case at < 0:
		at = len(l.senders)
		l.senders = append(l.senders, sender{row[0], strings.Fields(row[1]), make(map[string][]string)})
	}
	l.senders[at].columns[row[2]] = strings.Fields(row[3])
	return nil
}
