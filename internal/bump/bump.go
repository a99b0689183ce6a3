// Package bump raises a recipe: what registries say of its images becomes edits of
// its files, and every other byte stays. It asks nobody and writes nothing: the
// answers come in as data, the changed files go out.
//
// An image is written in a compose file, in .env.sample, in abra.sh, or in several of
// them. So each image is taken apart into the stretches of bytes that say it
// (parts.go); a new tag is spread over them; where two services share a stretch they
// have to agree (settle.go). In the end the recipe is read again, and has to give
// exactly the images that were meant.
package bump

import (
	"errors"
	"slices"

	"coopcloud.tech/catalogue/internal/edit"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/upstream"
)

// Job is a recipe, what is known of its images, and what is wanted.
type Job struct {
	Recipe   *recipe.Recipe
	Released *Release                               // the last one before these files; nil where none is known
	Checks   map[string]upstream.Check              // by reference, as References lists them
	Digest   func(reference string) (string, error) // what a tag names; asked only for references with a digest
	Allow    upstream.Step                          // the largest step of an image, one of Levels
	Bump     upstream.Step                          // of the recipe's version: Patch, Minor, Major; "" follows the images
	Services []string                               // that may move; none: all
	Strict   bool                                   // an image without an answer, or without a way, is an error
	Publish  bool                                   // the release note gets the version's name
}

// Release is the last version of the recipe.
type Release struct {
	Version string // X.Y.Z+UPSTREAM
	Recipe  *recipe.Recipe
}

// Outcome is what a job comes to. Nothing is written yet.
type Outcome struct {
	Report  Report
	Changes []edit.Change // sorted by file
}

// ErrStrict says that --strict refuses; the report names why.
var ErrStrict = errors.New("some images can not be judged or raised")

// References lists the images that Run wants checks for, each once.
func References(r *recipe.Recipe, services []string) ([]string, error) {
	j, err := newJob(Job{Recipe: r, Services: services})
	if err != nil {
		return nil, err
	}
	var refs []string
	for _, u := range j.uses {
		if u.fault == "" && j.selected(u.service) && !slices.Contains(refs, u.ref) {
			refs = append(refs, u.ref)
		}
	}
	return refs, nil
}

// Run plans everything: images, then what follows from them. It fails where what it
// would write does not give what was meant, or, with Strict, where something stays
// for want of an answer.
func Run(o Job) (Outcome, error) {
	j, err := newJob(o)
	if err != nil {
		return Outcome{}, err
	}
	decisions := j.decisions()
	edits := j.settle(decisions)
	report := j.report(decisions)
	if j.Strict && slices.ContainsFunc(decisions, func(d decision) bool { return d.grave && j.selected(d.use.service) }) {
		return Outcome{Report: report}, ErrStrict
	}
	w := &work{job: j, files: map[string][]byte{}, report: report, wanted: wanted(decisions)}
	for _, step := range []func() error{
		func() error { return w.apply(edits) },
		w.raiseConfigs, w.raiseVersion, w.verify, w.writeNote,
	} {
		if err := step(); err != nil {
			return Outcome{Report: report}, err
		}
	}
	return w.outcome()
}

// decisions are those of all uses. What is not selected stays, and still has a say
// in what the places say that it shares.
func (j *job) decisions() []decision {
	decisions := make([]decision, len(j.uses))
	for i, u := range j.uses {
		decisions[i] = decision{use: u}
		if j.selected(u.service) {
			decisions[i] = j.decide(u)
		}
	}
	return decisions
}

// wanted are the references that the recipe is to have.
func wanted(decisions []decision) []string {
	refs := make([]string, len(decisions))
	for i, d := range decisions {
		refs[i] = d.use.ref
		if d.target != nil {
			refs[i] = d.use.with(*d.target)
		}
	}
	return refs
}
