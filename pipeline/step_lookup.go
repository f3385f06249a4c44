package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/rollcall-data/rollcall/pipeline/config"
	"github.com/rollcall-data/rollcall/pipeline/mailservers"
	"github.com/rollcall-data/rollcall/pipeline/pool"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/reference"
)

const (
	answersFile = "answers.json"     // lookup: what is known of the domains' mail servers
	memoryFile  = "mail_servers.psv" // in the output's cache, for later runs
)

// answers are what a run knows of mail servers: all that its verdicts and warnings about them come from.
type answers struct {
	Asked    int                          `json:"asked"`
	Unknown  []string                     `json:"unknown"` // domains of which nobody could tell
	Refusing map[string]mailservers.Entry `json:"refusing"`
}

// ResolverError means that mail servers were asked for and the resolver cannot be used: a check that could not be made
// has failed.
type ResolverError struct {
	Address string
	Err     error
}

func (e *ResolverError) Error() string {
	return fmt.Sprintf("dns: %s answered none of the questions, nothing is published; is resolver.address right? (%v)", e.Address, e.Err)
}

// Unwrap gives the cause.
func (e *ResolverError) Unwrap() error { return e.Err }

// lookup finds out which of the domains read take mail: from the answers remembered, else from the resolver.
func (r *run) lookup(ctx context.Context) (rows int64, err error) {
	var s survey
	if err := r.work.recall(surveyFile, &s); err != nil {
		return 0, err
	}
	c := r.job.Config.Resolver
	client := &mailservers.Client{Address: r.plan.resolver, Timeout: time.Duration(c.Timeout), Tries: 2}
	path := c.Cache
	if path == "" {
		path = r.out.cache(memoryFile)
	}
	from := c.MaxAge.Before(config.Day(r.job.Today).Time()).Format(time.DateOnly)
	known, err := mailservers.Load(path, from, r.job.Today)
	if err != nil {
		return 0, err
	}
	learned := 0
	defer func() { // a run that is stopped has asked for something, too
		if learned > 0 {
			err = errors.Join(err, known.Save(path))
		}
	}()

	type found struct {
		domain string
		entry  mailservers.Entry // of no answer: unknown
		old    bool
	}
	a := answers{Asked: len(s.Asked), Unknown: []string{}, Refusing: make(map[string]mailservers.Entry)}
	var silence silence
	err = pool.Ordered(ctx, c.Parallel,
		func(_ context.Context, emit func(found) error) error {
			for _, d := range s.Asked {
				e, old := known[d]
				if err := emit(found{d, e, old}); err != nil {
					return err
				}
			}
			return nil
		},
		func(f found) (found, error) {
			if f.old {
				return f, nil
			}
			answer, err := client.Ask(ctx, f.domain)
			if ctx.Err() != nil {
				return f, context.Cause(ctx)
			}
			if silence.lasts(err) {
				return f, &ResolverError{client.Address, err}
			}
			if err == nil {
				f.entry = mailservers.Entry{Answer: answer, On: r.job.Today}
			}
			return f, nil
		},
		func(f found) error {
			r.watch.progress.Add(1)
			switch {
			case f.entry.Answer == "":
				a.Unknown = append(a.Unknown, f.domain)
				return nil
			case f.entry.Answer.Refusal() != "":
				a.Refusing[f.domain] = f.entry
			}
			if !f.old {
				learned++
				known[f.domain] = f.entry
			}
			return nil
		})
	if err == nil && silence.unbroken() {
		err = &ResolverError{client.Address, mailservers.ErrSilent}
	}
	if err != nil {
		return 0, err
	}
	return int64(len(s.Asked)), r.work.keep(answersFile, &a)
}

// domainsToAsk is how many there are.
func (r *run) domainsToAsk() int64 {
	var s survey
	if err := r.work.recall(surveyFile, &s); err != nil {
		return 0 // the step will say so
	}
	return int64(len(s.Asked))
}

// silence notices a resolver that is not there, so that a run does not wait for each of its domains in vain.
type silence struct {
	heard atomic.Bool
	tries atomic.Int32
}

// maxSilence is how many questions in a row, from the first on, may stay without any answer.
const maxSilence = 32

func (s *silence) lasts(err error) bool {
	if !errors.Is(err, mailservers.ErrSilent) {
		s.heard.Store(true)
		return false
	}
	return s.tries.Add(1) >= maxSilence && s.unbroken()
}

// unbroken reports whether something was asked and nothing came back.
func (s *silence) unbroken() bool { return s.tries.Load() > 0 && !s.heard.Load() }

// settleAnswers makes what was found out about mail servers part of what the run is made of: its id, its inputs and its
// reference data.
func (r *run) settleAnswers() error {
	var a answers
	if err := r.work.recall(answersFile, &a); err != nil {
		return err
	}
	b, err := json.Marshal(&a) // maps are written in the order of their keys
	if err != nil {
		return fmt.Errorf("digest answers: %w", err)
	}
	sum := sha256.Sum256(b)
	id := sha256.Sum256(append([]byte(r.plan.id), sum[:]...))
	r.plan.id = hex.EncodeToString(id[:8])
	r.plan.inputs = append(r.plan.inputs, InputDigest{Kind: "dns", Name: "answers", SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(b))})
	r.plan.references = append(r.plan.references, reference.Card{Name: "mail_servers", Rows: a.Asked - len(a.Unknown), Source: "DNS: MX, A, AAAA (RFC 5321 5.1, RFC 7505)"})
	if n := len(a.Unknown); n > 0 {
		r.plan.warnings = append(r.plan.warnings, fmt.Sprintf("The mail servers of %d of %d domains could not be looked up: nothing is said of them.", n, a.Asked))
	}
	return nil
}

// refusals tells the emails stage which domains take no mail; nil when nobody was asked.
func (r *run) refusals() (func(domain string) (why string, at record.Instant, refuses bool), error) {
	if !r.job.Config.DNS {
		return nil, nil
	}
	var a answers
	if err := r.work.recall(answersFile, &a); err != nil {
		return nil, err
	}
	return func(domain string) (string, record.Instant, bool) {
		e, ok := a.Refusing[domain]
		return e.Answer.Refusal(), record.At(config.Day(e.On).Time()), ok
	}, nil
}
