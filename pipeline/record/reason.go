package record

// Reason says why a point has its status, why it may not be used, or what was found.
type Reason string

// The status reasons of the contract, per kind, strongest first.
const (
	Syntax           Reason = "syntax"
	UnknownTLD       Reason = "unknown_tld"
	ReservedDomain   Reason = "reserved_domain"
	Placeholder      Reason = "placeholder"
	TypoDomain       Reason = "typo_domain"
	NoMailServer     Reason = "no_mail_server"
	Unparseable      Reason = "unparseable"
	WrongLength      Reason = "wrong_length"
	Unassigned       Reason = "unassigned"
	Fictional        Reason = "fictional"
	Incomplete       Reason = "incomplete"
	BadPostcode      Reason = "bad_postcode"
	ProviderClosed   Reason = "provider_closed"
	ProviderMoved    Reason = "provider_moved"
	HardBounce       Reason = "hard_bounce"
	ObsoleteFormat   Reason = "obsolete_format"
	WithdrawnRange   Reason = "withdrawn_range"
	Disconnected     Reason = "disconnected"
	Reassigned       Reason = "reassigned"
	WrongParty       Reason = "wrong_party"
	ReturnedMail     Reason = "returned_mail"
	Moved            Reason = "moved"
	Superseded       Reason = "superseded"
	Stale            Reason = "stale"
	Disposable       Reason = "disposable"
	RoleAccount      Reason = "role_account"
	SoftBounce       Reason = "soft_bounce"
	MailboxFull      Reason = "mailbox_full"
	Inactive         Reason = "inactive"
	ProviderPaidOnly Reason = "provider_paid_only"
	PremiumRate      Reason = "premium_rate"
	PostcodeMismatch Reason = "postcode_mismatch"
	SharedPoint      Reason = "shared"
	FreeProvider     Reason = "free_provider"
	Renumbered       Reason = "renumbered"
)

// The permission reasons of the contract, strongest first. They never change a status.
const (
	AskedNoContact       Reason = "do_not_contact"
	IsDeceased           Reason = "deceased"
	PermissionDenied     Reason = "permission_denied"
	Unsubscribed         Reason = "unsubscribed"
	Complained           Reason = "complained"
	AskedNotToCall       Reason = "do_not_call"
	Suppressed           Reason = "suppressed"
	StaleSuppressionList Reason = "stale_suppression_list"
	PermissionExpired    Reason = "permission_expired"
	NoPermission         Reason = "no_permission"
	TooOften             Reason = "too_often"
)

// StatusReasons lists every status reason in order of strength with the status it gives. Invalid comes before obsolete,
// obsolete before risky, and Valid marks those that say more without changing the status.
var StatusReasons = []struct {
	Reason Reason
	Status Status
}{
	{Syntax, Invalid},
	{UnknownTLD, Invalid},
	{ReservedDomain, Invalid},
	{Unparseable, Invalid},
	{WrongLength, Invalid},
	{Unassigned, Invalid},
	{Fictional, Invalid},
	{Incomplete, Invalid},
	{BadPostcode, Invalid},
	{Placeholder, Invalid},
	{TypoDomain, Invalid},
	{NoMailServer, Invalid},
	{ProviderClosed, Obsolete},
	{ProviderMoved, Obsolete},
	{HardBounce, Obsolete},
	{ObsoleteFormat, Obsolete},
	{WithdrawnRange, Obsolete},
	{Disconnected, Obsolete},
	{Reassigned, Obsolete},
	{WrongParty, Obsolete},
	{ReturnedMail, Obsolete},
	{Moved, Obsolete},
	{Superseded, Obsolete},
	{Stale, Obsolete},
	{Disposable, Risky},
	{RoleAccount, Risky},
	{SoftBounce, Risky},
	{MailboxFull, Risky},
	{Inactive, Risky},
	{ProviderPaidOnly, Risky},
	{PremiumRate, Risky},
	{PostcodeMismatch, Risky},
	{SharedPoint, Risky},
	{FreeProvider, Valid},
	{Renumbered, Valid},
}

// PermissionReasons lists the permission reasons in the order of the contract.
var PermissionReasons = []Reason{
	AskedNoContact, IsDeceased, PermissionDenied, Unsubscribed, Complained, AskedNotToCall,
	Suppressed, StaleSuppressionList, PermissionExpired, NoPermission, TooOften,
}

type standing struct {
	status Status
	rank   int
	alone  []Reason
}

var standings = func() map[Reason]standing {
	m := make(map[Reason]standing, len(StatusReasons)+len(PermissionReasons))
	for i, s := range StatusReasons {
		m[s.Reason] = standing{s.Status, i, []Reason{s.Reason}}
	}
	for i, r := range PermissionReasons {
		m[r] = standing{Valid, len(StatusReasons) + i, []Reason{r}}
	}
	return m
}()

// Precedence orders the reasons why nobody can be contacted: permission before status, each strongest first, then all others.
func (r Reason) Precedence() int {
	x, ok := standings[r]
	switch {
	case !ok:
		return len(standings)
	case x.rank >= len(StatusReasons):
		return x.rank - len(StatusReasons)
	default:
		return x.rank + len(PermissionReasons)
	}
}

// Status is what the reason makes of a point; Valid for reasons that leave the status alone.
func (r Reason) Status() Status { return standings[r].status }

func (r Reason) rank() int {
	if s, ok := standings[r]; ok {
		return s.rank
	}
	return len(standings)
}

// alone is the list of the reason alone, as most points have it. All share it: it is full, so whoever adds to it copies it.
func (r Reason) alone() []Reason {
	if s, ok := standings[r]; ok {
		return s.alone
	}
	return []Reason{r}
}
