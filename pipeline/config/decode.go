package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Error is everything that is wrong with a config, each with its place.
type Error struct{ Problems []Problem }

// Problem is one thing wrong: where, and how to mend it. Line and Column count from 1; 0 when the place is not a file. No
// File where What names it.
type Problem struct {
	File         string
	Line, Column int
	What         string
}

func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

func (p Problem) String() string {
	switch {
	case p.File == "":
		return p.What
	case p.Line == 0:
		return p.File + ": " + p.What
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.What)
}

// largest is more than any run file holds, in bytes: what is longer is an extract that stands where the config should.
const largest = 4 << 20

// Load reads a run file. Its relative paths start from its own folder. All errors are of type [*Error]; they never hold a
// value of the file, which may be an extract by mistake.
func Load(path string) (*Config, error) {
	b, err := readFile(path)
	if err != nil {
		return nil, &Error{[]Problem{{File: path, What: "cannot be read: " + rootCause(err)}}}
	}
	c, err := Parse(path, b)
	if err != nil {
		return nil, err
	}
	c.root, c.name = filepath.Dir(path), baseName(path)
	return c, nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	return io.ReadAll(io.LimitReader(f, largest+1))
}

func rootCause(err error) string {
	if i := strings.LastIndex(err.Error(), ": "); i >= 0 {
		return err.Error()[i+2:]
	}
	return err.Error()
}

// Parse reads a run file's text; name stands in its errors. What the file leaves out has its default.
func Parse(name string, text []byte) (*Config, error) {
	c := Default()
	d := &decoder{file: name}
	if len(text) > largest {
		return nil, d.noConfig()
	}
	f, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, d.syntax(text, err)
	}
	for _, doc := range f.Docs {
		switch doc.Body.(type) {
		case nil, *ast.NullNode, *ast.CommentGroupNode:
			continue
		case *ast.MappingNode, *ast.MappingValueNode:
			d.value(doc.Body, reflect.ValueOf(c).Elem(), nil, "the config")
		default:
			return nil, d.noConfig()
		}
	}
	d.check(c)
	if len(d.problems) > 0 {
		slices.SortStableFunc(d.problems, func(a, b Problem) int {
			if a.Line != b.Line {
				return a.Line - b.Line
			}
			return a.Column - b.Column
		})
		return nil, &Error{d.problems}
	}
	return c, nil
}

func (d *decoder) noConfig() error {
	return &Error{[]Problem{{What: fmt.Sprintf("%s is no config: it holds no keys and values; to run an extract: rollcall run %[1]s", d.file)}}}
}

// syntax explains text that is not YAML, in words of its own: the parser's may quote the text. A tab used to indent is by
// far the commonest reason.
func (d *decoder) syntax(text []byte, err error) error {
	_, keys := fieldsOf(reflect.TypeFor[Config]())
	lines := strings.Split(string(text), "\n")
	if !slices.ContainsFunc(lines, func(line string) bool {
		key, _, ok := strings.Cut(line, ":")
		return ok && slices.Contains(keys, strings.Trim(key, " \"'"))
	}) {
		return d.noConfig()
	}
	for i, line := range lines {
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if at := strings.IndexByte(indent, '\t'); at >= 0 && strings.TrimSpace(line) != "" {
			return &Error{[]Problem{{File: d.file, Line: i + 1, Column: at + 1, What: "a tab indents this line; YAML is indented with spaces only"}}}
		}
	}
	p := Problem{File: d.file, Line: 1, Column: 1, What: "cannot be read as YAML from here on"}
	var at *yaml.SyntaxError
	if errors.As(err, &at) {
		p.Line, p.Column = at.Token.Position.Line, at.Token.Position.Column
		for _, s := range slips {
			if strings.Contains(at.Message, s.parser) {
				p.What = s.ours
				break
			}
		}
	}
	return &Error{[]Problem{p}}
}

// slips are the parser's words for what is wrong, by a part of them, and ours.
var slips = []struct{ parser, ours string }{
	{"already defined", "this key stands twice"},
	{"']' not found", "this list has no closing ]"},
	{"end token '}'", "these keys and values have no closing }"},
	{"end character of", "the quote that opens here is never closed"},
	{"reserved character", "a value that begins with this character needs quotes"},
	{"mapping value is not allowed", "the indentation is wrong here or on the next line: keys of one level stand in one column; or a value with \": \" in it lacks its quotes"},
	{"value is not allowed", "the indentation is wrong: this line stands in no column in which a line above begins"},
	{"non-map value", "this line is no key and value; is the colon missing, or its indentation wrong?"},
	{"unexpected key name", "this line is no key and value; is the colon missing on it or the line above, or its indentation wrong?"},
}

type decoder struct {
	file     string
	problems []Problem
	sources  []*token.Token // where each source's name stands
	anchors  map[string]ast.Node
	section  string // sources or feeds, whichever is being decoded
}

func (d *decoder) fail(at ast.Node, format string, args ...any) {
	t := at.GetToken()
	d.problems = append(d.problems, Problem{d.file, t.Position.Line, t.Position.Column, fmt.Sprintf(format, args...)})
}

// value decodes a node into v, which must be settable; tag is that of the struct field it is, path its name for errors.
func (d *decoder) value(n ast.Node, v reflect.Value, tag *reflect.StructTag, path string) {
	n = d.plain(n)
	if _, null := n.(*ast.NullNode); null {
		return // an empty key has its default
	}
	if s, ok := v.Addr().Interface().(scalar); ok {
		text, ok := d.word(n, path)
		if !ok {
			return
		}
		if err := s.parse(text); err != nil {
			d.fail(n, "%s: %v", path, err)
		}
		return
	}
	switch x := v.Addr().Interface().(type) {
	case *Strings:
		*x = d.strings(n, path)
		return
	case *Permissions:
		d.permissions(n, x, path)
		return
	case *Resolver:
		if text, ok := n.(*ast.StringNode); ok { // its address alone
			x.Address = text.Value
			return
		}
	}
	switch v.Kind() {
	case reflect.Struct:
		d.structure(n, v, path)
	case reflect.Map:
		d.mapping(n, v, tag, path)
	case reflect.Slice:
		d.sequence(n, v, tag, path)
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		d.value(n, p.Elem(), tag, path)
		v.Set(p)
	default:
		d.simple(n, v, tag, path)
	}
}

// plain sees through anchors, aliases and tags.
func (d *decoder) plain(n ast.Node) ast.Node {
	for {
		switch x := n.(type) {
		case *ast.AnchorNode:
			if d.anchors == nil {
				d.anchors = make(map[string]ast.Node)
			}
			d.anchors[x.Name.String()] = x.Value
			n = x.Value
		case *ast.AliasNode:
			to, ok := d.anchors[x.Value.String()]
			if !ok {
				d.fail(n, "the anchor that is meant here does not stand above")
				return ast.Null(x.GetToken())
			}
			n = to
		case *ast.TagNode:
			n = x.Value
		default:
			return n
		}
	}
}

func (d *decoder) pairs(n ast.Node, path string) []*ast.MappingValueNode {
	switch x := n.(type) {
	case *ast.MappingNode:
		return x.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{x}
	}
	d.fail(n, "%s takes keys and values, not %s", path, describe(n))
	return nil
}

func describe(n ast.Node) string {
	switch n.(type) {
	case *ast.SequenceNode:
		return "a list"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "keys and values"
	}
	return "one value"
}

func (d *decoder) structure(n ast.Node, v reflect.Value, path string) {
	fields, names := fieldsOf(v.Type())
	seen := make(map[string]bool)
	for _, pair := range d.pairs(n, path) {
		key := pair.Key.GetToken().Value
		f, ok := fields[key]
		if !ok {
			d.unknown(pair.Key, path, names)
			continue
		}
		if seen[key] {
			d.fail(pair.Key, "key %q stands twice in %s", key, path)
			continue
		}
		seen[key] = true
		if key == "name" && v.Type() == reflect.TypeFor[Source]() {
			d.sources = append(d.sources, pair.Value.GetToken())
		}
		d.value(pair.Value, v.FieldByIndex(f.Index), &f.Tag, key)
	}
	for _, name := range names {
		if f := fields[name]; f.Tag.Get("required") != "" && !seen[name] {
			d.fail(n, "%s lacks the key %q (%s)", path, name, f.Tag.Get("doc"))
		}
	}
}

// fieldsOf lists a struct's keys in their order.
func fieldsOf(t reflect.Type) (map[string]reflect.StructField, []string) {
	fields := make(map[string]reflect.StructField)
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		if name := f.Tag.Get("yaml"); name != "" {
			fields[name] = f
			names = append(names, name)
		}
	}
	return fields, names
}

// unknown names a key that is not known only where it is near to one that is: any other may be a customer's value.
func (d *decoder) unknown(key ast.Node, path string, known []string) {
	word := key.GetToken().Value
	if meant := near(word, known); meant != "" {
		d.fail(key, "unknown key %q in %s; did you mean %q?", word, path, meant)
		return
	}
	d.fail(key, "unknown key in %s; there are: %s", path, strings.Join(known, ", "))
}

// near is the word that was probably meant, if there is one.
func near(word string, words []string) string {
	best, distance := "", max(2, len(word)/3)+1
	for _, w := range words {
		if n := levenshtein.ComputeDistance(strings.ToLower(word), w); n < distance {
			best, distance = w, n
		}
	}
	return best
}

// nearest says which word was probably meant, or which there are.
func nearest(word string, words []string) string {
	if w := near(word, words); w != "" {
		return fmt.Sprintf("did you mean %q?", w)
	}
	return "there are: " + strings.Join(words, ", ")
}

func (d *decoder) mapping(n ast.Node, v reflect.Value, tag *reflect.StructTag, path string) {
	var allowed []string
	if keys := tag.Get("keys"); keys != "" {
		allowed = strings.Split(keys, ",")
	}
	if v.Type() == reflect.TypeFor[map[string]Strings]() && path == "columns" && d.inSources() {
		for f := range record.NumFields {
			allowed = append(allowed, f.String())
		}
	}
	out := reflect.MakeMap(v.Type())
	for _, pair := range d.pairs(n, path) {
		key := pair.Key.GetToken().Value
		if allowed != nil && !slices.Contains(allowed, key) {
			d.unknown(pair.Key, path, allowed)
			continue
		}
		if out.MapIndex(reflect.ValueOf(key)).IsValid() {
			d.fail(pair.Key, "this key stands twice in %s", path)
			continue
		}
		x, name := reflect.New(v.Type().Elem()).Elem(), path
		if allowed != nil {
			name += "." + key
		}
		d.value(pair.Value, x, tag, name)
		out.SetMapIndex(reflect.ValueOf(key), x)
	}
	v.Set(out)
}

// inSources reports whether a source is being decoded: its columns are canonical fields, a feed's are not.
func (d *decoder) inSources() bool { return d.section == "sources" }

func (d *decoder) sequence(n ast.Node, v reflect.Value, tag *reflect.StructTag, path string) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		d.fail(n, "%s takes a list, not %s", path, describe(n))
		return
	}
	out := reflect.MakeSlice(v.Type(), len(seq.Values), len(seq.Values))
	if path == "sources" || path == "feeds" {
		d.section = path
	}
	for i, item := range seq.Values {
		name := path
		if v.Type().Elem().Kind() == reflect.Struct {
			name = "an entry of " + path
		}
		d.value(item, out.Index(i), tag, name)
	}
	v.Set(out)
}

func (d *decoder) strings(n ast.Node, path string) Strings {
	if seq, ok := n.(*ast.SequenceNode); ok {
		var out Strings
		for _, item := range seq.Values {
			if s, ok := d.word(d.plain(item), path); ok {
				out = append(out, s)
			}
		}
		return out
	}
	if s, ok := d.word(n, path); ok {
		return Strings{s}
	}
	return nil
}

func (d *decoder) permissions(n ast.Node, p *Permissions, path string) {
	if s, ok := n.(*ast.StringNode); ok {
		if s.Value != "auto" {
			d.fail(n, `%s is "auto" or a channel's need each, as {email: granted, voice: not_denied}`, path)
		}
		p.Auto = true
		return
	}
	tag := reflect.StructTag(`keys:"email,sms,voice,post" enum:"granted,not_denied"`)
	d.mapping(n, reflect.ValueOf(&p.ByChannel).Elem(), &tag, path)
}

// word is the text of a scalar as it was written: 0171 stays 0171.
func (d *decoder) word(n ast.Node, path string) (string, bool) {
	switch x := n.(type) {
	case *ast.StringNode:
		return x.Value, true
	case *ast.LiteralNode:
		return x.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	d.fail(n, "%s takes one value, not %s", path, describe(n))
	return "", false
}

// simple decodes text, numbers and booleans, within the bounds of the field's tag.
func (d *decoder) simple(n ast.Node, v reflect.Value, tag *reflect.StructTag, path string) {
	text, ok := d.word(n, path)
	if !ok {
		return
	}
	if err := setSimple(v, tag, text); err != nil {
		d.fail(n, "%s: %v", path, err)
	}
}

// setSimple says what is wrong with a text without quoting it.
func setSimple(v reflect.Value, tag *reflect.StructTag, text string) error {
	switch v.Kind() {
	case reflect.String:
		if words := tag.Get("enum"); words != "" && !slices.Contains(strings.Split(words, ","), text) {
			return fmt.Errorf("none of its words; %s", nearest(text, strings.Split(words, ",")))
		}
		if tag.Get("country") != "" {
			if err := checkCountry(text); err != nil {
				return err
			}
		}
		if p := tag.Get("pattern"); p != "" && !regexp.MustCompile(p).MatchString(text) {
			return fmt.Errorf("not of the form %s", p)
		}
		v.SetString(text)
		return nil
	case reflect.Bool:
		switch strings.ToLower(text) {
		case "true", "yes", "on", "1":
			v.SetBool(true)
		case "false", "no", "off", "0":
			v.SetBool(false)
		default:
			return errors.New("neither true nor false")
		}
		return nil
	case reflect.Int, reflect.Int64:
		x, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return errors.New("not a whole number")
		}
		v.SetInt(x)
		return bounds(float64(x), tag)
	default:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return errors.New("not a number")
		}
		v.SetFloat(x)
		return bounds(x, tag)
	}
}

func bounds(x float64, tag *reflect.StructTag) error {
	for _, b := range [...]struct {
		key, word string
		sign      float64
	}{{"min", "at least", 1}, {"max", "at most", -1}} {
		limit := tag.Get(b.key)
		if limit == "" {
			continue
		}
		if y, err := strconv.ParseFloat(limit, 64); err == nil && (x-y)*b.sign < 0 {
			return fmt.Errorf("out of bounds; it must be %s %s", b.word, limit)
		}
	}
	return nil
}
