package index

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/store"
	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// study is a recipe at one commit, read and linted.
type study struct {
	recipe *recipe.Recipe
	lint   lint.Result
	grade  lint.Quality
	env    stack.Env
	sample *stack.Stack   // with the overlays that .env.sample enables: what a new app gets
	stacks []*stack.Stack // sample first, then the other choices of overlays that lint judges
}

// newStudy fails only where the files could not be got at; what is wrong in
// them is part of the study.
func newStudy(files fs.FS, name string, facts lint.Facts, images imageFacts) (*study, error) {
	r, err := recipe.Read(files, name)
	if err != nil {
		return nil, err
	}
	for _, fault := range r.Faults {
		if fault.Code == recipe.CodeUnreadable {
			return nil, fmt.Errorf("%s: %s", fault.Span.File, fault.Message)
		}
	}
	in := lint.NewInput(r, facts)
	images.addTo(in)
	s := &study{recipe: r, lint: lint.Run(in), grade: lint.Grade(in), env: in.Env, sample: sample(in)}
	s.stacks = append(s.stacks, s.sample)
	for _, v := range in.Variants {
		s.stacks = append(s.stacks, v.Stack)
	}
	return s, nil
}

// sample is the stack of the files that .env.sample names, which lint has
// usually loaded.
func sample(in *lint.Input) *stack.Stack {
	files := in.Env.Files()
	for _, v := range in.Variants {
		if slices.Equal(v.Files, files) {
			return v.Stack
		}
	}
	return stack.Load(in.Recipe, in.Env, files)
}

func composeFiles(r *recipe.Recipe) []string {
	paths := make([]string, len(r.Compose))
	for i, file := range r.Compose {
		paths[i] = file.Path
	}
	return paths
}

// reading is what the published version says of its files.
func (s *study) reading() store.Reading {
	services, problems := s.services()
	label, _ := s.sample.Version()
	return store.Reading{
		Label: label, Services: services, Env: s.envVars(), Secrets: s.secrets(),
		Files: composeFiles(s.recipe), Lint: s.findings(),
		Problems: bounded(slices.Concat(s.faults(), s.refusals(), problems)),
	}
}

// faults leaves out those of the README and the notes, which belong to the
// recipe and not to a version.
func (s *study) faults() []catalogue.Problem {
	return faults(slices.Concat(s.recipe.Faults, s.env.Faults), func(f recipe.Fault) bool {
		return f.Span.File != "README.md" && !strings.HasPrefix(f.Span.File, "release/")
	})
}

// refusals say why the version cannot be deployed as its sample has it. Files
// that could not be read have told so themselves.
func (s *study) refusals() []catalogue.Problem {
	var problems []catalogue.Problem
	for _, d := range s.sample.Refused() {
		told := slices.ContainsFunc(s.recipe.Faults, func(f recipe.Fault) bool { return f.Span == d.Span })
		if !told {
			problems = append(problems, problemf(place(d.Span), "cannot be deployed: %s", d.Message))
		}
	}
	return problems
}

// maxFindings bounds the findings that are published of one version; the counts
// are always whole.
const maxFindings = 200

func (s *study) findings() catalogue.Lint {
	out := catalogue.Lint{
		Error: s.lint.Count(lint.Error), Warning: s.lint.Count(lint.Warning), Info: s.lint.Count(lint.Info),
		Quality: &s.grade.Level, Next: s.grade.Next,
	}
	for _, f := range s.lint.Findings[:min(len(s.lint.Findings), maxFindings)] {
		message := f.Message
		if len(f.Variants) > 0 {
			message += " (with " + strings.Join(f.Variants, ", ") + ")"
		}
		out.Findings = append(out.Findings, catalogue.Finding{
			Rule: f.Rule, Name: f.Name, Severity: string(f.Severity), Message: problemf("", "%s", message).Message,
			Path: f.Span.File, Line: f.Span.Line, Column: f.Span.Column,
		})
	}
	for _, s := range s.lint.Skipped {
		out.Skipped = append(out.Skipped, catalogue.Skipped{Rule: s.Rule, Name: s.Name, Reason: problemf("", "%s", s.Reason).Message})
	}
	return out
}
