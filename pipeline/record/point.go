package record

import "slices"

// Kind is a kind of contact point.
type Kind uint8

// The kinds.
const (
	None Kind = iota
	EmailPoint
	PhonePoint
	PostPoint
)

// String is the word in the tables: email, phone, post; empty for None.
func (k Kind) String() string { return [...]string{"", "email", "phone", "post"}[k] }

// Channel is a way to contact a customer.
type Channel uint8

// The channels. AnyChannel in a finding means all of the point's, or of the customer's.
const (
	AnyChannel Channel = iota
	ByEmail
	BySMS
	ByVoice
	ByPost

	NumChannels
)

// Channels lists the real channels in their order in every table.
var Channels = [...]Channel{ByEmail, BySMS, ByVoice, ByPost}

// String is the word in the tables: email, sms, voice, post; empty for AnyChannel.
func (c Channel) String() string { return [...]string{"", "email", "sms", "voice", "post"}[c] }

// Kind is the kind of point that the channel uses.
func (c Channel) Kind() Kind {
	return [...]Kind{None, EmailPoint, PhonePoint, PhonePoint, PostPoint}[c]
}

// ChannelByName finds a channel; AnyChannel when there is none of that name.
func ChannelByName(name string) Channel {
	for _, c := range Channels {
		if c.String() == name {
			return c
		}
	}
	return AnyChannel
}

// Status is how well a contact point works.
type Status uint8

// The statuses, best first: a worse one wins over a better one.
const (
	Valid Status = iota
	Unknown
	Risky
	Obsolete
	Invalid
)

// String is the word in the tables.
func (s Status) String() string {
	return [...]string{"valid", "unknown", "risky", "obsolete", "invalid"}[s]
}

// ContactPoint is one mailbox, number or postal address: of one record when the clean stages make it, of a customer
// once merge has joined those that are one.
type ContactPoint struct {
	Kind    Kind
	Value   string // canonical: the mailbox (lower case, one spelling), E.164 (";ext=" for an extension), the address's matching form
	Display string // the form that was given, repaired: what a person would print
	Status  Status
	Reasons []Reason // all that apply, strongest first; see [Reason.Status]

	ReplacedBy  string // canonical value of the form that replaces it, or the suggestion of a correction
	PhoneType   string // mobile, fixed_line, fixed_or_mobile, voip, toll_free, premium_rate, shared_cost, personal, pager, uan, unknown
	PhoneRegion string // ISO 3166-1 alpha-2
	Address     Address

	// Where and when it was seen: merge fills these.
	Key                      // the record whose capture is the latest
	Sources     []string     // sorted, distinct
	CapturedAt  Instant      // the latest capture date of its records
	FirstSeenAt Instant      // the earliest
	ConfirmedAt Instant      // the latest confirmation or own sign of life
	SharedBy    int32        // customers that hold it, itself included; reach fills it
	Permissions []Permission // one per channel it serves, in channel order; reach fills it
	PCurrent    float64      // 0..1, chance that it still works at the as-of date; negative when not known
}

// Address is a postal address as the customer's own record wrote it, tidied.
type Address struct {
	Street, Street2, City, Region, Postcode string
	Country                                 string // ISO 3166-1 alpha-2
}

// Permission says whether a point may be used on one channel.
type Permission struct {
	Channel       Channel
	Answer        Answer
	Reasons       []Reason
	Basis         string
	At            Instant
	Source        string
	ExpiresAt     Instant
	SuppressedBy  string // name of the list
	SuppressionAs string // yyyy-mm-dd: the list's date
	Contactable   bool   // status usable and permission allows and no list or statement forbids it
}

// Answer is what is known of permission.
type Answer uint8

// The answers; Unasked is "unknown" in the tables and is never recorded as yes.
const (
	Unasked Answer = iota
	Granted
	Denied
	Expired
)

// String is the word in the tables.
func (a Answer) String() string { return [...]string{"unknown", "granted", "denied", "expired"}[a] }

// Channels lists the channels that the point can serve: a number with an sms side only if it may be a mobile.
func (p *ContactPoint) Channels() []Channel {
	switch p.Kind {
	case EmailPoint:
		return emailOnly
	case PostPoint:
		return postOnly
	case PhonePoint:
		if p.PhoneType == "mobile" || p.PhoneType == "fixed_or_mobile" {
			return smsAndVoice
		}
		return voiceOnly
	default:
	}
	return nil
}

var (
	emailOnly   = []Channel{ByEmail}
	postOnly    = []Channel{ByPost}
	smsAndVoice = []Channel{BySMS, ByVoice}
	voiceOnly   = []Channel{ByVoice}
)

// Judge adds a reason and its status to the point, once, keeping the strongest first.
func (p *ContactPoint) Judge(reason Reason) {
	if cap(p.Reasons) == 0 {
		p.Reasons, p.Status = reason.alone(), max(p.Status, reason.Status())
		return
	}
	at := len(p.Reasons)
	for i, r := range p.Reasons {
		if r == reason {
			return
		}
		if at == len(p.Reasons) && reason.rank() < r.rank() {
			at = i
		}
	}
	p.Reasons = append(p.Reasons, "")
	copy(p.Reasons[at+1:], p.Reasons[at:])
	p.Reasons[at] = reason
	p.Status = max(p.Status, reason.Status())
}

// Drop takes reasons away, and the status that only they gave.
func (p *ContactPoint) Drop(reasons ...Reason) {
	status := Valid
	if p.Status == Unknown {
		status = Unknown
	}
	p.Reasons = slices.DeleteFunc(slices.Clone(p.Reasons), func(r Reason) bool { return slices.Contains(reasons, r) })
	for _, r := range p.Reasons {
		status = max(status, r.Status())
	}
	p.Status = status
}

// Has reports whether the point was given the reason.
func (p *ContactPoint) Has(reason Reason) bool { return slices.Contains(p.Reasons, reason) }
