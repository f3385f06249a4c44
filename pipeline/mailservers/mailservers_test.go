package mailservers

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/rollcall-data/rollcall/fixtures/nameserver"
)

func TestAsk(t *testing.T) {
	s, err := nameserver.Start(nameserver.Zone{
		"mx.example": {"mx"}, "both.example": {"mx", "a"}, "null.example": {"null"}, "null-and-a.example": {"null", "a"}, "null-and-mx.example": {"null", "mx"},
		"a.example": {"a"}, "aaaa.example": {"aaaa"}, "bare.example": {"none"}, "fail.example": {"fail"}, "silent.example": {"silent"},
		"long.example": {"long"}, "denied.example": {"denied", "a"}, "xn--bcher-kva.example": {"mx"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := &Client{Address: s.Address, Timeout: 200 * time.Millisecond, Tries: 2}
	for domain, want := range map[string]Answer{
		"mx.example": MX, "both.example": MX, "null.example": NullMX, "null-and-a.example": NullMX, "null-and-mx.example": MX,
		"a.example": Address, "aaaa.example": Address, "bare.example": NoRecords, "nowhere.example": NoDomain,
		"long.example": MX, "denied.example": Address, "xn--bcher-kva.example": MX,
	} {
		got, err := c.Ask(t.Context(), domain)
		if err != nil || got != want {
			t.Errorf("%s: %q %v, want %q", domain, got, err, want)
		}
		if takes := want == MX || want == Address; takes != (got.Refusal() == "") {
			t.Errorf("%s: refusal %q", domain, got.Refusal())
		}
	}
	// What says nothing about a domain is an error, never an answer.
	if _, err := c.Ask(t.Context(), "fail.example"); err == nil || errors.Is(err, ErrSilent) {
		t.Errorf("SERVFAIL: %v", err)
	}
	if _, err := c.Ask(t.Context(), "silent.example"); !errors.Is(err, ErrSilent) {
		t.Errorf("timeout: %v", err)
	}
	if n := s.Asked("silent.example"); n != 2 {
		t.Errorf("a silent server was asked %d times", n)
	}
	if _, err := c.Ask(t.Context(), "a-label-that-is-longer-than-sixty-three-octets-and-so-fits-no-message.example"); err == nil {
		t.Error("a domain that fits no message")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Ask(ctx, "mx.example"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// An answer to another question, or from a guess at our question's id, is no answer.
func TestForgedAnswers(t *testing.T) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	go func() {
		b := make([]byte, 512)
		for {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(b[:n]) != nil {
				continue
			}
			m.Response = true
			send := func(m dnsmessage.Message) {
				if p, err := m.Pack(); err == nil {
					_, _ = conn.WriteTo(p, from)
				}
			}
			other := m
			other.ID++
			other.RCode = dnsmessage.RCodeNameError
			send(other)
			other = m
			other.Questions = []dnsmessage.Question{{Name: dnsmessage.MustNewName("other.example."), Type: dnsmessage.TypeMX, Class: dnsmessage.ClassINET}}
			send(other)
			_, _ = conn.WriteTo([]byte("noise"), from)
			m.Answers = []dnsmessage.Resource{{
				Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Type: dnsmessage.TypeMX, Class: dnsmessage.ClassINET},
				Body:   &dnsmessage.MXResource{MX: dnsmessage.MustNewName("mail.example.")},
			}}
			send(m)
		}
	}()
	c := &Client{Address: conn.LocalAddr().String(), Timeout: time.Second, Tries: 1}
	if a, err := c.Ask(t.Context(), "mx.example"); a != MX || err != nil {
		t.Errorf("%q %v", a, err)
	}
}

func TestEndpoint(t *testing.T) {
	for given, want := range map[string]string{
		"127.0.0.1": "127.0.0.1:53", "127.0.0.1:5353": "127.0.0.1:5353", "::1": "[::1]:53", "[::1]:5353": "[::1]:5353", "[::1]": "[::1]:53",
		"dns.example": "dns.example:53", "": "", ":53": "", "a:b:c": "",
	} {
		if got, err := Endpoint(given); got != want || (err != nil) != (want == "") {
			t.Errorf("%s: %q %v", given, got, err)
		}
	}
	conf := filepath.Join(t.TempDir(), "resolv.conf")
	if err := os.WriteFile(conf, []byte("# mine\nsearch example\nnameserver 192.0.2.53\nnameserver 192.0.2.54\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := Local(conf); got != "192.0.2.53:53" || err != nil {
		t.Error(got, err)
	}
	if _, err := Local(conf + "-not"); err == nil {
		t.Error("no file, no error")
	}
}

func TestCacheForgetsWhatIsOld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.psv")
	if c, err := Load(path, "2026-10-22", "2026-11-21"); len(c) != 0 || err != nil {
		t.Error(c, err)
	}
	c := Cache{
		"old.example": {MX, "2026-10-21"}, "b.example": {NullMX, "2026-10-22"}, "a.example": {Address, "2026-11-21"}, "tomorrow.example": {MX, "2026-11-22"},
		"odd.example": {"perhaps", "2026-11-21"},
	}
	if err := c.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path, "2026-10-22", "2026-11-21")
	if d := cmp.Diff(Cache{"b.example": {NullMX, "2026-10-22"}, "a.example": {Address, "2026-11-21"}}, got); d != "" || err != nil {
		t.Error(d, err)
	}
	if _, err := Load(t.TempDir(), "", ""); err == nil {
		t.Error("a folder was read")
	}
}

func FuzzParseMessage(f *testing.F) {
	q := dnsmessage.Message{Header: dnsmessage.Header{ID: 7}, Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName("mx.example."), Type: dnsmessage.TypeMX, Class: dnsmessage.ClassINET}}}
	good := q
	good.Response = true
	good.Answers = []dnsmessage.Resource{{
		Header: dnsmessage.ResourceHeader{Name: q.Questions[0].Name, Type: dnsmessage.TypeMX, Class: dnsmessage.ClassINET},
		Body:   &dnsmessage.MXResource{MX: dnsmessage.MustNewName(".")},
	}}
	packed, err := good.Pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed)
	f.Add(packed[:len(packed)-3])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, ok := parse(b, &q)
		if ok && (m == nil || m.ID != q.ID) {
			t.Fatal("an answer to another question")
		}
	})
}
