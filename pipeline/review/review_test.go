package review

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-data/rollcall/pipeline/overrides"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/table"
)

// memory is an overrides file that can fail.
type memory struct {
	got  []string
	fail bool
}

func (m *memory) Append(d overrides.Decision) error {
	if m.fail {
		return errors.New("the disk is full")
	}
	m.got = append(m.got, fmt.Sprintf("%s %s %s", d.A, d.B, d.Verdict))
	return nil
}

func pairOf(a, b string, p float64) *Pair {
	side := func(id string) Side {
		return Side{Key: record.Key{Source: "crm", ID: id}, Customer: "c" + id, Records: 1, cells: []cell{{"family_name", []string{"Name " + id}}, {"email", nil}}}
	}
	return &Pair{A: side(a), B: side(b), Probability: p, Levels: []Level{{"prior", "", -8}, {"family_name", "equal", 8.2}}}
}

func sitting(pairs ...*Pair) (*server, *memory) {
	m := &memory{}
	return newServer(&Sitting{Queue: &Queue{Pairs: pairs}, File: m, Path: "decisions.csv"}, 8500), m
}

// ask is the browser: it comes from the page itself, with its cookie, unless change says otherwise.
func ask(h *server, method, path, form string, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:8500"+h.base+path, strings.NewReader(form))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://127.0.0.1:8500")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.AddCookie(&http.Cookie{Name: cookieName, Value: h.cookie})
	}
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func decide(h *server, n int, what string) *httptest.ResponseRecorder {
	return ask(h, http.MethodPost, "decide", fmt.Sprintf("n=%d&decision=%s", n, what), nil)
}

func TestOnlyThePageItselfDecides(t *testing.T) {
	h, m := sitting(pairOf("1", "2", .6), pairOf("3", "4", .7))
	set := func(k, v string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(k, v) }
	}
	for name, c := range map[string]struct {
		method string
		change func(*http.Request)
		want   int
	}{
		"another site":                       {http.MethodPost, set("Origin", "https://evil.example"), 403},
		"another port of this machine":       {http.MethodPost, set("Origin", "http://127.0.0.1:9000"), 403},
		"a frame without an origin":          {http.MethodPost, set("Origin", "null"), 403},
		"no origin":                          {http.MethodPost, func(r *http.Request) { r.Header.Del("Origin") }, 403},
		"a browser that says cross-site":     {http.MethodPost, set("Sec-Fetch-Site", "cross-site"), 403},
		"no cookie":                          {http.MethodPost, func(r *http.Request) { r.Header.Del("Cookie") }, 403},
		"a wrong cookie":                     {http.MethodPost, set("Cookie", cookieName+"=guess"), 403},
		"a name that was bent to us":         {http.MethodPost, func(r *http.Request) { r.Host = "evil.example:8500" }, 404},
		"a name that was bent to us, a look": {http.MethodGet, func(r *http.Request) { r.Host = "evil.example:8500" }, 404},
		"no secret":                          {http.MethodGet, func(r *http.Request) { r.URL.Path = "/" }, 404},
		"a wrong secret":                     {http.MethodPost, func(r *http.Request) { r.URL.Path = "/" + strings.Repeat("A", len(h.base)-2) + "/decide" }, 404},
		"part of the secret":                 {http.MethodGet, func(r *http.Request) { r.URL.Path = h.base[:len(h.base)-1] }, 404},
		"a script on another site":           {http.MethodGet, set("Sec-Fetch-Site", "cross-site"), 403},
		"a page on another port":             {http.MethodGet, set("Sec-Fetch-Site", "same-site"), 403},
		"a decision by a link":               {http.MethodGet, func(r *http.Request) { r.URL.RawQuery = "n=1&decision=same" }, 405},
		"another method":                     {http.MethodPut, nil, 403},
	} {
		w := ask(h, c.method, "decide", "n=1&decision=same", c.change)
		if w.Code != c.want || strings.Contains(w.Body.String(), "Name 1") || len(m.got) > 0 {
			t.Errorf("%s: %d, %v", name, w.Code, m.got)
		}
		if w.Header().Get("Content-Security-Policy") == "" || w.Header().Get("X-Frame-Options") != "DENY" || w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: headers %v", name, w.Header())
		}
	}
	if w := ask(h, http.MethodPost, "done", "", set("Origin", "https://evil.example")); w.Code != 403 {
		t.Errorf("another site ends the review: %d", w.Code)
	}
	if w := decide(h, 1, "same"); w.Code != 303 || w.Header().Get("Location") != h.base+"pair?n=2&told=1" || len(m.got) != 1 {
		t.Errorf("the page itself: %d %v %v", w.Code, w.Header(), m.got)
	}
	w := ask(h, http.MethodGet, "pair?n=2", "", func(r *http.Request) { r.Host = "localhost:8500" })
	c := w.Result().Cookies()
	if w.Code != 200 || len(c) != 1 || !c[0].HttpOnly || c[0].SameSite != http.SameSiteStrictMode || c[0].Path != h.base || strings.Contains(w.Body.String(), c[0].Value) {
		t.Errorf("a look: %d, %+v", w.Code, c)
	}
	link := ask(h, http.MethodGet, "pair?n=2", "", func(r *http.Request) {
		r.Header = http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"document"}}
	})
	if link.Code != 200 {
		t.Errorf("a link that a person follows, as from a terminal in a browser: %d", link.Code)
	}
	if other, _ := sitting(); other.base == h.base || other.cookie == h.cookie || len(h.base) < 40 {
		t.Error("the secrets are not secret")
	}
	if big := ask(h, http.MethodPost, "decide", "n=2&decision=same&x="+strings.Repeat("x", 1<<20), nil); big.Code == 303 || len(m.got) != 1 {
		t.Errorf("a megabyte: %d", big.Code)
	}
}

func TestDecisions(t *testing.T) {
	h, m := sitting(pairOf("1", "2", .5), pairOf("2", "3", .6), pairOf("1", "3", .7), pairOf("3", "4", .8), pairOf("1", "4", .9))
	where := func(w *httptest.ResponseRecorder) string {
		return strings.TrimPrefix(w.Header().Get("Location"), h.base)
	}
	if got := where(ask(h, http.MethodGet, "", "", nil)); got != "pair?n=1" {
		t.Errorf("it begins at %s", got)
	}
	for _, step := range []struct {
		n    int
		what string
		to   string
		adds string
	}{
		{1, "same", "pair?n=2&told=1", "crm:1 crm:2 same"},
		{2, "skip", "pair?n=3&told=2", ""},
		{2, "same", "pair?n=4&told=2", "crm:2 crm:3 same"}, // 1 and 3 are one by now
		{2, "same", "pair?n=4&told=2", ""},                 // pressed twice
		{4, "different", "end?told=4", "crm:3 crm:4 different"},
		{4, "skip", "pair?n=5&told=4", "crm:3 crm:4 undecided"},
		{4, "different", "end?told=4", "crm:3 crm:4 different"},
	} {
		before := len(m.got)
		got := where(decide(h, step.n, step.what))
		if added := strings.Join(m.got[before:], ", "); got != step.to || added != step.adds {
			t.Errorf("%d %s: to %q, added %q", step.n, step.what, got, added)
		}
	}
	for n, what := range map[int]string{3: "different", 5: "same"} {
		before := len(m.got)
		if w := decide(h, n, what); w.Code != 409 || len(m.got) != before || !strings.Contains(w.Body.String(), "not saved") {
			t.Errorf("%d %s is taken against the others: %d", n, what, w.Code)
		}
	}
	if diff := cmp.Diff(Summary{Same: 2, Different: 1}, h.summary()); diff != "" {
		t.Error(diff)
	}
	for _, form := range []string{"n=9&decision=same", "n=0&decision=same", "n=x&decision=same", "n=1&decision=perhaps", ""} {
		if w := ask(h, http.MethodPost, "decide", form, nil); w.Code != 404 && w.Code != 400 {
			t.Errorf("%q: %d", form, w.Code)
		}
	}
	m.fail = true
	if w := decide(h, 1, "skip"); w.Code != 500 || !strings.Contains(w.Body.String(), "not saved") || h.Queue.Pairs[0].Verdict != overrides.Same {
		t.Errorf("a file that cannot be written: %d", w.Code)
	}
}

func TestServe(t *testing.T) {
	s := &Sitting{Queue: &Queue{Pairs: []*Pair{pairOf("1", "2", .6)}}, File: &memory{}, Path: "decisions.csv"}
	ctx, cancel := context.WithCancel(t.Context())
	var url string
	got, err := Serve(ctx, s, 0, func(u string) { url = u; cancel() }) // Ctrl-C
	if diff := cmp.Diff(Summary{Open: 1}, got); diff != "" || err != nil || !strings.HasPrefix(url, "http://127.0.0.1:") {
		t.Errorf("%s: %v\n%s", url, err, diff)
	}
	if _, err := http.Get(url); err == nil {
		t.Error("it still answers")
	}
	if _, err := Serve(t.Context(), s, -1, func(string) {}); err == nil {
		t.Error("port -1")
	}
	answered := make(chan string, 1)
	got, err = Serve(t.Context(), s, 0, func(url string) {
		go func() {
			client := &http.Client{Timeout: 10 * time.Second}
			r, err := client.Get(url)
			if err != nil {
				answered <- err.Error()
				return
			}
			host := regexp.MustCompile(`^http://[^/]+`).FindString(url)
			post, _ := http.NewRequest(http.MethodPost, url+"done", nil)
			post.Header.Set("Origin", host)
			for _, c := range r.Request.Response.Cookies() {
				post.AddCookie(c)
			}
			_ = r.Body.Close()
			r, err = client.Do(post)
			if err != nil {
				answered <- err.Error()
				return
			}
			_ = r.Body.Close()
			answered <- r.Status
		}()
	})
	if said := <-answered; said != "200 OK" || err != nil || got.Open != 1 {
		t.Errorf("done: %s, %v", said, err)
	}
}

// What a record holds is text, whatever it looks like.
func TestHostileValues(t *testing.T) {
	nasty := []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "a\u202egpj.exe", "x\u0000y\nz", strings.Repeat("long ", 2000), "]]>", "{{.Base}}", "مرحبا", "🙂"}
	for _, v := range nasty {
		p := pairOf("1", "2", .6)
		p.A.Key.ID, p.A.Key.Source = v, v
		p.A.cells = []cell{{"family_name", []string{v}}, {"email", []string{v, "b"}}, {"x_" + v, []string{v}}, {"segment", []string{v}}}
		p.B.cells = []cell{{"family_name", []string{"other"}}, {"email", []string{"b"}}, {"x_" + v, nil}, {"segment", nil}}
		h, _ := sitting(p)
		body := ask(h, http.MethodGet, "pair?n=1", "", nil).Body.String()
		tags := regexp.MustCompile(`<(script|img|iframe)\b`).FindAllString(body, -1)
		if len(tags) != 1 || len(body) > 60_000 || strings.ContainsAny(body, "\u202e\u0000") {
			t.Errorf("%.30q: %v, %d bytes", v, tags, len(body))
		}
		if text := html.UnescapeString(body); v == nasty[0] && !strings.Contains(text, v) {
			t.Errorf("%q is not shown", v)
		}
	}
}

func TestLines(t *testing.T) {
	mark := func(list []value) string {
		var all []string
		for _, v := range list {
			s := ""
			for _, x := range v {
				if x.Marked {
					s += "[" + x.Text + "]"
				} else {
					s += x.Text
				}
			}
			all = append(all, s)
		}
		return strings.Join(all, ";")
	}
	for _, c := range []struct {
		a, b  []string
		state state
		want  string
	}{
		{[]string{"Smith"}, []string{"Smith"}, equal, "Smith|Smith"},
		{[]string{"Smith"}, []string{"Smyth"}, unequal, "Sm[i]th|Sm[y]th"},
		{[]string{"José"}, []string{"JOSE"}, alike, "[José]|[JOSE]"},
		{[]string{"Jon"}, []string{"Jonathan"}, unequal, "Jon|Jon[athan]"},
		{[]string{"Ann"}, nil, oneSide, "Ann|"},
		{[]string{"Ann"}, []string{"Zoë"}, unequal, "[Ann]|[Zoë]"},
		{[]string{"a@x.org", "b@x.org"}, []string{"b@x.org"}, equal, "[a@x.org];b@x.org|b@x.org"},
		{[]string{"a@x.org", "b@x.org"}, []string{"c@x.org"}, unequal, "[a@x.org];[b@x.org]|[c@x.org]"},
		{[]string{"a@x.org", "b@x.org"}, nil, oneSide, "a@x.org;b@x.org|"},
	} {
		l := compareCells(cell{"x", c.a}, cell{"x", c.b})
		if got := mark(l.A) + "|" + mark(l.B); got != c.want || l.State != c.state {
			t.Errorf("%v %v: %s, %s", c.a, c.b, got, l.State)
		}
	}
	a := []cell{{"source", []string{"crm"}}, {"full_name", []string{"A B"}}, {"family_name", []string{"B"}}, {"gender", nil}, {"value", []string{"3"}}, {"x_shoe", []string{"44"}}}
	b := []cell{{"source", []string{"shop"}}, {"full_name", []string{"A C"}}, {"family_name", []string{"C"}}, {"gender", nil}, {"value", []string{"4"}}, {"x_shoe", []string{"44"}}}
	first, rest := lines(a, b)
	if len(first) != 2 || first[0].Name != "family name" || first[1].Name != "shoe" || len(rest) != 1 || rest[0].State != "" || mark(rest[0].A) != "3" {
		t.Errorf("%+v\n%+v", first, rest)
	}
}

// The pieces of a value are the value, and what is not marked is in both.
func TestMarked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringMatching(`[abé ]{0,12}`).Draw(t, "a"), rapid.StringMatching(`[abé ]{0,12}`).Draw(t, "b")
		plain := func(v value) (whole, common string) {
			for _, s := range v {
				whole += s.Text
				if !s.Marked {
					common += s.Text
				}
			}
			return whole, common
		}
		l, r := marked([]rune(a), []rune(b))
		x, common := plain(l)
		y, other := plain(r)
		if x != a || y != b || common != other {
			t.Fatalf("%q %q: %q %q", x, y, common, other)
		}
	})
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, rows ...[]string) {
		schema, err := table.Schema(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		columns, _ := table.Columns(name, nil)
		b := table.NewBuilder(schema)
		for _, r := range rows {
			given := make(map[string]string)
			for _, cell := range r {
				k, v, _ := strings.Cut(cell, "=")
				given[k] = v
			}
			for i, c := range columns {
				switch v := given[c.Name]; c.Type {
				case table.List:
					b.Strings(i, strings.Fields(v))
				case table.Double:
					var f float64
					_, _ = fmt.Sscan(v, &f)
					b.Float(i, f)
				case table.Int64:
					b.Int64(i, 0)
				case table.Date:
					b.Date(i, v)
				case table.Timestamp:
					b.Instant(i, 0)
				default:
					b.String(i, v)
				}
			}
			b.EndRow()
		}
		rec, err := b.Batch()
		if err != nil {
			t.Fatal(err)
		}
		w, err := table.NewWriter(dir, name, nil, table.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(rec); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	pair := func(ca, a, cb, b, p string) []string {
		return []string{"customer_id_a=" + ca, "customer_id_b=" + cb, "source_a=crm", "record_id_a=" + a, "source_b=crm", "record_id_b=" + b, "probability=" + p, `evidence=[{"comparison":"prior","level":"","bits":-3}]`}
	}
	write("review", pair("ca", "1", "cb", "2", "0.9"), pair("ca", "1", "cb", "3", "0.45"), pair("cb", "2", "cc", "4", "0.52"), pair("ca", "1", "cc", "4", "0.7"), pair("cd", "5", "ce", "6", "0.8"))
	var records, cleaned [][]string
	for id, c := range map[string]string{"1": "ca", "2": "cb", "3": "cb", "4": "cc", "5": "cd", "6": "ce", "7": "cf"} {
		row := []string{"source=crm", "record_id=" + id, "customer_id=" + c, "fate=kept", "family_name=Name" + id, "email=a b"}
		records, cleaned = append(records, row), append(cleaned, row)
	}
	write("records", records...)
	write("cleaned", cleaned...)
	key := func(id string) record.Key { return record.Key{Source: "crm", ID: id} }
	for name, c := range map[string]struct {
		standing []overrides.Decision
		want     string
	}{
		"all":                          {nil, "4-2 3-1 4-1 6-5"},
		"two are apart":                {[]overrides.Decision{{A: key("1"), B: key("2"), Verdict: overrides.Different}}, "4-2 4-1 6-5"},
		"two are one":                  {[]overrides.Decision{{A: key("1"), B: key("2"), Verdict: overrides.Same}}, "4-2 4-1 6-5"},
		"what follows":                 {[]overrides.Decision{{A: key("1"), B: key("2"), Verdict: overrides.Same}, {A: key("3"), B: key("4"), Verdict: overrides.Different}}, "6-5"},
		"records that are not here":    {[]overrides.Decision{{A: key("1"), B: key("99"), Verdict: overrides.Same}}, "4-2 3-1 4-1 6-5"},
		"a decision the run has taken": {[]overrides.Decision{{A: key("2"), B: key("3"), Verdict: overrides.Same}}, "4-2 3-1 4-1 6-5"},
	} {
		q, err := Load(dir, c.standing)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range q.Pairs {
			got = append(got, p.B.Key.ID+"-"+p.A.Key.ID)
			if len(p.A.cells) == 0 || len(p.B.cells) == 0 || len(p.Levels) != 1 || p.A.Customer == "cb" && p.A.Records != 2 {
				t.Errorf("%s: %+v", name, p)
			}
		}
		if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
