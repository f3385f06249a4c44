package mailservers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// Answer is what the domain name system says of a domain.
type Answer string

// The answers. The first two take mail.
const (
	MX        Answer = "mx"         // it names its mail servers
	Address   Answer = "address"    // no MX, but an address: the host itself takes the mail (RFC 5321 5.1)
	NullMX    Answer = "null_mx"    // it says that it takes no mail (RFC 7505)
	NoDomain  Answer = "no_domain"  // there is no such domain (RFC 2308 2.1)
	NoRecords Answer = "no_records" // neither MX nor address (RFC 5321 5.1)
)

// Refusal says in words why a domain takes no mail; empty when it does.
func (a Answer) Refusal() string {
	switch a {
	case NullMX:
		return "null MX: it takes no mail (RFC 7505)"
	case NoDomain:
		return "no such domain (RFC 2308)"
	case NoRecords:
		return "neither MX nor address (RFC 5321 5.1)"
	default:
		return ""
	}
}

func (a Answer) known() bool { return a == MX || a == Address || a.Refusal() != "" }

// ErrSilent means that the resolver did not answer at all.
var ErrSilent = errors.New("the resolver does not answer")

// Ask finds out whether a domain takes mail. It asks for MX and, where there is none, for addresses: a domain that some
// servers deny for MX has one all the same. Errors: [ErrSilent] when nothing came back in time, the context's own, else
// that the resolver could not tell (SERVFAIL, REFUSED, ...).
func (c *Client) Ask(ctx context.Context, domain string) (Answer, error) {
	name, err := dnsmessage.NewName(domain + ".")
	if err != nil {
		return "", fmt.Errorf("ask for a mail server: %w", err)
	}
	mx, err := c.exchange(ctx, name, dnsmessage.TypeMX)
	if err != nil {
		return "", err
	}
	null := false
	for _, r := range mx.Answers {
		if r, ok := r.Body.(*dnsmessage.MXResource); ok {
			if strings.TrimSuffix(r.MX.String(), ".") != "" {
				return MX, nil
			}
			null = true
		}
	}
	if null {
		return NullMX, nil
	}
	exists := mx.RCode == dnsmessage.RCodeSuccess
	for _, t := range []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA} {
		m, err := c.exchange(ctx, name, t)
		if err != nil {
			return "", err
		}
		for _, r := range m.Answers {
			if r.Header.Type == t {
				return Address, nil
			}
		}
		exists = exists || m.RCode == dnsmessage.RCodeSuccess
	}
	if !exists {
		return NoDomain, nil
	}
	return NoRecords, nil
}
