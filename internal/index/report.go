package index

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/store"
)

// Result is how the visit to one repo ended.
type Result string

const (
	Read      Result = "read"      // something was new
	Unchanged Result = "unchanged" // nothing was
	Failed    Result = "failed"    // what was read before stays
	Skipped   Result = "skipped"   // the repo is no recipe
)

// Outcome is the visit to one repo.
type Outcome struct {
	Name     string              `json:"name"`
	Result   Result              `json:"result"`
	Versions int                 `json:"versions,omitempty"` // only where it was read
	Commits  int                 `json:"commits,omitempty"`  // versions whose files had to be read
	Took     time.Duration       `json:"took_ns"`
	Problems []catalogue.Problem `json:"problems,omitempty"`
}

// Report is what one crawl did.
type Report struct {
	StartedAt     time.Time           `json:"started_at"`
	Took          time.Duration       `json:"took_ns"`
	Recipes       []Outcome           `json:"recipes"` // sorted by name
	Read          int                 `json:"read"`
	Unchanged     int                 `json:"unchanged"`
	Failed        int                 `json:"failed"` // with those whose source cannot be listed
	Skipped       int                 `json:"skipped"`
	Removed       []string            `json:"removed,omitempty"`
	FailedSources int                 `json:"failed_sources"`
	Images        *ImageReport        `json:"images,omitempty"`   // nil where no registry was asked
	Problems      []catalogue.Problem `json:"problems,omitempty"` // of sources, then of recipes, those of single versions not included
}

// ImageReport is what a crawl asked registries. Images that it did not come to are
// the next one's.
type ImageReport struct {
	Due     int `json:"due"`
	Checked int `json:"checked"`
	Failed  int `json:"failed"` // of those checked: the older answer stays
}

// Total is the number of recipes, however their visits ended.
func (r Report) Total() int { return r.Read + r.Unchanged + r.Failed }

// Incomplete reports whether a source could not be listed, or no recipe could be
// read.
func (r Report) Incomplete() bool { return r.FailedSources > 0 || r.Read+r.Unchanged == 0 }

// ledger gathers a report from several goroutines.
type ledger struct {
	mu     sync.Mutex
	report Report
	done   int
}

// add notes one visit and tells how many are done by now.
func (l *ledger) add(o Outcome, tell func(done int)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done++
	l.note(o)
	tell(l.done)
}

func (l *ledger) note(o Outcome) {
	l.report.Recipes = append(l.report.Recipes, o)
	switch o.Result {
	case Read:
		l.report.Read++
	case Unchanged:
		l.report.Unchanged++
	case Failed:
		l.report.Failed++
	case Skipped:
		l.report.Skipped++
	}
}

func (l *ledger) problems(problems ...catalogue.Problem) {
	l.report.Problems = append(l.report.Problems, problems...)
}

func (l *ledger) sourceFailed(problem catalogue.Problem) {
	l.report.FailedSources++
	l.problems(problem)
}

func (l *ledger) imagesDue(n int) { l.report.Images = &ImageReport{Due: n} }

// imageChecked notes one check and tells how many are done by now.
func (l *ledger) imageChecked(image store.Image, tell func(done, total int)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.report.Images
	r.Checked++
	if image.Failure != "" {
		r.Failed++
	}
	tell(r.Checked, r.Due)
}

// kept notes a recipe that was not visited because its source failed.
func (l *ledger) kept(r store.Recipe) {
	l.note(Outcome{Name: r.Name, Result: result(Failed, r.Listed)})
}

func (l *ledger) removed(name string) { l.report.Removed = append(l.report.Removed, name) }

func (l *ledger) finish(startedAt time.Time, took time.Duration) Report {
	r := l.report
	r.StartedAt, r.Took = startedAt, took
	slices.Sort(r.Removed)
	slices.SortFunc(r.Recipes, func(a, b Outcome) int { return cmp.Compare(a.Name, b.Name) })
	for _, o := range r.Recipes {
		r.Problems = append(r.Problems, o.named()...)
	}
	return r
}

// named puts the recipe's name before each problem. That a repo is no recipe is
// none.
func (o Outcome) named() []catalogue.Problem {
	var problems []catalogue.Problem
	for _, p := range o.Problems {
		where := o.Name
		if p.Where != "" {
			where += ": " + p.Where
		}
		if o.Result != Skipped {
			problems = append(problems, catalogue.Problem{Where: where, Message: p.Message})
		}
	}
	return problems
}
