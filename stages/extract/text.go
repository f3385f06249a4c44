package extract

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// text says how a file's bytes are read as characters.
type text struct {
	name     string // utf-8, utf-16le, windows-1252, ...
	reason   string
	bom      int               // bytes to skip
	stream   encoding.Encoding // decoded as it is read; nil for UTF-8 and one-byte encodings that share its ASCII
	bytewise *charmap.Charmap  // decoded by the workers; nil for UTF-8
}

var boms = []struct {
	bytes []byte
	name  string
	enc   encoding.Encoding
}{
	{[]byte{0xef, 0xbb, 0xbf}, "utf-8", nil},
	{[]byte{0xff, 0xfe}, "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	{[]byte{0xfe, 0xff}, "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
}

// findText tells a file's encoding from its first bytes, or takes the one that is given.
func findText(head []byte, given string) (text, error) {
	for _, b := range boms {
		if bytes.HasPrefix(head, b.bytes) {
			return text{name: b.name, reason: "it begins with a byte order mark", bom: len(b.bytes), stream: b.enc}, nil
		}
	}
	if given != "" && given != "auto" {
		return givenText(given)
	}
	if order := zeroSide(head); order != nil {
		t := *order
		return t, nil
	}
	if valid(head) {
		return text{name: "utf-8", reason: "its bytes are valid UTF-8"}, nil
	}
	// Text of a one-byte encoding is hardly ever valid UTF-8 by chance, so each line is taken for itself.
	if good, bad := validLines(head); good > 0 {
		return text{name: "utf-8", reason: fmt.Sprintf("%d of its first %d lines with accents are valid UTF-8; the others are read as windows-1252", good, good+bad)}, nil
	}
	return text{name: "windows-1252", reason: "its bytes are not UTF-8"}, nil
}

func givenText(name string) (text, error) {
	t := text{name: strings.ToLower(name), reason: "the config says so"}
	switch t.name {
	case "utf-8", "utf8":
		t.name = "utf-8"
		return t, nil
	case "utf-16", "utf-16le":
		t.stream = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
		return t, nil
	case "latin-1", "latin1", "iso-8859-1":
		t.bytewise = charmap.ISO8859_1
		return t, nil
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return t, &UsageError{name, "is no encoding that is known"}
	}
	if c, ok := e.(*charmap.Charmap); ok {
		t.bytewise = c
	} else {
		t.stream = e
	}
	return t, nil
}

// zeroSide finds UTF-16 without a mark: in text with Latin letters every second byte is zero.
func zeroSide(head []byte) *text {
	if len(head) < 8 {
		return nil
	}
	var even, odd int
	for i, b := range head[:len(head)&^1] {
		if b == 0 {
			if i%2 == 0 {
				even++
			} else {
				odd++
			}
		}
	}
	pairs := len(head) / 2
	const why = "every second byte is zero"
	switch {
	case odd*10 >= pairs*7 && even*10 < pairs:
		return &text{name: "utf-16le", reason: why, stream: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}
	case even*10 >= pairs*7 && odd*10 < pairs:
		return &text{name: "utf-16be", reason: why, stream: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}
	}
	return nil
}

// valid reports whether the bytes are UTF-8, but for a character cut off at the end.
func valid(b []byte) bool {
	for cut := 0; cut < utf8.UTFMax && cut <= len(b); cut++ {
		if utf8.Valid(b[:len(b)-cut]) {
			return true
		}
	}
	return false
}

func validLines(b []byte) (good, bad int) {
	for line := range bytes.Lines(b) {
		switch {
		case isASCII(line):
		case utf8.Valid(line):
			good++
		default:
			bad++
		}
	}
	return good, bad
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// decoded gives the characters of a stream, where they are decoded as they are read.
func (t text) decoded(r io.Reader) io.Reader {
	if t.stream == nil {
		return r
	}
	return transform.NewReader(r, t.stream.NewDecoder())
}

// line decodes one line that is not UTF-8; ok is false when it holds bytes that are no character.
func (t text) line(b []byte) (s string, ok bool) {
	c := t.bytewise
	if c == nil {
		c = charmap.Windows1252 // a stray line of a UTF-8 file
	}
	var out strings.Builder
	out.Grow(len(b) + len(b)/8)
	for _, x := range b {
		r := c.DecodeByte(x)
		if r == utf8.RuneError || (c == charmap.Windows1252 && undefined1252(x)) {
			return "", false
		}
		out.WriteRune(r)
	}
	return out.String(), true
}

// tried names the encodings in which a line was read.
func (t text) tried() string {
	if t.bytewise == nil {
		return "utf-8 or windows-1252"
	}
	return t.name
}

// undefined1252 are the five bytes that Windows-1252 leaves out; Go's table gives control characters for them.
func undefined1252(b byte) bool {
	return b == 0x81 || b == 0x8d || b == 0x8f || b == 0x90 || b == 0x9d
}
