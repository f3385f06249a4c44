package reach

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers/v2"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// hasAny reports whether the list holds one of a customer's points, or a form of it that the customer does not hold, in
// plain or as a hash of one of the usual spellings.
func (l *list) hasAny(c *record.Customer, i int, known []known, key []byte) bool {
	for _, k := range known[i].kin {
		p := &c.Points[k]
		if l.values[Hash(p.Kind, p.Value)] {
			return true
		}
		if len(l.hashes) == 0 {
			continue
		}
		if known[k].spelled == nil {
			known[k].spelled = spellings(c, p)
		}
		if l.hasHash(known[k].spelled, key) {
			return true
		}
	}
	for _, b := range known[i].beside {
		if l.values[Hash(b.kind, b.value)] || len(l.hashes) > 0 && l.hasHash(spellings(c, &record.ContactPoint{Kind: b.kind, Value: b.value, Display: b.value}), key) {
			return true
		}
	}
	return false
}

func (l *list) hasHash(spellings []string, key []byte) bool {
	has := slices.ContainsFunc(spellings, func(s string) bool { _, listed := l.hashes[hashed(l.feed.Hash, s, key)]; return listed })
	if has && !l.met.Load() {
		l.met.Store(true)
	}
	return has
}

// Strangers are the names of the lists with at least so many hashes, none of which was of any customer that was judged: that
// seldom is so, but for a list that was made with another key or of other spellings.
func (s *State) Strangers(least int) (lists []string) {
	for _, l := range s.lists {
		if len(l.hashes) >= least && !l.met.Load() {
			lists = append(lists, l.feed.Name)
		}
	}
	return lists
}

// spellings are the ways in which a customer's point is usually written before it is hashed: the canonical form, those
// that the customer's records give, and those of its kind.
func spellings(c *record.Customer, p *record.ContactPoint) []string {
	out := make([]string, 0, 16)
	add := func(s string) {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	each := func(s string) {
		add(s)
		switch p.Kind {
		case record.EmailPoint:
			mailSpellings(s, p.Value, add)
		case record.PhonePoint:
			add(digitsOf(s))
		default:
			add(strings.ToLower(s))
		}
	}
	each(p.Value)
	each(p.Display)
	for i := range c.Members {
		for k := range c.Members[i].Points {
			if q := &c.Members[i].Points[k]; q.Kind == p.Kind && q.Value == p.Value {
				each(q.Display)
			}
		}
	}
	if p.Kind == record.PhonePoint {
		number, _, _ := strings.Cut(p.Value, ";ext=")
		digits := strings.TrimPrefix(number, "+")
		add("00" + digits)
		if n := national(number); n.digits != "" {
			add(n.digits)
			add(n.dialled)
			add(digitsOf(n.dialled))
		}
	}
	return out
}

// mailSpellings adds the other spellings of a mailbox: in small and in capital letters, without the tag where its provider
// ignores tags, and at both domains of Gmail.
func mailSpellings(s, canonical string, add func(string)) {
	s = strings.ToLower(s)
	add(s)
	add(strings.ToUpper(s))
	local, domain, ok := strings.Cut(s, "@")
	if !ok {
		return
	}
	if bare, _, tagged := strings.Cut(local, "+"); tagged && !strings.Contains(canonical, "+") {
		local = bare
	}
	add(local + "@" + domain)
	if domain == "gmail.com" || domain == "googlemail.com" {
		add(local + "@gmail.com")
		add(local + "@googlemail.com")
	}
}

// nationally is a number as it is dialled in its own country.
type nationally struct {
	digits  string // without a trunk prefix
	dialled string // with it, parted by blanks
}

// national writes an E.164 number as its own country does; nothing for what is no number.
func national(e164 string) nationally {
	if !strings.HasPrefix(e164, "+") {
		return nationally{}
	}
	n, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return nationally{}
	}
	return nationally{phonenumbers.GetNationalSignificantNumber(n), phonenumbers.Format(n, phonenumbers.NATIONAL)}
}

// isHash tells whether a value is a hash in hex.
func isHash(s string) bool {
	s = strings.TrimSpace(s)
	switch len(s) {
	case 32, 40, 64:
		_, err := hex.DecodeString(s)
		return err == nil
	}
	return false
}

// hexLength is how many hex digits a hash of a kind has.
func hexLength(kind string) int {
	switch kind {
	case "md5":
		return 32
	case "sha1":
		return 40
	}
	return 64
}

// digest is the first half of a hash, or all of an MD5.
type digest [16]byte

// digestOf reads a hash in hex.
func digestOf(text string) (d digest) {
	text = strings.TrimSpace(text)
	_, _ = hex.Decode(d[:], []byte(text[:2*len(d)])) // isHash has seen to it
	return d
}

// hashed is the hash of a text, of a kind that lists may hold.
func hashed(kind, text string, key []byte) (d digest) {
	switch kind {
	case "sha1":
		sum := sha1.Sum([]byte(text))
		return digest(sum[:16])
	case "md5":
		return md5.Sum([]byte(text))
	case "hmac":
		return digest(keyedSum(text, key)[:16])
	}
	sum := sha256.Sum256([]byte(text))
	return digest(sum[:16])
}

// keyed is the HMAC-SHA256 of a value: the form in which erased people are remembered.
func keyed(s string, key []byte) string { return hex.EncodeToString(keyedSum(s, key)) }

func keyedSum(s string, key []byte) []byte {
	h := hmac.New(sha256.New, key)
	_, _ = h.Write([]byte(s)) // a hash never fails
	return h.Sum(nil)
}

// Erasure is a keyed hash of something that an erased person had.
type Erasure struct {
	Hash string
	Kind string // email, phone, record
}

// RecordHash is the keyed hash by which a record of an erased person is known: by the id that its source gave it.
func RecordHash(k record.Key, key []byte) string { return keyed("record:"+given(k).String(), key) }

// MayErase reports whether anybody asked to be erased, now or in an earlier run.
func (j *Judge) MayErase() bool {
	return len(j.s.erased)+len(j.s.erasedID)+len(j.o.ErasedBefore) > 0
}

// Erases reports whether the customer asked to be erased, now or in an earlier run: by a record, or by a mailbox or number
// that it has or had.
func (j *Judge) Erases(c *record.Customer) bool {
	if !j.MayErase() {
		return false
	}
	recalled := *c
	j.recall(&recalled)
	return j.erased(&recalled)
}

// erase says of an erased customer's points who else holds them, besides itself: of those that it had once that is not known,
// so that they pass for held.
func (j *Judge) erase(c *record.Customer) {
	own := len(c.Points)
	for i := range c.Points {
		c.Points[i].SharedBy = j.o.Holders(c.Points[i].Kind, c.Points[i].Value) + 1
	}
	j.recall(c)
	for i := own; i < len(c.Points); i++ {
		c.Points[i].SharedBy++
	}
}

func (j *Judge) erased(c *record.Customer) bool {
	for i := range c.Members {
		if k := given(c.Members[i].Key); j.s.erasedID[k] || j.erasedBefore("record", k.String()) {
			return true
		}
	}
	for i := range c.Points {
		p := &c.Points[i]
		if j.ErasedValue(p.Kind, p.Value) {
			return true
		}
	}
	return false
}

// ErasedValue reports whether somebody asked to erase who has a mailbox or number, given in its one form.
func (j *Judge) ErasedValue(kind record.Kind, value string) bool {
	return j.s.erased[Hash(kind, value)] || kind != record.PostPoint && j.erasedBefore(kind.String(), value)
}

func (j *Judge) erasedBefore(kind, value string) bool {
	return len(j.o.ErasedBefore) > 0 && len(j.o.HashKey) > 0 && j.o.ErasedBefore[keyed(kind+":"+value, j.o.HashKey)]
}

// Erasures are the keyed hashes by which an erased customer is kept out from now on: of its records, and of the mailboxes
// and numbers that are its alone or that the request named. It needs a customer that was judged.
func (j *Judge) Erasures(c *record.Customer) []Erasure {
	var out []Erasure
	for i := range c.Members {
		out = append(out, Erasure{RecordHash(c.Members[i].Key, j.o.HashKey), "record"})
	}
	for i := range c.Points {
		p := &c.Points[i]
		alone := p.SharedBy <= 1 && p.Status != record.Invalid
		if p.Kind != record.PostPoint && (alone || j.s.erased[Hash(p.Kind, p.Value)]) {
			out = append(out, Erasure{keyed(p.Kind.String()+":"+p.Value, j.o.HashKey), p.Kind.String()})
		}
	}
	return out
}
