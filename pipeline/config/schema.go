package config

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Schema is the JSON Schema (2020-12) of a run file, from the same declaration that decodes it; lists are the names of those
// that a job may replace.
func Schema(lists []string) ([]byte, error) {
	s := objectOf(reflect.TypeFor[Config]())
	s["properties"].(map[string]any)["reference"].(map[string]any)["propertyNames"] = map[string]any{"enum": lists}
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "rollcall run file"
	return json.MarshalIndent(s, "", "  ")
}

func schemaOf(t reflect.Type, tag reflect.StructTag) map[string]any {
	if s, ok := reflect.New(t).Interface().(scalar); ok {
		return s.form()
	}
	text := map[string]any{"type": "string"}
	switch t {
	case reflect.TypeFor[Strings]():
		return map[string]any{"oneOf": []any{text, map[string]any{"type": "array", "items": text}}}
	case reflect.TypeFor[Permissions]():
		need := map[string]any{"enum": []string{"granted", "not_denied"}}
		return map[string]any{"oneOf": []any{map[string]any{"const": "auto"}, map[string]any{
			"type": "object", "additionalProperties": false,
			"properties": map[string]any{"email": need, "sms": need, "voice": need, "post": need},
		}}}
	}
	switch t.Kind() {
	case reflect.Struct:
		if t == reflect.TypeFor[Resolver]() {
			return map[string]any{"oneOf": []any{text, objectOf(t)}}
		}
		return objectOf(t)
	case reflect.Pointer:
		return schemaOf(t.Elem(), tag)
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem(), tag)}
	case reflect.Map:
		s := map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem(), tag)}
		if keys := tag.Get("keys"); keys != "" {
			s["propertyNames"] = map[string]any{"enum": strings.Split(keys, ",")}
		}
		return s
	default:
	}
	return simpleSchema(t, tag)
}

func objectOf(t reflect.Type) map[string]any {
	properties := make(map[string]any)
	var required []string
	fields, names := fieldsOf(t)
	for _, name := range names {
		f := fields[name]
		p := schemaOf(f.Type, f.Tag)
		p["description"] = f.Tag.Get("doc")
		if t == reflect.TypeFor[Source]() && name == "columns" {
			var canonical []string
			for f := range record.NumFields {
				canonical = append(canonical, f.String())
			}
			p["propertyNames"] = map[string]any{"enum": canonical}
		}
		if t == reflect.TypeFor[Rule]() && name == "is" {
			var single []string
			for f := record.FullName; f < record.NumFields; f++ {
				if !f.Many() {
					single = append(single, f.String())
				}
			}
			p["propertyNames"] = map[string]any{"enum": single}
		}
		properties[name] = p
		if f.Tag.Get("required") != "" {
			required = append(required, name)
		}
	}
	s := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if required != nil {
		s["required"] = required
	}
	return s
}

func simpleSchema(t reflect.Type, tag reflect.StructTag) map[string]any {
	s := make(map[string]any)
	switch t.Kind() {
	case reflect.Bool:
		s["type"] = "boolean"
	case reflect.Int, reflect.Int64:
		s["type"] = "integer"
	case reflect.Float64:
		s["type"] = "number"
	default:
		s["type"] = "string"
		if words := tag.Get("enum"); words != "" {
			s["enum"] = strings.Split(words, ",")
		}
		if p := tag.Get("pattern"); p != "" {
			s["pattern"] = p
		}
		return s
	}
	for key, name := range map[string]string{"min": "minimum", "max": "maximum"} {
		if x, err := strconv.ParseFloat(tag.Get(key), 64); err == nil && t.Kind() != reflect.Bool {
			s[name] = x
		}
	}
	return s
}
