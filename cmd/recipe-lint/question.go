package main

import (
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
	name   string   // that the recipe is published under
	images []string // as interpolated
	beyond bool     // there are more images than are asked for

	answers   map[string]*imageAnswer
	listed    listing
	listedErr error
	exists    bool
	existsErr error
}

type imageAnswer struct {
	digest string
	err    error
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
		if q.needs[lint.NeedsImages] {
			q.images, q.beyond = images(in)
		}
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

// images are those that the recipe's variants run, as rules look them up.
func images(in *lint.Input) (found []string, beyond bool) {
	set := map[string]bool{}
	for _, v := range in.Variants {
		for _, s := range v.Stack.Services {
			if _, err := stack.ParseImage(s.Image); err == nil {
				set[s.Image] = true
			}
		}
	}
	found = slices.Sorted(maps.Keys(set))
	return found[:min(len(found), maxImages)], len(found) > maxImages
}

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
	if q.needs[lint.NeedsImages] {
		q.imageFacts(&f)
	}
	return f
}

func (q *question) imageFacts(f *lint.Facts) {
	known := map[string]lint.ImageFact{}
	unknown := map[string][]string{}
	for image, answer := range q.answers {
		switch {
		case errors.Is(answer.err, upstream.ErrNotFound):
			known[image] = lint.ImageFact{Missing: true}
		case answer.err != nil:
			reason := answer.err.Error()
			if errors.Is(answer.err, upstream.ErrRefused) {
				reason += "; --private-registry allows it"
			}
			unknown[reason] = append(unknown[reason], image)
		default:
			known[image] = lint.ImageFact{Digest: answer.digest, Recorded: q.listed.recorded(image)}
		}
	}
	if len(known) > 0 || len(unknown) == 0 {
		f.Images = known
	}
	var reasons []string
	for _, reason := range slices.Sorted(maps.Keys(unknown)) {
		reasons = append(reasons, shown(reason, unknown[reason]))
	}
	if q.beyond {
		reasons = append(reasons, fmt.Sprintf("only the first %d images are asked for", maxImages))
	}
	if len(reasons) > 0 {
		f.Unknown[lint.NeedsImages] = strings.Join(reasons, "; ")
	}
}
