package review

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/overrides"
)

var (
	//go:embed page.html
	pageFile string
	//go:embed style.css
	style string
	//go:embed keys.js
	keys string
)

var page = template.Must(template.New("review").Funcs(template.FuncMap{
	"style": func() template.CSS { return template.CSS(style) },
	"keys":  func() template.JS { return template.JS(keys) },
	"words": func(s string) string { return strings.ReplaceAll(s, "_", " ") },
	"bits":  bits,
	"shown": shown,
}).Parse(pageFile))

// bits prints a weight with its sign; one that rounds to nothing has none.
func bits(x float64) string {
	if math.Abs(x) < .05 {
		return "0"
	}
	return strings.Replace(fmt.Sprintf("%+.1f", x), "-", "−", 1)
}

// policy lets a page use its own style and script, word for word, and nothing else.
var policy = "default-src 'none'; style-src " + digest(style) + "; script-src " + digest(keys) + "; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// view is what the page of a pair shows.
type view struct {
	*Pair
	Base, Path, Told, Error string
	Number, Of, Decided     int
	Back                    int // the pair that was decided before this one; 0 when none was
	Percent                 int
	First, Rest             []line
	Evidence                []bar
	Total                   float64
}

// bar is a level drawn: to the left of the middle what speaks against, to the right what speaks for. Units are percent.
type bar struct {
	Level
	From, Width float64
}

func (h *server) viewOf(p *Pair, i int, told, problem string) view {
	v := view{Pair: p, Base: h.base, Path: h.Path, Error: problem, Number: i + 1, Of: len(h.Queue.Pairs), Percent: int(math.Round(100 * p.Probability))}
	v.Told, v.Back = h.told(told)
	if v.Back == 0 && i > 0 {
		v.Back = i
	}
	s := h.count()
	v.Decided = v.Of - s.Open
	v.First, v.Rest = lines(p.A.cells, p.B.cells)
	most := 1.0
	for _, l := range p.Levels {
		v.Total += l.Bits
		most = max(most, math.Abs(l.Bits))
	}
	for _, l := range p.Levels {
		b := bar{l, 50, 48 * math.Abs(l.Bits) / most}
		if l.Bits < 0 {
			b.From -= b.Width
		}
		v.Evidence = append(v.Evidence, b)
	}
	return v
}

// told says what became of the pair that was decided last, and its number.
func (h *server) told(number string) (string, int) {
	p, i, ok := h.at(number)
	if !ok {
		return "", 0
	}
	what := map[overrides.Verdict]string{"": "skipped", overrides.Same: "saved as the same person", overrides.Different: "saved as not the same person"}[p.Verdict]
	return fmt.Sprintf("Pair %d: %s.", i+1, what), i + 1
}

// end is what the last page shows.
type end struct {
	Summary
	Base, Path, Told string
	Back, Later, All int
}

func (h *server) endOf(told string) end {
	e := end{Summary: h.count(), Base: h.base, Path: h.Path, Later: h.Queue.Later, All: len(h.Queue.Pairs)}
	e.Told, e.Back = h.told(told)
	return e
}

// draw writes a page; nothing goes out where its template fails.
func (h *server) draw(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := page.ExecuteTemplate(&b, name, data); err != nil {
		http.Error(w, "the page cannot be drawn", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the browser is gone: nothing is lost
}
