package config

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Config is a run file. Tags: yaml is the key, doc what it means, enum its words, min and max its bounds.
type Config struct {
	AsOf           Day      `yaml:"as_of" doc:"the day the run speaks for, as 2026-11-21; default today in UTC, read once at the start" flag:"as-of"`
	DefaultCountry string   `yaml:"default_country" doc:"ISO 3166-1 alpha-2 country of values that say none" pattern:"^[A-Z]{2}$" country:"iso"`
	Sources        []Source `yaml:"sources" doc:"the extracts"`
	Feeds          []Feed   `yaml:"feeds" doc:"what happened to contact points since"`
	Match          Match    `yaml:"match" doc:"who is the same person"`
	Reach          Reach    `yaml:"reach" doc:"who can be contacted"`

	ValueTiers map[string]float64 `yaml:"value_tiers" doc:"quantiles of value, where there is no value_tier" min:"0" max:"1"`
	Segments   []Rule             `yaml:"segments" doc:"segments of customers whose records name none: the first rule that holds"`
	Stages     []Rule             `yaml:"lifecycle_stages" doc:"lifecycle stages of customers whose records name none: the first rule that holds"`
	Outlets    string             `yaml:"outlets" doc:"CSV of outlet,country,postcode,city and, if you like, region: the nearest one serves the customer"`
	Reference  map[string]string  `yaml:"reference" doc:"a file that replaces a built-in list, or extends it: +my.psv"`
	Gates      []Gate             `yaml:"gates" doc:"limits that a run must meet before anything is published"`
	Resolver   Resolver           `yaml:"resolver" doc:"whom dns asks for mail servers: an address, or how to ask too"`
	Output     Output             `yaml:"output" doc:"where and how tables are written"`

	Previous  string `yaml:"previous" doc:"a published run, or an output folder: keeps ids stable and shows movement" flag:"previous"`
	Memory    Size   `yaml:"memory" doc:"what the process may hold, as 512MiB or 4GiB" flag:"memory"`
	Jobs      int    `yaml:"jobs" doc:"workers; default one a processor" min:"0" flag:"jobs"`
	FailOn    string `yaml:"fail_on" doc:"which gates stop a run" enum:"error,warn,never" flag:"fail-on"`
	Resume    bool   `yaml:"resume" doc:"go on where a run was stopped" flag:"resume"`
	DNS       bool   `yaml:"dns" doc:"ask the domain name system for mail servers" flag:"dns"`
	Metrics   string `yaml:"metrics" doc:"write a Prometheus textfile here" flag:"metrics"`
	Lineage   string `yaml:"lineage" doc:"append OpenLineage events here; OPENLINEAGE_NAMESPACE is the namespace of their job" flag:"lineage"`
	Progress  string `yaml:"progress" doc:"a live line on the terminal" enum:"auto,always,never" flag:"progress"`
	LogFormat string `yaml:"log_format" doc:"form of the log" enum:"json,console" flag:"log-format"`
	LogLevel  string `yaml:"log_level" doc:"how much the log says" enum:"debug,info,warn,error" flag:"log-level"`

	name  string          // of the file, without its ending
	root  string          // folder that relative paths start from
	given map[string]bool // flags that came from the command line or the environment
}

// Source is one system's extracts.
type Source struct {
	Name      string             `yaml:"name" doc:"how tables call it" required:"true"`
	Path      string             `yaml:"path" doc:"a file, a glob, or - for standard input" required:"true"`
	Format    string             `yaml:"format" doc:"default: found out" enum:"auto,csv,tsv,jsonl,parquet,xlsx"`
	Encoding  string             `yaml:"encoding" doc:"utf-8, utf-16, windows-1252, latin-1, ...; default: found out"`
	Delimiter string             `yaml:"delimiter" doc:"one character, tab, or auto"`
	Header    *bool              `yaml:"header" doc:"whether the first row names the columns; default: found out"`
	Country   string             `yaml:"country" doc:"country of its values where they say none" pattern:"^[A-Z]{2}$" country:"iso"`
	Timezone  string             `yaml:"timezone" doc:"IANA name; of times without one; default UTC"`
	DateOrder string             `yaml:"date_order" doc:"order of days and months" enum:"auto,dmy,mdy,ymd"`
	Trust     float64            `yaml:"trust" doc:"higher wins when values disagree"`
	Unique    bool               `yaml:"unique" doc:"two of its records are never joined"`
	Columns   map[string]Strings `yaml:"columns" doc:"canonical field to column, or to several"`
	Keep      []string           `yaml:"keep" doc:"columns passed through as x_..."`
}

// Feed is what happened to contact points.
type Feed struct {
	Name      string             `yaml:"name" doc:"how evidence calls it" required:"true"`
	Kind      string             `yaml:"kind" doc:"what it holds" enum:"events,contacts,suppression,reassigned,erasure" required:"true"`
	Path      string             `yaml:"path" doc:"a file or a glob" required:"true"`
	Format    string             `yaml:"format" doc:"default: found out" enum:"auto,csv,tsv,jsonl,parquet,xlsx"`
	Encoding  string             `yaml:"encoding" doc:"default: found out"`
	Delimiter string             `yaml:"delimiter" doc:"one character, tab, or auto"`
	Header    *bool              `yaml:"header" doc:"whether the first row names the columns; default: found out"`
	Channel   string             `yaml:"channel" doc:"the channel that a suppression list forbids" enum:"email,sms,voice,post"`
	Countries []string           `yaml:"countries" doc:"the countries that a list speaks for" pattern:"^[A-Z]{2}$" country:"iso"`
	Country   string             `yaml:"country" doc:"country of numbers without one" pattern:"^[A-Z]{2}$" country:"iso"`
	Timezone  string             `yaml:"timezone" doc:"IANA name; of times without one; default UTC"`
	DateOrder string             `yaml:"date_order" doc:"order of days and months" enum:"auto,dmy,mdy,ymd"`
	Hash      string             `yaml:"hash" doc:"the list holds hashes of this kind" enum:"sha256,sha1,md5,hmac"`
	AsOf      Day                `yaml:"as_of" doc:"the day the list was drawn"`
	MaxAge    Span               `yaml:"max_age" doc:"how old the list may be, as 28d"`
	Columns   map[string]Strings `yaml:"columns" doc:"feed column to the file's column"`
}

// Match is how records are joined.
type Match struct {
	Threshold   Threshold    `yaml:"threshold" doc:"probability at or above which records are joined, or best-f1" min:"0" max:"1"`
	Review      []float64    `yaml:"review" doc:"a pair between these two is a row in review" min:"0" max:"1"`
	Overrides   string       `yaml:"overrides" doc:"CSV of decisions that survive re-runs"`
	Model       string       `yaml:"model" doc:"a saved model.json to use instead of training"`
	Also        []string     `yaml:"also" doc:"more columns to compare"`
	Comparisons []Comparison `yaml:"comparisons" doc:"what is compared, in place of all that can be"`
}

// Comparison is a comparison that the user chose.
type Comparison struct {
	Field string `yaml:"field" doc:"canonical field or kept column" required:"true"`
	Kind  string `yaml:"kind" doc:"how the values of a kept column are compared; chosen from them" enum:"names,date,text,place,code,category"`
	Block *bool  `yaml:"block" doc:"whether blocking keys may be made of it; default true"`
}

// Reach is what makes a customer contactable.
type Reach struct {
	UsableStatus      []string            `yaml:"usable_status" doc:"statuses of points that may be used" enum:"valid,risky,unknown,obsolete,invalid"`
	RequirePermission Permissions         `yaml:"require_permission" doc:"auto, or what each channel needs"`
	DenialScope       string              `yaml:"denial_scope" doc:"how far an unsubscribe reaches" enum:"person,point"`
	ConsentExpiry     map[string]Span     `yaml:"consent_expiry" doc:"by consent_basis, from consent_at"`
	StaleAfter        Span                `yaml:"stale_after" doc:"no sign of life for longer is stale"`
	InactiveAfter     Span                `yaml:"inactive_after" doc:"sent to and not opened for longer is inactive"`
	Decay             map[string]float64  `yaml:"decay" doc:"share of a kind's points that die in a year" min:"0" max:"1" keys:"email,phone,post"`
	MaxContacts       map[string]Rate     `yaml:"max_contacts" doc:"most contacts in a time, as 8/30d" keys:"email,sms,voice,post"`
	ChannelOrder      map[string][]string `yaml:"channel_order" doc:"channels to prefer, by value tier" enum:"email,sms,voice,post"`
	HashKeyFile       string              `yaml:"hash_key_file" doc:"key of the hashes that keep erased people out; or ROLLCALL_HASH_KEY"`
}

// Rule says which customers are of a segment or stage: those of whom all holds that it asks for.
type Rule struct {
	Name          string             `yaml:"name" doc:"the segment or stage" required:"true"`
	ValueTier     []string           `yaml:"value_tier" doc:"of one of these value tiers"`
	Country       []string           `yaml:"country" doc:"in one of these countries" pattern:"^[A-Z]{2}$" country:"iso"`
	MinValue      *float64           `yaml:"min_value" doc:"of this value or more"`
	BelowValue    *float64           `yaml:"below_value" doc:"of less than this value"`
	SeenWithin    Span               `yaml:"seen_within" doc:"last sign of life in this time"`
	NotSeenWithin Span               `yaml:"not_seen_within" doc:"no sign of life in this time"`
	KnownWithin   Span               `yaml:"known_within" doc:"first seen in this time"`
	KnownFor      Span               `yaml:"known_for" doc:"first seen longer ago"`
	Reachable     *bool              `yaml:"reachable" doc:"can be contacted on some channel, or on none"`
	Responded     *bool              `yaml:"responded" doc:"replied, clicked or took a call, as feeds tell, or did not"`
	Is            map[string]Strings `yaml:"is" doc:"a canonical field is one of these words"`
}

// Gate is a limit on a metric.
type Gate struct {
	Metric    string   `yaml:"metric" doc:"a metric of report.json" required:"true"`
	Min       *float64 `yaml:"min" doc:"fails below"`
	Max       *float64 `yaml:"max" doc:"fails above"`
	MaxChange *float64 `yaml:"max_change" doc:"fails when it moved by more since the previous run" min:"0"`
	By        string   `yaml:"by" doc:"hold for every value of this dimension"`
	Level     string   `yaml:"level" doc:"error stops the run, warn is told" enum:"error,warn"`
}

// Resolver is whom to ask for mail servers, and how.
type Resolver struct {
	Address  string `yaml:"address" doc:"as 127.0.0.1:53; default: the one that this machine asks"`
	Cache    string `yaml:"cache" doc:"file that remembers the answers; default: in the output's cache"`
	MaxAge   Span   `yaml:"max_age" doc:"how long an answer is remembered"`
	Timeout  Wait   `yaml:"timeout" doc:"how long to wait for an answer, as 3s"`
	Parallel int    `yaml:"parallel" doc:"most questions under way at once" min:"1" max:"1000"`
}

// Output is what is written and where.
type Output struct {
	Dir            string `yaml:"dir" doc:"output folder" flag:"out"`
	Compression    string `yaml:"compression" doc:"of Parquet files" enum:"zstd,snappy,gzip,none"`
	TargetFileSize Size   `yaml:"target_file_size" doc:"size after which the next file begins"`
	CSV            bool   `yaml:"csv" doc:"write contactable as CSV too: contactable.csv beside the tables"`
	Corrections    bool   `yaml:"corrections" doc:"write corrections per source as CSV"`
	Locale         string `yaml:"locale" doc:"how the report writes numbers and dates"`
}

// Default is a config with every default set and nothing to read.
func Default() *Config {
	return &Config{
		Match: Match{Threshold: Threshold{Value: 0.95}, Review: []float64{0.50, 0.95}},
		Reach: Reach{
			UsableStatus: []string{"valid", "risky", "unknown"}, DenialScope: "person", StaleAfter: Span{24, "mo"}, InactiveAfter: Span{180, "d"},
			Decay: map[string]float64{"email": 0.25},
			ChannelOrder: map[string][]string{
				"high": {"voice", "email", "sms", "post"}, "medium": {"email", "sms", "voice", "post"}, "low": {"email", "sms"},
			},
		},
		ValueTiers: map[string]float64{"high": 0.80, "medium": 0.30},
		Resolver:   Resolver{MaxAge: Span{30, "d"}, Timeout: Wait(3 * time.Second), Parallel: 32},
		Output:     Output{Dir: "out", Compression: "zstd", TargetFileSize: 128 << 20, Locale: "en"},
		Memory:     4 << 30, FailOn: "error", Progress: "auto", LogFormat: "console", LogLevel: "info",
	}
}

// Name is the file's name without its ending; empty where there is no file.
func (c *Config) Name() string { return c.name }

// Root is the folder that the config's relative paths start from.
func (c *Config) Root() string {
	if c.root == "" {
		return "."
	}
	return c.root
}

// resolve makes a path of the file relative to the file.
func (c *Config) resolve(path string) string {
	if path == "" || filepath.IsAbs(path) || c.root == "" {
		return path
	}
	return filepath.Join(c.root, path)
}

// Files are the files that the resolved config names besides extracts and feeds, by key: they count for the run id.
func (c *Config) Files() map[string]string {
	files := make(map[string]string)
	for key, path := range map[string]string{
		"match.overrides": c.Match.Overrides, "match.model": c.Match.Model, "outlets": c.Outlets, "reach.hash_key_file": c.Reach.HashKeyFile,
	} {
		if path != "" {
			files[key] = path
		}
	}
	for name, path := range c.Reference {
		path, _ := Extends(path)
		files["reference."+name] = path
	}
	return files
}

// Extends tells a list that extends (+my.psv) from one that replaces.
func Extends(path string) (rest string, extends bool) {
	if len(path) > 1 && path[0] == '+' {
		return path[1:], true
	}
	return path, false
}

// ForExtracts adds what extracts alone need: a source a file, named after it. The order of the paths does not matter.
func (c *Config) ForExtracts(paths []string) {
	paths = slices.Clone(paths)
	slices.Sort(paths)
	for _, p := range slices.Compact(paths) {
		name := baseName(p)
		for n := 2; slices.ContainsFunc(c.Sources, func(s Source) bool { return s.Name == name }); n++ {
			name = baseName(p) + "_" + strconv.Itoa(n)
		}
		c.Sources = append(c.Sources, Source{Name: name, Path: p})
	}
}

// baseName is a file's name without its folder and endings: crm for extracts/crm.csv.gz.
func baseName(path string) string {
	if path == "-" {
		return "stdin"
	}
	name := filepath.Base(path)
	if i := strings.IndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	if name = strings.Trim(strings.NewReplacer("*", "", "?", "").Replace(name), "_- "); name == "" {
		return "extract"
	}
	return name
}
