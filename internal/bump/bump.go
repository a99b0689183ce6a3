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
	"fmt"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/edit"
	"coopcloud.tech/catalogue/internal/overlay"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
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

// job is a Job at work.
type job struct {
	Job
	texts map[string]*recipe.Text // of the files that may change, as they stand
	pins  map[string]pin          // by service
	uses  []use
}

// maxUses bounds the images of one recipe, and so the questions to registries; real
// ones have up to 30.
const maxUses = 500

func newJob(o Job) (*job, error) {
	j := &job{Job: o}
	if err := readable(o.Recipe); err != nil {
		return nil, err
	}
	var err error
	if j.texts, err = texts(o.Recipe); err != nil {
		return nil, err
	}
	if j.pins, err = readPins(o.Recipe.FS); err != nil {
		return nil, err
	}
	j.uses = uses(scopes(o.Recipe, j.texts, stack.NewCache(o.Recipe, nil)))
	if len(j.uses) > maxUses {
		return nil, fmt.Errorf("the recipe's files name more than %d images; that is more than any app needs", maxUses)
	}
	return j, j.checkServices()
}

// readable refuses a recipe of which a part that may hold tags is not known.
func readable(r *recipe.Recipe) error {
	for _, fault := range r.Faults {
		switch fault.Code {
		case recipe.CodeDynamicExport, recipe.CodeShellSyntax, recipe.CodeShellTooLarge, recipe.CodeMarkdown, recipe.CodeMetadataOpen,
			recipe.CodeYAMLDocuments, recipe.CodeEnvSyntax, recipe.CodeEnvExpansion:
			continue // what could be read stands, and the images are looked at again at the end
		}
		if fault.Span.File != "README.md" {
			return fmt.Errorf("%s:%d: %s", fault.Span.File, max(fault.Span.Line, 1), fault.Message)
		}
	}
	return nil
}

// texts are the files that hold tags.
func texts(r *recipe.Recipe) (map[string]*recipe.Text, error) {
	found := map[string]*recipe.Text{}
	for _, file := range r.Compose {
		found[file.Path] = recipe.NewText(string(file.Data))
	}
	if r.EnvSample != nil {
		found[r.EnvSample.Path] = recipe.NewText(string(r.EnvSample.Bytes()))
	}
	if r.AbraSh != nil {
		data, err := recipe.ReadFile(r.FS, r.AbraSh.Path)
		if err != nil {
			return nil, err
		}
		found[r.AbraSh.Path] = recipe.NewText(string(data))
	}
	return found, nil
}

// ErrNoService says that a service that was named is not in the recipe.
var ErrNoService = errors.New("no such service with an image")

func (j *job) checkServices() error {
	var known []string
	for _, u := range j.uses {
		if !slices.Contains(known, u.service) {
			known = append(known, u.service)
		}
	}
	for _, name := range j.Services {
		if !slices.Contains(known, name) {
			return fmt.Errorf("%q: %w; there are %s", name, ErrNoService, strings.Join(known, ", "))
		}
	}
	return nil
}

func (j *job) selected(service string) bool {
	return len(j.Services) == 0 || slices.Contains(j.Services, service)
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

// read is the recipe with the files as they are so far.
func (w *work) read() (*recipe.Recipe, error) {
	return recipe.ReadAgain(overlay.FS{Base: w.Recipe.FS, Files: w.files}, w.Recipe.Name, w.Recipe)
}
