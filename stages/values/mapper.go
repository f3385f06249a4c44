package values

import (
	_ "embed"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/text"
)

//go:embed answers.psv
var answersFile string

// answers are what words mean: of a consent, and of a flag that forbids.
var answers = func() map[string]struct{ consent, flag string } {
	m := make(map[string]struct{ consent, flag string })
	other := map[string]string{"yes": "no", "no": "yes"}
	for line := range strings.Lines(answersFile) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) == 4 && cells[0] != "word" {
			x := struct{ consent, flag string }{cells[1], cells[1]}
			if cells[3] == "consent" { // "opted out" in a column that forbids is a yes
				x.flag = other[cells[1]]
			}
			m[cells[0]] = x
		}
	}
	return m
}()

// Mapper cleans coded values. It is safe for concurrent use.
type Mapper struct{}

// New makes a mapper.
func New() *Mapper { return &Mapper{} }

// What cannot be read of a consent is unknown, never a yes; of a flag that forbids it is a yes, so that no opt-out is lost.
var (
	consents   = []record.Field{record.ConsentEmail, record.ConsentSMS, record.ConsentVoice, record.ConsentPost}
	forbidding = []record.Field{record.DoNotContact, record.DoNotCall}
)

// Map cleans the coded values of one record, and tidies every other text.
func (m *Mapper) Map(r record.Record) (record.Record, error) {
	for f := range record.NumFields {
		if r.Text[f] != "" {
			tidy(&r, f)
		}
	}
	for _, f := range consents {
		answer(&r, f, "consent_unreadable")
	}
	answer(&r, record.Deceased, "flag_unreadable")
	for _, f := range forbidding {
		forbid(&r, f)
	}
	code(&r, record.Gender, gender, "values.gender")
	code(&r, record.Language, languageTag, "values.language")
	code(&r, record.PreferredChannel, channel, "values.channel")
	code(&r, record.Value, amount, "values.amount")
	code(&r, record.ConsentBasis, snake, "values.basis")
	code(&r, record.ValueTier, func(s string) string { return strings.ToLower(s) }, "values.tier")
	code(&r, record.LifecycleStage, func(s string) string { return strings.ToLower(s) }, "values.stage")
	lists(&r)
	return r, nil
}

// tidy trims a text and empties one that only says that there is no value.
func tidy(r *record.Record, f record.Field) {
	v := r.Text[f]
	if clean := text.Tidy(v); clean != v {
		r.Set(f, clean, "values.tidy", 1)
		v = clean
	}
	if nothing(v) && f != record.FamilyName && f != record.GivenName {
		r.Set(f, "", "values.empty", 0.99)
	}
}

// nothing reports whether a value only says that there is none.
func nothing(v string) bool {
	switch len(v) {
	case 0:
		return true
	case 1, 2, 3, 4, 5, 6, 7:
		switch strings.ToLower(v) {
		case "-", "--", "---", ".", "?", "n/a", "#n/a", "na", "null", "none", "nil", "nan", "(null)", "<null>", "n.a.", "n/a.", "\\n", "#null!", "#value!", "#ref!":
			return strings.ToLower(v) != "na" || v == "NA" || v == "na"
		}
	}
	return false
}

func answer(r *record.Record, f record.Field, code record.Reason) {
	v := r.Text[f]
	if v == "" || v == "yes" || v == "no" {
		return
	}
	if x, ok := answers[text.Fold(v)]; ok {
		meaning := x.consent
		r.Text[f] = meaning // the same answer in another word is no change of a fact, but it is noted
		r.Note(f, v, meaning, "values.answer", 0.99)
		return
	}
	if f == record.Deceased && len(v) >= 8 && v[0] >= '0' && v[0] <= '9' { // a date of death
		r.Set(f, "yes", "values.answer", 0.95)
		return
	}
	r.Findings = append(r.Findings, record.Finding{Code: code, Effect: record.Asks, Value: v, Source: "values", Detail: f.String()})
	r.Set(f, "", "values.unreadable", 0.5)
}

// forbid reads a flag that forbids. It may hold the answers of several columns: one yes among them is enough. A date, or what
// cannot be read, is taken for a yes; only what says that nothing is known is not.
func forbid(r *record.Record, f record.Field) {
	v := r.Text[f]
	if v == "" || v == "yes" || v == "no" {
		return
	}
	meaning := "no"
	read := func(s string) bool {
		x, ok := answers[s]
		if ok && x.flag == "yes" || !ok && !silent[s] {
			meaning = "yes"
		}
		return ok || silent[s]
	}
	folded := text.Fold(v)
	if !read(folded) {
		meaning = "no"
		for w := range strings.SplitSeq(folded, " ") {
			if !read(w) {
				r.Findings = append(r.Findings, record.Finding{Code: "flag_unreadable", Effect: record.Asks, Value: v, Source: "values", Detail: f.String()})
				r.Set(f, "yes", "values.restrictive", 0.6)
				return
			}
		}
	}
	r.Text[f] = meaning
	r.Note(f, v, meaning, "values.answer", 0.99)
}

// silent are words that say that nothing is known.
var silent = map[string]bool{"unknown": true, "unbekannt": true, "inconnu": true, "desconocido": true, "desconhecido": true, "sconosciuto": true, "onbekend": true, "not set": true, "unset": true}

// code replaces a value by its code; a value that has none becomes empty, with a finding.
func code(r *record.Record, f record.Field, read func(string) string, rule string) {
	v := r.Text[f]
	if v == "" {
		return
	}
	c := read(v)
	if c == "" {
		r.Findings = append(r.Findings, record.Finding{Code: "value_unreadable", Effect: record.Asks, Value: v, Source: "values", Detail: f.String()})
	}
	r.Set(f, c, rule, 0.99)
}

var genders = map[string]string{
	"m": "male", "male": "male", "man": "male", "mann": "male", "mannlich": "male", "homme": "male", "hombre": "male", "masculino": "male", "maschio": "male",
	"herr": "male", "mr": "male", "masculin": "male", "h": "male", "uomo": "male", "homem": "male",
	"f": "female", "female": "female", "w": "female", "woman": "female", "frau": "female", "weiblich": "female", "femme": "female", "mujer": "female", "feminino": "female",
	"femenino": "female", "femmina": "female", "vrouw": "female", "v": "female", "mrs": "female", "ms": "female", "feminin": "female", "donna": "female", "mulher": "female",
	"d": "other", "x": "other", "other": "other", "divers": "other", "diverse": "other", "non binary": "other", "nonbinary": "other", "autre": "other", "otro": "other", "outro": "other", "altro": "other", "anders": "other",
	"u": "", "unknown": "", "unbekannt": "", "inconnu": "",
}

func gender(s string) string { return genders[text.Fold(s)] }

var languages = map[string]string{
	"english": "en", "englisch": "en", "anglais": "en", "ingles": "en", "inglese": "en", "engels": "en", "german": "de", "deutsch": "de", "allemand": "de", "aleman": "de", "alemao": "de",
	"tedesco": "de", "duits": "de", "french": "fr", "francais": "fr", "franzosisch": "fr", "frances": "fr", "francese": "fr", "frans": "fr", "spanish": "es", "espanol": "es", "spanisch": "es",
	"espagnol": "es", "espanhol": "es", "spagnolo": "es", "spaans": "es", "castellano": "es", "italian": "it", "italiano": "it", "italienisch": "it", "italien": "it", "italiaans": "it",
	"portuguese": "pt", "portugues": "pt", "portugiesisch": "pt", "portugais": "pt", "portoghese": "pt", "portugees": "pt", "dutch": "nl", "nederlands": "nl", "niederlandisch": "nl",
	"neerlandais": "nl", "holandes": "nl", "olandese": "nl", "polish": "pl", "polski": "pl", "hindi": "hi", "chinese": "zh", "japanese": "ja", "russian": "ru", "turkish": "tr", "arabic": "ar",
}

// languageTag gives a BCP 47 tag: of a tag in another spelling, or of a language's name.
func languageTag(s string) string {
	if code, ok := languages[text.Fold(s)]; ok {
		return code
	}
	tag, err := language.Parse(strings.ReplaceAll(s, "_", "-"))
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

var channels = map[string]string{
	"email": "email", "e mail": "email", "mail": "email", "courriel": "email", "correo": "email", "correo electronico": "email",
	"sms": "sms", "text": "sms", "text message": "sms", "texto": "sms", "mobile": "sms",
	"voice": "voice", "phone": "voice", "call": "voice", "telephone": "voice", "tel": "voice", "telefon": "voice", "telefono": "voice", "telefone": "voice", "telefoon": "voice", "anruf": "voice",
	"post": "post", "letter": "post", "postal": "post", "brief": "post", "courrier": "post", "carta": "post", "lettera": "post", "direct mail": "post",
}

func channel(s string) string { return channels[text.Fold(s)] }

func snake(s string) string { return strings.ReplaceAll(text.Fold(s), " ", "_") }

// amount reads a number in the ways of any country: the last of point and comma is the decimal mark, unless it parts
// thousands.
func amount(s string) string {
	var digits strings.Builder
	negative := false
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9' || r == '.' || r == ',':
			digits.WriteRune(r)
		case r == '-' && digits.Len() == 0:
			negative = true
		case r == ' ' || r == '\'' || r == '€' || r == '$' || r == '£' || r == '\u00a0' || r >= 'A' && r <= 'Z':
		default:
			return ""
		}
	}
	d := digits.String()
	if strings.Trim(d, ".,") == "" {
		return ""
	}
	mark := strings.LastIndexAny(d, ".,")
	whole, part := d, ""
	if mark >= 0 {
		c := d[mark : mark+1]
		thousands := len(d)-mark-1 == 3 && (strings.Count(d, c) > 1 || c == "," && !strings.Contains(d, ".")) && d[0] != '0'
		if !thousands {
			whole, part = d[:mark], d[mark+1:]
		}
	}
	whole = strings.TrimLeft(strings.NewReplacer(".", "", ",", "").Replace(whole), "0")
	if whole == "" {
		whole = "0"
	}
	out := whole
	if part != "" {
		out += "." + part
	}
	if negative {
		out = "-" + out
	}
	return out
}

// lists tidies the fields of several values.
func lists(r *record.Record) {
	for i := range r.Kept {
		r.Kept[i] = text.Tidy(r.Kept[i])
	}
	r.Identifiers = slices.DeleteFunc(r.Identifiers, func(x record.IdentifierValue) bool {
		if v := text.Tidy(x.Value); nothing(v) || strings.Trim(v, "0 -") == "" {
			r.Note(record.Identifier, x.Value, "", "values.empty", 0.99)
			return true
		}
		return false
	})
	for i := range r.Identifiers {
		r.Identifiers[i].Value = text.Tidy(r.Identifiers[i].Value)
	}
	var out []string
	for _, s := range r.Socials {
		clean := social(text.Tidy(s))
		if clean != s {
			r.Note(record.Social, s, clean, "values.social", 0.95)
		}
		if clean != "" && !slices.Contains(out, clean) {
			out = append(out, clean)
		}
	}
	r.Socials = out
}

var networks = map[string]string{
	"twitter.com": "twitter", "x.com": "twitter", "facebook.com": "facebook", "fb.com": "facebook", "linkedin.com": "linkedin", "instagram.com": "instagram", "tiktok.com": "tiktok", "youtube.com": "youtube",
}

// social gives an account as network:handle, where the network is known from its address.
func social(s string) string {
	if nothing(s) {
		return ""
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(s), "https://"), "http://")
	host, path, found := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(rest, "www."), "m."), "/")
	network, known := networks[host]
	if !found || !known {
		return s
	}
	path, _, _ = strings.Cut(path, "?")
	path = strings.Trim(path, "/")
	for _, p := range []string{"in/", "company/", "pub/", "@"} {
		path = strings.TrimPrefix(path, p)
	}
	if path == "" {
		return s
	}
	return network + ":" + path
}
