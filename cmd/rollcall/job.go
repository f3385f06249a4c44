package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/pipeline/config"
)

// jobFlags adds the flags that can stand in the config, too.
func jobFlags(c *cobra.Command) {
	for _, f := range config.Flags() {
		if f.Bool {
			c.Flags().Bool(f.Name, false, f.Doc)
		} else {
			c.Flags().String(f.Name, "", f.Doc)
		}
	}
}

// readConfig gives the config of a command: the file, then the environment, then flags above it.
func readConfig(c *cobra.Command, file string, extracts []string) (*config.Config, error) {
	conf := config.Default()
	if file != "" {
		var err error
		if conf, err = config.Load(file); err != nil {
			return nil, err
		}
	}
	for _, f := range config.Flags() {
		if v := os.Getenv(f.Variable()); v != "" {
			if err := conf.Set(f.Name, v, f.Variable()); err != nil {
				return nil, err
			}
		}
		if flag := c.Flags().Lookup(f.Name); flag != nil && flag.Changed {
			if err := conf.Set(f.Name, flag.Value.String(), "--"+f.Name); err != nil {
				return nil, err
			}
		}
	}
	conf.Resolve()
	if len(extracts) > 0 && file != "" && len(conf.Sources) > 0 {
		return nil, usageError{errors.New("the config has sources; name extracts in it, or on the command line, not in both")}
	}
	conf.ForExtracts(extracts)
	return conf, nil
}

// newJob makes the job of a config.
func newJob(c *cobra.Command, conf *config.Config) (pipeline.Job, error) {
	log := newLog(conf, c.ErrOrStderr())
	key, err := hashKey(conf)
	if err != nil {
		return pipeline.Job{}, err
	}
	debug.SetMemoryLimit(int64(conf.Memory) / 100 * 85) // the runtime collects before the process reaches its limit
	return pipeline.Job{
		Config: conf, Version: version, Namespace: os.Getenv("OPENLINEAGE_NAMESPACE"), Today: time.Now().UTC().Format(time.DateOnly), HashKey: key, Stdin: c.InOrStdin(), Log: log,
		Progress: newProgress(conf.Progress, log, c.ErrOrStderr()),
	}, nil
}

func newLog(conf *config.Config, w io.Writer) zerolog.Logger {
	level, err := zerolog.ParseLevel(conf.LogLevel) // the config has checked it
	if err != nil {
		level = zerolog.InfoLevel
	}
	zerolog.TimeFieldFormat = time.RFC3339
	if conf.LogFormat != "json" {
		w = zerolog.ConsoleWriter{Out: w, NoColor: !isTerminal(w) || os.Getenv("NO_COLOR") != "", TimeFormat: time.TimeOnly}
	}
	return zerolog.New(w).Level(level).With().Timestamp().Logger()
}

// hashKey reads the key of the hashes that keep erased people out.
func hashKey(conf *config.Config) ([]byte, error) {
	if v := os.Getenv("ROLLCALL_HASH_KEY"); v != "" {
		return []byte(v), nil
	}
	if conf.Reach.HashKeyFile == "" {
		return nil, nil
	}
	b, err := os.ReadFile(conf.Reach.HashKeyFile)
	if err != nil {
		return nil, usageError{fmt.Errorf("reach.hash_key_file: %w", err)}
	}
	key := strings.TrimSpace(string(b))
	if len(key) < 16 {
		return nil, usageError{errors.New("reach.hash_key_file: the key has fewer than 16 characters; make one with `openssl rand -hex 32`")}
	}
	return []byte(key), nil
}
