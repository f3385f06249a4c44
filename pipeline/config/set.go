package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Flag is a flag of `rollcall run` that can stand in the config and in the environment.
type Flag struct {
	Name string // as-of
	Key  string // as_of, or output.dir
	Doc  string // what it means, and the words that it takes
	Bool bool
}

// Variable is the environment variable that overrides the config.
func (f Flag) Variable() string {
	return "ROLLCALL_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
}

// Flags lists the flags, in the order of the declaration.
func Flags() []Flag {
	var out []Flag
	eachFlag(reflect.ValueOf(Default()).Elem(), "", func(f Flag, _ reflect.Value, _ *reflect.StructTag) { out = append(out, f) })
	return out
}

func eachFlag(v reflect.Value, prefix string, visit func(Flag, reflect.Value, *reflect.StructTag)) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if name := f.Tag.Get("flag"); name != "" {
			doc := f.Tag.Get("doc")
			if words := f.Tag.Get("enum"); words != "" {
				doc += ": " + strings.ReplaceAll(words, ",", "|")
			}
			visit(Flag{name, prefix + f.Tag.Get("yaml"), doc, f.Type.Kind() == reflect.Bool}, v.Field(i), &f.Tag)
		}
		if f.Type.Kind() == reflect.Struct && f.Tag.Get("yaml") == "output" {
			eachFlag(v.Field(i), "output.", visit)
		}
	}
}

// Set gives a flag's value, from the command line or the environment; where says which, for the error.
func (c *Config) Set(flag, text, where string) error {
	known, err := false, error(nil)
	eachFlag(reflect.ValueOf(c).Elem(), "", func(f Flag, v reflect.Value, tag *reflect.StructTag) {
		if f.Name != flag {
			return
		}
		known = true
		if s, ok := v.Addr().Interface().(scalar); ok {
			err = s.parse(text)
			return
		}
		err = setSimple(v, tag, text)
	})
	switch {
	case !known:
		return &Error{[]Problem{{File: where, What: fmt.Sprintf("there is no flag %q", flag)}}}
	case err != nil:
		return &Error{[]Problem{{File: where, What: fmt.Sprintf("%q is %v", text, err)}}}
	}
	if c.given == nil {
		c.given = make(map[string]bool)
	}
	c.given[flag] = true
	return nil
}

// Resolve makes the config's own paths start from its folder. Call it once, when flags and environment are set.
func (c *Config) Resolve() {
	for flag, p := range map[string]*string{"out": &c.Output.Dir, "previous": &c.Previous, "metrics": &c.Metrics, "lineage": &c.Lineage} {
		if !c.given[flag] { // what the command line names starts from the working folder
			*p = c.resolve(*p)
		}
	}
	for _, p := range []*string{&c.Match.Overrides, &c.Match.Model, &c.Outlets, &c.Reach.HashKeyFile, &c.Resolver.Cache} {
		*p = c.resolve(*p)
	}
	for name, path := range c.Reference {
		rest, extends := Extends(path)
		if rest = c.resolve(rest); extends {
			rest = "+" + rest
		}
		c.Reference[name] = rest
	}
}

// Digest is the text of the keys that change results: neither where the output stands nor how fast, how loud or with how
// much memory it is made. Paths are left out: what the files hold is digested for itself; so is the order of sources and
// feeds, but for the kept columns', which the caller adds.
func (c *Config) Digest() ([]byte, error) {
	x := *c
	x.AsOf, x.Previous, x.Memory, x.Jobs, x.FailOn, x.Resume = "", "", 0, 0, "", false
	x.Metrics, x.Lineage, x.Progress, x.LogFormat, x.LogLevel = "", "", "", "", ""
	x.Output.Dir, x.Outlets, x.Resolver = "", "", Resolver{}
	x.Match.Overrides, x.Match.Model, x.Reach.HashKeyFile = "", "", ""
	x.Sources = make([]Source, len(c.Sources))
	for i, s := range c.Sources {
		s.Path = ""
		x.Sources[i] = s
	}
	x.Feeds = make([]Feed, len(c.Feeds))
	for i, f := range c.Feeds {
		f.Path = ""
		x.Feeds[i] = f
	}
	slices.SortFunc(x.Sources, func(a, b Source) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(x.Feeds, func(a, b Feed) int { return strings.Compare(a.Name, b.Name) })
	x.Reference = make(map[string]string)
	for name, path := range c.Reference {
		_, extends := Extends(path)
		x.Reference[name] = fmt.Sprint(extends)
	}
	b, err := json.Marshal(&x) // maps are written in the order of their keys
	if err != nil {
		return nil, fmt.Errorf("digest config: %w", err)
	}
	return b, nil
}
