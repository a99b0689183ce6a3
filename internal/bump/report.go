package bump

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/upstream"
)

// Report says what becomes of each image, and what follows from it.
type Report struct {
	Services []Service `json:"services"` // in the order of the files; a service of several files stands in each
	Version  *Version  `json:"version"`  // of the recipe; nil where it stays
	Configs  []Config  `json:"configs"`
	Files    []string  `json:"files"`    // that change
	Warnings []string  `json:"warnings"` // what is left to do by hand
}

// Status is what became of an image.
type Status string

const (
	Raised  Status = "raised"
	Current Status = "current" // nothing newer is known
	Left    Status = "left"    // it stays, and the reason says why
)

// Service is the image of one service in one file.
type Service struct {
	Service string        `json:"service"`
	File    string        `json:"file"`
	Line    int           `json:"line"`
	Image   string        `json:"image"` // nginx, ghcr.io/org/app; "" where it cannot be read
	Old     string        `json:"old"`   // reference, as the recipe gives it
	New     string        `json:"new"`   // "" where it stays
	Status  Status        `json:"status"`
	Verdict upstream.Step `json:"verdict"` // the step to the newest tag
	Newest  string        `json:"newest"`
	Step    upstream.Step `json:"step"`   // that is taken; "" where it stays
	Reason  string        `json:"reason"` // why it stays, or does not go all the way to the newest
}

// Version is the recipe's, X.Y.Z+UPSTREAM.
type Version struct {
	Old  string        `json:"old"`
	New  string        `json:"new"`
	Step upstream.Step `json:"step"`
}

// Config is one whose file has changed, and its version with it.
type Config struct {
	Config   string `json:"config"`
	File     string `json:"file"`
	Variable string `json:"variable"`
	Old      string `json:"old"`
	New      string `json:"new"`
}

// report says what was decided on the images.
func (j *job) report(decisions []decision) Report {
	r := Report{Services: []Service{}, Configs: []Config{}, Files: []string{}, Warnings: []string{}}
	for _, d := range decisions {
		if !j.selected(d.use.service) {
			continue
		}
		s := Service{
			Service: d.use.service, File: d.use.span.File, Line: d.use.span.Line, Image: d.use.image.Name, Old: d.use.ref,
			Verdict: d.verdict.Step, Newest: d.verdict.Newest, Status: Current, Reason: d.why,
		}
		switch {
		case d.target != nil:
			s.Status, s.New, s.Step = Raised, d.use.with(*d.target), d.target.Step
		case d.why != "":
			s.Status = Left
		default:
			s.Reason = d.verdict.Reason
		}
		if !slices.Contains(r.Services, s) { // the same in two envs
			r.Services = append(r.Services, s)
		}
	}
	for _, service := range slices.Sorted(maps.Keys(j.pins)) {
		if !slices.ContainsFunc(j.uses, func(u use) bool { return u.service == service }) {
			r.Warnings = append(r.Warnings, fmt.Sprintf("%s: there is no service %q with an image", j.pins[service].where, service))
		}
	}
	return r
}

// lineOf is the line, from 1, of an offset.
func lineOf(text string, offset int) int { return strings.Count(text[:offset], "\n") + 1 }
