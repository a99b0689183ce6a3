package index

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/index/store"
	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/stack"
)

// imageFacts is what registries said of the images of one version, as rules read it.
type imageFacts struct {
	version string
	images  map[string]lint.ImageFact // by reference
}

// facts are those of each recipe that has any.
func (i images) facts(states []store.State) map[string]imageFacts {
	all := map[string]imageFacts{}
	if len(i.checks) == 0 {
		return all
	}
	for _, state := range states {
		tag, reading, _ := newestOf(state)
		facts := imageFacts{tag.Name, map[string]lint.ImageFact{}}
		for _, s := range reading.Services {
			use := store.Use{Recipe: state.Name, Version: tag.Name, Reference: referenceOf(s.Image, s.Tag, s.Digest)}
			check, ok := i.checks[i.key(use, s)]
			if answer := check.Answer; ok && (answer.Missing || answer.Digest != "") {
				facts.images[use.Reference] = lint.ImageFact{Missing: answer.Missing, Digest: answer.Digest, Recorded: i.records[use].Digest}
			}
		}
		if len(facts.images) > 0 {
			all[state.Name] = facts
		}
	}
	return all
}

// loadFacts costs next to nothing where no registry was ever asked.
func loadFacts(ctx context.Context, db *store.Store) (map[string]imageFacts, error) {
	known, err := loadImages(ctx, db)
	if err != nil || len(known.checks) == 0 {
		return map[string]imageFacts{}, err
	}
	states, err := db.States(ctx)
	return known.facts(states), err
}

// of is what is known of the images of that version: of all others, nothing.
func (f imageFacts) of(version string) imageFacts {
	if version != f.version {
		return imageFacts{}
	}
	return f
}

// sum names the facts; "" where there are none.
func (f imageFacts) sum() string {
	if len(f.images) == 0 {
		return ""
	}
	return digest(f.version, f.images) // the keys of a map are written in order
}

// addTo gives rules what is known of the images that the input's variants run, and says
// of which nothing is.
func (f imageFacts) addTo(in *lint.Input) {
	if len(f.images) == 0 {
		return
	}
	known, unasked := map[string]lint.ImageFact{}, map[string]bool{}
	for _, v := range in.Variants {
		for _, s := range v.Stack.Services {
			image, err := stack.ParseImage(s.Image)
			if err != nil {
				continue
			}
			if fact, ok := f.images[referenceOf(image.Name, image.Tag, image.Digest)]; ok {
				known[s.Image] = fact
			} else {
				unasked[s.Image] = true
			}
		}
	}
	in.Facts.Images = known
	if len(unasked) > 0 {
		in.Facts.Unknown = map[lint.Need]string{lint.NeedsImages: "not checked: " + strings.Join(slices.Sorted(maps.Keys(unasked)), ", ")}
	}
}

// looks keeps the refs of the repos that were visited, so that a second reading asks no
// git server again.
type looks struct {
	mu  sync.Mutex
	all map[string]look // by recipe; closed
}

func (l *looks) keep(name string, seen look) {
	seen.git = nil // it holds a cache of objects
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all[name] = seen
}

// judgeAgain reads those recipes again of whose images something else is known now: what
// registries say decides what the linter finds.
func (c *crawl) judgeAgain(ctx context.Context, jobs []job) error {
	if c.opts.Images == nil {
		return nil
	}
	facts, err := loadFacts(ctx, c.db)
	if err != nil {
		return err
	}
	known, err := c.db.Recipes(ctx)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.opts.Workers)
	for _, j := range jobs {
		seen, ok := c.looks.all[j.repo.Name]
		if !ok || facts[j.repo.Name].sum() == seen.images.sum() {
			continue
		}
		seen.images = facts[j.repo.Name]
		group.Go(func() error { return c.judge(ctx, j, known[j.repo.Name], &seen) })
	}
	return group.Wait()
}

func (c *crawl) judge(ctx context.Context, j job, known store.Recipe, seen *look) (err error) {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	limited, cancel := context.WithTimeoutCause(ctx, recipeTimeout, fmt.Errorf("not done after %s", recipeTimeout))
	defer cancel()
	if seen.git, err = git.Open(seen.dir); err != nil {
		_, err = c.fail(ctx, j, err)
		return err
	}
	seen.fingerprint = seen.sum()
	_, err = c.readAndSave(ctx, limited, j, known, seen)
	return err
}
