package mailservers

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// Client asks one resolver. It is safe for concurrent use.
type Client struct {
	Address string        // host:port
	Timeout time.Duration // of one try
	Tries   int           // over UDP; at least 1
}

// Endpoint completes a resolver's address: 9.9.9.9, ::1 and [::1]:5353 all give host:port, by default port 53.
func Endpoint(address string) (string, error) {
	if host, port, err := net.SplitHostPort(address); err == nil && host != "" && port != "" {
		return address, nil
	}
	host := strings.Trim(address, "[]")
	if host == "" || strings.Contains(host, ":") && net.ParseIP(host) == nil {
		return "", errors.New("a resolver is an address, as 127.0.0.1 or [::1]:5353")
	}
	return net.JoinHostPort(host, "53"), nil
}

// Local is the first resolver that a machine's resolv.conf names.
func Local(resolvConf string) (string, error) {
	text, err := os.ReadFile(resolvConf)
	if err != nil {
		return "", fmt.Errorf("find the machine's resolver: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == "nameserver" {
			return Endpoint(f[1])
		}
	}
	return "", fmt.Errorf("find the machine's resolver: %s names none", resolvConf)
}

// exchange sends one question and gives its answer: success or no such domain, all else is an error.
func (c *Client) exchange(ctx context.Context, name dnsmessage.Name, t dnsmessage.Type) (*dnsmessage.Message, error) {
	q := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: uint16(rand.Uint32()), RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: name, Type: t, Class: dnsmessage.ClassINET}},
	}
	packed, err := q.Pack()
	if err != nil {
		return nil, fmt.Errorf("pack a question: %w", err)
	}
	var m *dnsmessage.Message
	for try := 0; ; try++ {
		if m, err = c.try(ctx, "udp", packed, &q); err == nil && m.Truncated {
			m, err = c.try(ctx, "tcp", packed, &q)
		}
		if err == nil || ctx.Err() != nil || try+1 >= c.Tries {
			break
		}
	}
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrSilent, err)
	case m.RCode != dnsmessage.RCodeSuccess && m.RCode != dnsmessage.RCodeNameError:
		return nil, fmt.Errorf("the resolver cannot tell: %v", m.RCode)
	}
	return m, nil
}

// try asks once and waits for the answer to that very question; others that come in are let pass.
func (c *Client) try(ctx context.Context, network string, packed []byte, q *dnsmessage.Message) (*dnsmessage.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, c.Address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }() // nothing is left to lose
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if network == "tcp" {
		packed = append(binary.BigEndian.AppendUint16(nil, uint16(len(packed))), packed...)
	}
	if _, err := conn.Write(packed); err != nil {
		return nil, err
	}
	buffer := make([]byte, 1<<16)
	for {
		n, err := read(conn, network, buffer)
		if err != nil {
			return nil, err
		}
		if m, ok := parse(buffer[:n], q); ok {
			return m, nil
		}
	}
}

// read takes one message from the connection; over TCP its length stands before it (RFC 1035 4.2.2).
func read(conn net.Conn, network string, buffer []byte) (int, error) {
	if network == "udp" {
		return conn.Read(buffer)
	}
	if _, err := io.ReadFull(conn, buffer[:2]); err != nil {
		return 0, err
	}
	n := int(binary.BigEndian.Uint16(buffer))
	return io.ReadFull(conn, buffer[:n])
}

// parse reads a message and reports whether it answers the question.
func parse(b []byte, q *dnsmessage.Message) (*dnsmessage.Message, bool) {
	var p dnsmessage.Parser
	h, err := p.Start(b)
	if err != nil || h.ID != q.ID || !h.Response {
		return nil, false
	}
	asked, err := p.AllQuestions()
	if err != nil || len(asked) != 1 || asked[0].Type != q.Questions[0].Type || !strings.EqualFold(asked[0].Name.String(), q.Questions[0].Name.String()) {
		return nil, false
	}
	m := &dnsmessage.Message{Header: h, Questions: asked}
	if h.Truncated {
		return m, true
	}
	m.Answers, err = p.AllAnswers()
	return m, err == nil
}
