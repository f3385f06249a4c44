package emails

import (
	"strings"
	"testing"
)

// TestSyntax holds each address with the clause that makes it right or wrong.
func TestSyntax(t *testing.T) {
	long := strings.Repeat
	valid := []struct{ clause, addresses string }{
		{"RFC 5322 3.2.3 atext", "ann@firm.de a@firm.de 1@firm.de 123456@firm.de ann1@firm.de o'neil@firm.de ann&bob@firm.de a#b@firm.de $a@firm.de 50%off@firm.de " +
			"*@firm.de a+b@firm.de a-b@firm.de -a@firm.de a-@firm.de a/b@firm.de a=b@firm.de a?b@firm.de ^a@firm.de _a@firm.de _@firm.de `a@firm.de {a}@firm.de a|b@firm.de ~a@firm.de !a@firm.de " +
			"!#$%&'*+-/=?^_`{|}~@firm.de"},
		{"RFC 5321 4.1.2 Dot-string", "a.b@firm.de a.b.c.d@firm.de ann.o'neil@firm.de a.-b@firm.de 1.2.3@firm.de"},
		{"RFC 5321 4.1.2 Quoted-string", `"ann.lee"@firm.de "ann..lee"@firm.de ".ann"@firm.de "a@b"@firm.de "a\"b"@firm.de "a\\b"@firm.de "a,b"@firm.de "(a)"@firm.de "a<b>"@firm.de "\a"@firm.de`},
		{"RFC 5321 2.3.5 domains", "a@b.de a@firm.co.uk a@x.y.z.firm.de a@1firm.de a@firm1.de a@123.de a@a-b.de a@a--b.de a@3com.com a@mail-1.firm.de a@firm.museum a@firm.travel " +
			"A@FIRM.DE a@Firm.De a@firm.consulting"},
		{"RFC 5890 2.3.2.1 A-label", "a@xn--bcher-kva.de a@xn--80ak6aa92e.com a@firm.xn--p1ai a@XN--BCHER-KVA.DE"},
		{"RFC 5890 2.3.2.1 U-label", "a@bücher.de a@BÜCHER.de a@straße.de a@faß.de a@例え.jp a@пример.рф a@उदाहरण.भारत a@παράδειγμα.gr a@مثال.مصر a@実例.com a@ñandú.cl a@l·l.cat"},
		{"RFC 6531 3.3 local part", "josé@firm.es müller@firm.de 用户@例子.中国 пользователь@пример.рф δοκιμή@παράδειγμα.gr उपयोगकर्ता@उदाहरण.भारत ユーザー@例え.jp Ä@firm.de ß@firm.de 𠮷@firm.jp a🙂@firm.de"},
		{"RFC 5321 4.5.3.1 limits", long("a", 64) + "@firm.de a@" + long("b", 63) + ".de " +
			long("a", 64) + "@" + long(long("b", 61)+".", 3) + "de"},
	}
	n := 0
	for _, v := range valid {
		for _, s := range strings.Fields(v.addresses) {
			n++
			if _, bad := parse(s); bad != "" {
				t.Errorf("%s (%s): %s", s, v.clause, bad)
			}
		}
	}
	for _, s := range []string{`"a b"@firm.de`, `" "@firm.de`, `"a\ b"@firm.de`, `"ann lee"@firm.de`} {
		n++
		if _, bad := parse(s); bad != "" {
			t.Errorf("%s: %s", s, bad)
		}
	}

	for _, c := range []struct {
		want      fault
		addresses []string
	}{
		{noAt, []string{"", "ann", "ann.firm.de", "ann at firm.de", "firm.de", "ann#firm.de", "mailto"}},
		{manyAt, []string{"a@b@firm.de", "@a@firm.de", "a@@firm.de"}},
		{emptyLocal, []string{"@firm.de", "@"}},
		{longLocal, []string{long("a", 65) + "@firm.de", long("é", 33) + "@firm.de", `"` + long("a", 63) + `"@firm.de`}},
		{badDot, []string{".a@firm.de", "a.@firm.de", "a..b@firm.de", ".@firm.de", "..@firm.de", "a...b@firm.de"}},
		{badLocal, []string{
			"a b@firm.de", " a@firm.de", "a @firm.de", "a\tb@firm.de", "a\r\n b@firm.de", "a(b)@firm.de", "(c)a@firm.de", "a(c)@firm.de",
			"a,b@firm.de", "a:b@firm.de", "a;b@firm.de", "a<b@firm.de", "a>b@firm.de", "<a@firm.de", "a[b@firm.de", "a]b@firm.de", `a\b@firm.de`, `a\@b@firm.de`,
			`a"b@firm.de`, `a"b"c@firm.de`, `a."b"@firm.de`, "a\x00b@firm.de", "a\x7Fb@firm.de", "a\x1Bb@firm.de", "Ann Lee <ann@firm.de", "a\n@firm.de",
		}},
		{badLocalUnicode, []string{
			"a\u00A0b@firm.de", "a\u2003b@firm.de", "\u0301a@firm.de", "a\u200Bb@firm.de", "a\u202Eb@firm.de", "a\u2028b@firm.de", "a\uFEFFb@firm.de",
			"a\xFFb@firm.de", "a\uE000b@firm.de", "a\u0085b@firm.de", "\xC3@firm.de",
		}},
		{badQuoted, []string{`"@firm.de`, `""@firm.de`, `"a@firm.de`, `"a"b@firm.de`, `"a""b"@firm.de`, `"a\"@firm.de`, "\"a\nb\"@firm.de", "\"a\x00\"@firm.de", `"a"."b"@firm.de`, "\"a\\\x01\"@firm.de", "\"a\x7F\"@firm.de"}},
		{emptyDomain, []string{"a@"}},
		{domainLiteral, []string{"a@[127.0.0.1]", "a@[IPv6:2001:db8::1]", "a@[1.2.3.4", "a@127.0.0.1", "a@1.2.3.4", "a@[firm.de]", "a@999.1.1.1"}},
		{singleLabel, []string{"a@localhost", "a@firm", "a@de", "a@com"}},
		{emptyLabel, []string{"a@.firm.de", "a@firm..de", "a@firm.de.", "a@.", "a@..", "a@.de", "a@xn--.de"}},
		{longLabel, []string{"a@" + long("b", 64) + ".de", "a@firm." + long("b", 64)}},
		{badHyphen, []string{"a@-firm.de", "a@firm-.de", "a@firm.-de", "a@firm.de-", "a@-.de", "a@-", "a@a.-b.de"}},
		{reservedHyphens, []string{"a@ab--cd.de", "a@12--x.de"}},
		{badLabel, []string{
			"a@fi rm.de", "a@firm .de", "a@ firm.de", "a@firm.de ", "a@fi_rm.de", "a@_firm.de", "a@firm!.de", "a@firm.d#e", "a@firm,de", "a@firm;de", "a@fi(c)rm.de", "a@firm.de(c)",
			"a@fi/rm.de", "a@firm.de/x", "a@firm:25.de", "a@fi\"rm.de", "a@fi'rm.de", "a@firm.de>", "a@fi\trm.de", "a@firm\n.de", "a@fi\x00rm.de", "a@fi+rm.de", "a@fi%rm.de", "a@fi&rm.de", "a@f=m.de", "a@fi*rm.de", "a@fi~rm.de", "a@fi|rm.de", "a@fi\\rm.de", "a@fi[rm.de", "a@fi{r}m.de",
		}},
		{badIDNA, []string{"a@☃.com", "a@i❤.ws", "a@💩.la", "a@xn--ls8h.la", "a@xn--n3h.com", "a@xn--a.de", "a@xn--zzzzzzzzzzzz.de", "a@a\u200Db.de", "a@\u0301a.de", "a@b\xFF.de", "a@\u05D0a1.\u0661x.com", "a@fi\u202Erm.de", "a@±.de"}},
		{numericTLD, []string{"a@firm.123", "a@1.2", "a@firm.de.0"}},
		{longDomain, []string{"a@" + long("abcdefgh.", 28) + "de"}},
		{longAddress, []string{long("a", 64) + "@" + long(long("b", 61)+".", 3) + "com1", long("a", 10) + "@" + long("abcdefgh.", 27) + "de"}},
	} {
		for _, s := range c.addresses {
			n++
			if _, bad := parse(s); bad != c.want {
				t.Errorf("%q: %q, want %q", s, bad, c.want)
			}
		}
	}
	if n < 240 {
		t.Errorf("the table has shrunk to %d addresses", n)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"ann@firm.de", `"a b"@firm.de`, "ü@bücher.de", "a@xn--bcher-kva.de", "a@[1.2.3.4]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, bad := parse(s)
		if bad != "" {
			return
		}
		again, bad := parse(a.local + "@" + a.domain)
		if bad != "" || again != a {
			t.Fatalf("%q: canonical %q@%q reads as %+v (%s)", s, a.local, a.domain, again, bad)
		}
	})
}
