package reach

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// has reports whether the list holds the point, in plain or as a hash of one of its usual spellings.
func (l *list) has(p *record.ContactPoint, key []byte) bool {
	if l.values[point{p.Kind, p.Value}] {
		return true
	}
	if len(l.hashes) == 0 {
		return false
	}
	for _, s := range spellings(p) {
		if l.hashes[hashed(l.feed.Hash, s, key)] {
			return true
		}
	}
	return false
}

// hasForm looks for the form that replaces the point.
func (l *list) hasForm(p *record.ContactPoint, key []byte) bool {
	if p.ReplacedBy == "" || p.Kind == record.PostPoint || p.Has(record.TypoDomain) {
		return false
	}
	return l.has(&record.ContactPoint{Kind: p.Kind, Value: p.ReplacedBy, Display: p.ReplacedBy}, key)
}

// spellings are the ways in which a value is usually written before it is hashed.
func spellings(p *record.ContactPoint) []string {
	switch p.Kind {
	case record.EmailPoint:
		out := []string{p.Value, p.Display, strings.ToLower(p.Display)}
		if local, domain, ok := strings.Cut(p.Value, "@"); ok && domain == "gmail.com" {
			out = append(out, local+"@googlemail.com")
		}
		return out
	case record.PhonePoint:
		digits := strings.TrimPrefix(p.Value, "+")
		return []string{p.Value, digits, "00" + digits, p.Display}
	default:
		return []string{p.Value, p.Display}
	}
}

func hashed(kind, s string, key []byte) string {
	switch kind {
	case "sha1":
		sum := sha1.Sum([]byte(s))
		return hex.EncodeToString(sum[:])
	case "md5":
		sum := md5.Sum([]byte(s))
		return hex.EncodeToString(sum[:])
	case "hmac":
		return keyed(s, key)
	}
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// keyed is the HMAC-SHA256 of a value: the form in which erased people are remembered.
func keyed(s string, key []byte) string {
	h := hmac.New(sha256.New, key)
	_, _ = h.Write([]byte(s)) // a hash never fails
	return hex.EncodeToString(h.Sum(nil))
}

// Erasure is a keyed hash of something that an erased person had.
type Erasure struct {
	Hash string
	Kind string // email, phone, record
}

// erased reports whether the customer asked to be erased, now or in an earlier run.
func (j *Judge) erased(c *record.Customer) bool {
	for i := range c.Members {
		if j.s.erasedID[c.Members[i].Key] {
			return true
		}
	}
	for i := range c.Points {
		if p := &c.Points[i]; j.s.erased[point{p.Kind, p.Value}] {
			return true
		}
	}
	if len(j.o.ErasedBefore) == 0 || len(j.o.HashKey) == 0 {
		return false
	}
	for _, e := range j.Erasures(c) {
		if j.o.ErasedBefore[e.Hash] {
			return true
		}
	}
	return false
}

// Erasures are the keyed hashes by which an erased customer is kept out from now on: of its records, mailboxes and numbers.
func (j *Judge) Erasures(c *record.Customer) []Erasure {
	var out []Erasure
	for i := range c.Members {
		out = append(out, Erasure{keyed("record:"+c.Members[i].Key.String(), j.o.HashKey), "record"})
	}
	for i := range c.Points {
		if p := &c.Points[i]; p.Kind != record.PostPoint && p.SharedBy <= 1 && p.Status != record.Invalid {
			out = append(out, Erasure{keyed(p.Kind.String()+":"+p.Value, j.o.HashKey), p.Kind.String()})
		}
	}
	return out
}
