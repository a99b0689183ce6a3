// Package index builds the catalogue: it lists the repos of its sources,
// mirrors them, reads and lints the recipe in them at every version tag, and
// keeps the result in a store, from which the catalogue is loaded.
//
// Data flows one way:
//
//	source → claim (whose repo is which recipe) → look (refs) → read (files) → store → Load
//	                                                   registries → check (images) ↗
//
// A recipe is read only when its refs, its listing or the reading program
// changed. What cannot be read never removes what was read before.
package index

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"coopcloud.tech/catalogue/internal/index/source"
	"coopcloud.tech/catalogue/internal/index/store"
)

// Options say what to crawl, and how.
type Options struct {
	Sources  []source.Source  // where two list a recipe of the same name, the first one has it
	Data     string           // data folder: mirrors and the crawl's lock are in it
	Workers  int              // repos at the same time; default 8
	ValidFor time.Duration    // how long a check is good for; default 24 hours
	Now      func() time.Time // asked once a crawl; default time.Now
	Client   *http.Client     // lists forges; default: the source's own
	Log      *slog.Logger     // default: none

	// Program names the build that reads. Another name makes every recipe be
	// read again. Default: a digest of the running executable, so that a
	// changed reader or lint rule can never go unnoticed.
	Program string

	// AcceptRemovals takes a source at its word when it suddenly lists none or
	// less than half of its recipes; otherwise that counts as a failed listing.
	AcceptRemovals bool

	// Images, where set, says how the images of the newest versions are checked.
	// Otherwise no registry is asked, and what was answered before stays published.
	Images *Images

	// Progress, where set, is called after each repo, never twice at once.
	Progress func(done, total int, name string)
}

const (
	defaultWorkers  = 8
	defaultValidity = 24 * time.Hour
)

func (o Options) withDefaults() (Options, error) {
	if o.Workers <= 0 {
		o.Workers = defaultWorkers
	}
	if o.ValidFor <= 0 {
		o.ValidFor = defaultValidity
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Progress == nil {
		o.Progress = func(int, int, string) {}
	}
	var err error
	if o.Program == "" {
		o.Program, err = program()
	}
	return o, err
}

// Crawl brings the store up to date with the sources. What could not be read
// is in the report; an error means that the crawl itself could not be done:
// another one runs (ErrLocked), the store or the data folder fails, or ctx
// ended. What was finished until then is kept, and the next crawl goes on from
// there.
func Crawl(ctx context.Context, db *store.Store, opts Options) (Report, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return Report{}, err
	}
	unlock, err := lock(opts.Data)
	if err != nil {
		return Report{}, err
	}
	defer unlock()
	known, err := db.Recipes(ctx)
	if err != nil {
		return Report{}, err
	}
	facts, err := loadFacts(ctx, db)
	if err != nil {
		return Report{}, err
	}
	c := &crawl{db: db, opts: opts, at: opts.Now(), started: time.Now(), known: known, facts: facts, claimed: map[string]string{}, looks: looks{all: map[string]look{}}}
	err = c.run(ctx)
	return c.report.finish(c.at, time.Since(c.started)), err
}
