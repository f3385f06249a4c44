package record

// Customer is one person or company: the golden record of its members, with every value's provenance.
type Customer struct {
	ID          string // "c" + 16 hex digits, or the id kept from the previous run
	HouseholdID string // "h" + 16 hex digits; empty when alone

	Text       [NumFields]string // the golden value of each single-valued field, empty when no member has one
	Salutation string
	Socials    []string // distinct, sorted
	Kept       []string // golden values of the kept columns, in the order of the job's list

	NameFrom, CompanyFrom, BirthDateFrom, AddressFrom Key // the member each came from; zero when there is no value

	Sources        []string // sorted, distinct
	FirstSeenAt    Instant  // earliest capture among the members
	LastSeenAt     Instant  // latest sign of life
	LinkConfidence float64  // lowest probability among the links that hold the customer together; 1 when alone
	Erased         bool     // the person asked to be erased: nothing of it may be published

	Points   []ContactPoint // distinct by (kind, value), best first within a kind
	Changes  []Change       // made by merging, beside those of the members
	Findings []Finding      // about the customer, beside those of the members
	Members  []Record       // sorted by key; never empty

	Contacted, Responded [NumChannels]bool // as feeds tell; reach fills them
	HeldBy               []string          // outlets, where its records name several; reach fills it

	NotContactable []Reason // why not, in words of the contract, empty when reachable on some channel
	BestChannel    Channel
	Repairs        []Repair
}

// Repair is something to mend about a customer, and by which channel to ask.
type Repair struct {
	Priority   float64 // higher first: value tier x loss x ease
	Problem    Reason
	Channel    Channel
	Value      string
	AskVia     Channel
	Suggestion string
}

// NameRecord is the key of the member that counts as kept: the one the customer's name came from, else the first.
func (c *Customer) NameRecord() Key {
	if c.NameFrom != (Key{}) {
		return c.NameFrom
	}
	return c.Members[0].Key
}
