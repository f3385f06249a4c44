package values

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

// socials gives the accounts one form each: network:handle.
func (m *Mapper) socials(r *record.Record) {
	if len(r.Socials) == 0 {
		return
	}
	out := make([]string, 0, len(r.Socials))
	for _, s := range r.Socials {
		clean := m.lists.social(text.Tidy(s))
		if clean != s {
			r.Note(record.Social, s, clean, "values.social", 0.95)
		}
		if clean != "" && !slices.Contains(out, clean) {
			out = append(out, clean)
		}
	}
	r.Socials = out
}

// social gives an account as network:handle, where its address, its column or what stands before it names the network. What
// is no account of a known network stays as it is.
func (l *Lists) social(s string) string {
	if nothing(s) {
		return ""
	}
	bare, column := strings.CutPrefix(s, "!") // the name of the column it stood in
	if name, rest, ok := strings.Cut(bare, ":"); ok && !strings.HasPrefix(rest, "//") {
		rest = strings.TrimSpace(rest)
		network := l.networks[text.Fold(name)]
		if first, _, _ := strings.Cut(text.Fold(name), " "); network == "" && column {
			network = l.networks[first] // instagram profile
		}
		switch {
		case network != "" && (column || strings.EqualFold(text.Fold(name), name)):
			if nothing(rest) {
				return ""
			}
			if full := l.url(rest); full != "" {
				return full
			}
			if h := handle(rest); h != "" {
				return network + ":" + h
			}
			if !column {
				return s
			}
			fallthrough
		case column:
			return l.social(strings.TrimLeft(rest, "! "))
		}
	}
	if full := l.url(s); full != "" {
		return full
	}
	return s
}

// url reads the address of an account; empty where it is none.
func (l *Lists) url(s string) string {
	s = strings.Trim(s, "<>")
	lower := strings.ToLower(s)
	rest := strings.TrimPrefix(strings.TrimPrefix(lower, "https:"), "http:")
	rest = strings.TrimPrefix(rest, "//")
	at := strings.IndexAny(rest, "/?#")
	if at < 0 {
		return ""
	}
	name := rest[:at]
	site, ok := l.hosts[name]
	for !ok { // www.facebook.com, de.linkedin.com
		_, under, found := strings.Cut(name, ".")
		if !found {
			return ""
		}
		name = under
		site, ok = l.hosts[name]
	}
	path := rest[at:]
	if id, found := strings.CutPrefix(path, "/profile.php?id="); found && site.network == "facebook" {
		id, _, _ = strings.Cut(id, "&")
		if h := handle(id); h != "" {
			return site.network + ":" + h
		}
		return ""
	}
	path = strings.TrimPrefix(path, "/#!") // how Twitter wrote them once
	path, _, _ = strings.Cut(path, "?")
	path, _, _ = strings.Cut(path, "#")
	parts := strings.FieldsFunc(path, func(c rune) bool { return c == '/' })
	if site.network == "youtube" && len(parts) > 1 && parts[0] == "channel" { // an id, whose case counts
		from := strings.Index(lower, parts[1])
		return site.network + ":channel/" + s[from:from+len(parts[1])]
	}
	kind := ""
	if len(parts) > 1 && slices.Contains(site.paths, parts[0]) {
		kind, parts = parts[0], parts[1:]
	} else if !site.first || len(parts) > 0 && slices.Contains(site.paths, parts[0]) {
		return ""
	}
	if len(parts) == 0 || pages[parts[0]] {
		return ""
	}
	if last := parts[len(parts)-1]; site.network == "facebook" && (kind == "people" || kind == "pages") && strings.Trim(last, "0123456789") == "" {
		parts[0] = last // people/Jane-Smith/100012: many bear the name
	}
	if plain, err := url.PathUnescape(parts[0]); err == nil && utf8.ValidString(plain) {
		parts[0] = plain
	}
	h := handle(parts[0])
	switch {
	case h == "":
		return ""
	case kind == "company" || kind == "companies" || kind == "school" || kind == "showcase" || kind == "groups": // no person's, and their names are others'
		return site.network + ":" + kind + "/" + h
	}
	return site.network + ":" + h
}

// pages are first parts of paths that are no account.
var pages = wordSet("home login signup search explore intent share sharer hashtag watch playlist reel reels p tv stories events marketplace settings i about help privacy posts feed status photo photos")

// handle is the name of an account in its one form; empty for text that can be none.
func handle(s string) string {
	s = strings.ToLower(strings.TrimPrefix(s, "@"))
	s = strings.TrimPrefix(strings.TrimRight(s, "/"), "u/")
	for _, prefix := range [...]string{"company/", "companies/", "school/", "showcase/", "groups/"} {
		if rest, ok := strings.CutPrefix(s, prefix); ok && rest != "" && !strings.ContainsAny(rest, " /,;@") {
			return s
		}
	}
	if nothing(s) || len(s) > 120 || strings.ContainsAny(s, " /,;@:?&#") {
		return ""
	}
	return s
}
