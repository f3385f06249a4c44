package review

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/overrides"
)

// Summary is what a sitting left.
type Summary struct {
	Same, Different, Skipped, Open int
}

// Sitting is a queue that is being decided, and the file that the decisions go to.
type Sitting struct {
	Queue *Queue
	File  interface {
		Append(overrides.Decision) error
	}
	Path string // of the file, as the page names it
}

// Serve serves the page on a port of the loopback address, 0 for any, until the person is done or ctx ends, and tells
// started its address, whose path is the secret. Decisions are in the file before they are answered.
func Serve(ctx context.Context, s *Sitting, port int, started func(url string)) (Summary, error) {
	listener, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return Summary{}, fmt.Errorf("review: %w", err)
	}
	h := newServer(s, listener.Addr().(*net.TCPAddr).Port)
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, MaxHeaderBytes: 16 << 10}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(listener) }()
	started("http://" + h.hosts[0] + h.base)
	select {
	case <-ctx.Done():
	case <-h.done:
	case err = <-ended:
		return h.summary(), fmt.Errorf("review: %w", err)
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	if err := srv.Shutdown(last); err != nil { // a connection that says nothing: every decision is on disk already
		_ = srv.Close()
	}
	return h.summary(), nil
}

// server answers for one sitting.
type server struct {
	*Sitting
	hosts  []string // the names by which this machine reaches itself, with the port
	base   string   // the secret path, with slashes
	cookie string   // a second secret, which no link carries
	mux    *http.ServeMux
	done   chan struct{}
	end    sync.Once

	mu sync.Mutex // holds the queue and the file
}

const cookieName = "rollcall_review"

func newServer(s *Sitting, port int) *server {
	at := ":" + strconv.Itoa(port)
	h := &server{Sitting: s, hosts: []string{"127.0.0.1" + at, "localhost" + at}, base: "/" + rand.Text() + rand.Text() + "/", cookie: rand.Text() + rand.Text(), mux: http.NewServeMux(), done: make(chan struct{})}
	h.mux.HandleFunc("GET "+h.base+"{$}", h.first)
	h.mux.HandleFunc("GET "+h.base+"pair", h.showPair)
	h.mux.HandleFunc("POST "+h.base+"decide", h.decide)
	h.mux.HandleFunc("GET "+h.base+"end", h.showEnd)
	h.mux.HandleFunc("POST "+h.base+"done", h.finish)
	return h
}

// ServeHTTP lets through only what the person's own browser asks of this page: the secret path, under this machine's own
// name (another name that resolves here is an attack), and for a decision from this page itself, with the cookie it set.
func (h *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for k, v := range map[string]string{
		"Content-Security-Policy":      policy,
		"Referrer-Policy":              "same-origin", // "no-referrer" would take the origin from our own forms, too
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control":                "no-store",
	} {
		w.Header().Set(k, v)
	}
	own := equal256(r.Host, h.hosts[0]) || equal256(r.Host, h.hosts[1])
	if n := len(h.base); !own || len(r.URL.Path) < n || !equal256(r.URL.Path[:n], h.base) {
		http.Error(w, "there is nothing here", http.StatusNotFound)
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		if embedded(r) {
			http.Error(w, "another site asks for this page", http.StatusForbidden)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: cookieName, Value: h.cookie, Path: h.base, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	default:
		if why := h.foreign(r); why != "" {
			http.Error(w, why, http.StatusForbidden)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	}
	h.mux.ServeHTTP(w, r)
}

// embedded reports whether another site asks for the page other than by leading the person to it.
func embedded(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return (site == "cross-site" || site == "same-site") && (r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document")
}

// foreign says why a request that would change something is not this page's own.
func (h *server) foreign(r *http.Request) string {
	if r.Header.Get("Origin") != "http://"+r.Host {
		return "the request comes from another site"
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return "the request comes from another site"
	}
	c, err := r.Cookie(cookieName)
	if err != nil || !equal256(c.Value, h.cookie) {
		return "the request does not come from this page; open its address again"
	}
	return ""
}

// equal256 compares secrets in a time that tells nothing of them.
func equal256(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (h *server) to(w http.ResponseWriter, r *http.Request, where string) {
	http.Redirect(w, r, h.base+where, http.StatusSeeOther)
}

// first goes to the first pair that is open.
func (h *server) first(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.to(w, r, h.next(-1, "", r.URL.Query().Has("skipped")))
}

// next is the address of the first open pair after one; what was just decided is told there.
func (h *server) next(after int, told string, skippedToo bool) string {
	known := h.Queue.ledger(nil)
	for i := after + 1; i < len(h.Queue.Pairs); i++ {
		p := h.Queue.Pairs[i]
		if p.Verdict == "" && (skippedToo || !p.Skipped) && !known.has(p.A.Customer, p.B.Customer) {
			return "pair?n=" + strconv.Itoa(i+1) + told
		}
	}
	if told != "" {
		told = "?" + told[1:]
	}
	return "end" + told
}

// at is the pair that a request names, by its number from 1.
func (h *server) at(text string) (*Pair, int, bool) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > len(h.Queue.Pairs) {
		return nil, 0, false
	}
	return h.Queue.Pairs[n-1], n - 1, true
}

func (h *server) showPair(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p, i, ok := h.at(r.URL.Query().Get("n"))
	if !ok {
		http.Error(w, "there is no such pair", http.StatusNotFound)
		return
	}
	h.draw(w, http.StatusOK, "pair", h.viewOf(p, i, r.URL.Query().Get("told"), ""))
}

// decide takes a decision: the file has it before the answer goes out.
func (h *server) decide(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p, i, ok := h.at(r.PostFormValue("n"))
	if !ok {
		http.Error(w, "there is no such pair", http.StatusNotFound)
		return
	}
	var v overrides.Verdict
	switch r.PostFormValue("decision") {
	case "same":
		v = overrides.Same
	case "different":
		v = overrides.Different
	case "skip":
	default:
		http.Error(w, "a decision is same, different or skip", http.StatusBadRequest)
		return
	}
	known := h.Queue.ledger(p)
	if v == overrides.Same && known.differ(p.A.Customer, p.B.Customer) || v == overrides.Different && known.same(p.A.Customer, p.B.Customer) {
		h.draw(w, http.StatusConflict, "pair", h.viewOf(p, i, "", "This was not saved: other decisions say the opposite of these two customers. Take one of them back first."))
		return
	}
	if err := h.save(p, v); err != nil {
		h.draw(w, http.StatusInternalServerError, "pair", h.viewOf(p, i, "", "This was not saved: the file could not be written. "+err.Error()))
		return
	}
	h.to(w, r, h.next(i, "&told="+strconv.Itoa(i+1), false))
}

// save writes a verdict down, unless it stands already.
func (h *server) save(p *Pair, v overrides.Verdict) error {
	if v != p.Verdict {
		write := v
		if v == "" {
			write = overrides.Undecided
		}
		if err := h.File.Append(overrides.Decision{A: p.A.Key, B: p.B.Key, Verdict: write}); err != nil {
			return err
		}
	}
	p.Verdict, p.Skipped = v, v == ""
	return nil
}

func (h *server) showEnd(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.draw(w, http.StatusOK, "end", h.endOf(r.URL.Query().Get("told")))
}

func (h *server) finish(w http.ResponseWriter, _ *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	w.Header().Set("Connection", "close")
	h.draw(w, http.StatusOK, "bye", h.endOf(""))
	h.end.Do(func() { close(h.done) })
}

// summary counts the sitting.
func (h *server) summary() Summary {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count()
}

func (h *server) count() Summary {
	var s Summary
	known := h.Queue.ledger(nil)
	for _, p := range h.Queue.Pairs {
		switch {
		case p.Verdict == overrides.Same:
			s.Same++
		case p.Verdict == overrides.Different:
			s.Different++
		case known.has(p.A.Customer, p.B.Customer):
		case p.Skipped:
			s.Skipped++
		default:
			s.Open++
		}
	}
	return s
}
