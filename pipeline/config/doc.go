// Package config is the run file: YAML in, a checked [Config] out.
//
// One declaration, the struct Config with its tags, drives decoding, the checks, the defaults and the JSON Schema. It is
// strict: an unknown key is an error that names line, column and the nearest valid key; all errors are told at once.
// Environment variables stand above the file, flags above both ([Config.Set]).
package config
