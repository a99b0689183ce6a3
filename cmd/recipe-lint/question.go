package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
	"coopcloud.tech/catalogue/internal/upstream"
)

// question is what the rules want to know of one recipe, and the answers.
type question struct {
	target *target
	needs  map[lint.Need]bool
	name   string              // that the recipe is published under
	images []string            // as interpolated
	probed map[string][]string // those whose programs are asked for, with paths
	beyond bool                // there are more images than are asked for

	answers   map[string]*imageAnswer
	listed    listing
	listedErr error
	exists    bool
	existsErr error
}

// imageAnswer is what became of one image, whichever recipes run it.
type imageAnswer struct {
	probed bool     // its programs are asked for, too
	paths  []string // and programs by these paths

	found    upstream.Image
	programs upstream.Programs
	err      error // of the image
	unread   error // of its programs, once the image is there
}

// gather asks only what the chosen rules need. A single file is no recipe, and what
// cannot be read is told by judge.
func gather(targets []*target) []*question {
	var questions []*question
	for _, t := range targets {
		if t.unread != nil || t.file != "" {
			continue
		}
		in, err := t.input(t.fsys, lint.Facts{})
		if err != nil {
			continue
		}
		q := &question{target: t, needs: map[lint.Need]bool{}, answers: map[string]*imageAnswer{}}
		for _, rule := range t.project.rules {
			for _, need := range rule.Needs {
				q.needs[need] = true
			}
		}
		q.name = publishedName(in.Recipe)
		if q.needs[lint.NeedsPrograms] {
			q.probed = in.Probed()
		}
		q.images, q.beyond = q.asked(in)
		questions = append(questions, q)
	}
	return questions
}

// publishedName is what .env.sample calls TYPE: a checkout's folder is often called
// otherwise. A version behind it is a pin.
func publishedName(r *recipe.Recipe) string {
	if r.EnvSample != nil {
		for _, key := range []string{"TYPE", "RECIPE"} {
			v, _ := r.EnvSample.Get(key)
			name, _, _ := strings.Cut(v.Value, ":")
			if isURL := strings.Contains(v.Value, "/"); !isURL && catalogue.CheckName(name) == nil {
				return name
			}
		}
	}
	return r.Name
}

// asked are the images that the recipe's variants run, as rules look them up, as far as
// a rule needs them.
func (q *question) asked(in *lint.Input) (found []string, beyond bool) {
	set := map[string]bool{}
	for _, v := range in.Variants {
		for _, s := range v.Stack.Services {
			_, err := stack.ParseImage(s.Image)
			if _, isProbed := q.probed[s.Image]; err == nil && (isProbed || q.needs[lint.NeedsImages]) {
				set[s.Image] = true
			}
		}
	}
	found = slices.Sorted(maps.Keys(set))
	return found[:min(len(found), maxImages)], len(found) > maxImages
}

var tooMany = fmt.Sprintf("only the first %d images are asked for", maxImages)

// facts are the answers as rules read them; what was not answered is unknown.
func (q *question) facts() lint.Facts {
	f := lint.Facts{Unknown: map[lint.Need]string{}}
	switch {
	case q.listedErr != nil:
		f.Unknown[lint.NeedsVersions] = q.listedErr.Error()
		f.Unknown[lint.NeedsRecorded] = q.listedErr.Error()
	case q.needs[lint.NeedsVersions]:
		f.Versions = &q.listed.Versions
	}
	switch {
	case q.existsErr != nil:
		f.Unknown[lint.NeedsForge] = q.existsErr.Error()
	case q.needs[lint.NeedsForge]:
		f.RepoExists = &q.exists
	}
	if q.needs[lint.NeedsImages] || q.needs[lint.NeedsPrograms] {
		q.imageFacts(&f)
	}
	return f
}

func (q *question) imageFacts(f *lint.Facts) {
	known := map[string]lint.ImageFact{}
	unknown := map[lint.Need]reasons{lint.NeedsImages: {}, lint.NeedsPrograms: {}}
	for image, answer := range q.answers {
		if fact, ok := answer.fact(); ok {
			fact.Recorded = q.listed.recorded(image)
			known[image] = fact
		} else {
			unknown[lint.NeedsImages].add(answer.err, image)
		}
		if _, isProbed := q.probed[image]; isProbed {
			unknown[lint.NeedsPrograms].add(cmp.Or(answer.err, answer.unread), image)
		}
	}
	if len(known) > 0 || len(q.answers) == 0 {
		f.Images = known
	}
	for need, reasons := range unknown {
		lines := reasons.lines()
		if q.beyond {
			lines = append(lines, tooMany)
		}
		if len(lines) > 0 {
			f.Unknown[need] = strings.Join(lines, "; ")
		}
	}
}

// fact is what the registry says of the image, if it said anything.
func (a *imageAnswer) fact() (lint.ImageFact, bool) {
	switch {
	case errors.Is(a.err, upstream.ErrNotFound):
		return lint.ImageFact{Missing: true}, true
	case a.err != nil:
		return lint.ImageFact{}, false
	}
	return lint.ImageFact{Digest: a.found.Digest, Programs: a.programs.Found, Shell: a.programs.Shell}, true
}
