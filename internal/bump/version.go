package bump

import (
	"regexp"
	"strings"

	"github.com/Masterminds/semver/v3"

	"coopcloud.tech/catalogue/internal/edit"
	"coopcloud.tech/catalogue/internal/stack"
	"coopcloud.tech/catalogue/internal/upstream"
)

// raiseVersion writes the version that the changes ask for into the label of service
// app. docs/bump.md tells the rule.
func (w *work) raiseVersion() error {
	step := w.step()
	if step == "" {
		return nil
	}
	s, err := w.scope()
	if err != nil {
		return err
	}
	loaded := s.enabled()
	label, span := loaded.Version()
	next, ok := nextVersion(label, step, w.Released)
	if !ok {
		w.warnUnversioned(label)
		return nil
	}
	next += "+" + w.upstreamPart(label, loaded)
	next = strings.TrimSuffix(next, "+")
	if next == label {
		return nil
	}
	parts, err := s.partsAt(span)
	text := textOf(parts)
	if err != nil || !strings.HasSuffix(text, label) {
		w.warn("%s:%d: how the version label is written cannot be told; write %s there", span.File, span.Line, next)
		return nil
	}
	parts = cut(parts, len(text)-len(label))[1]
	values, ok := rewrite(parts, next)
	if !ok {
		w.warn("%s:%d: the version label is put together from several places; write %s there", span.File, span.Line, next)
		return nil
	}
	w.report.Version = &Version{Old: label, New: next, Step: step}
	var edits []edit.Edit
	for i, p := range parts {
		if values[i] != p.text {
			edits = append(edits, edit.Edit{File: p.place.file, Start: p.place.start, End: p.place.end, Text: values[i]})
		}
	}
	return w.apply(edits)
}

func (w *work) warnUnversioned(label string) {
	const expected = "expected a version such as 1.0.0+2.3, so the recipe's version was not raised"
	if label == "" {
		w.warn("service app has no label coop-cloud.${STACK_NAME}.version; %s (where a version is tagged, recipe-lint --fix adds the label)", expected)
		return
	}
	w.warn("the label coop-cloud.${STACK_NAME}.version says %q; %s", label, expected)
}

// step is the part of the recipe's version that is to be raised: that of the largest
// step of an image, a patch where only configs have changed, "" where nothing has.
func (w *work) step() upstream.Step {
	step := upstream.Step("")
	for _, s := range w.report.Services {
		if s.Status == Raised {
			step = larger(step, versionStep(s.Step))
		}
	}
	if step == "" && len(w.report.Configs) > 0 {
		step = upstream.Patch
	}
	if step != "" && w.Bump != "" {
		step = w.Bump
	}
	return step
}

// nextVersion is X.Y.Z one step above the last release. A label that is above it
// already belongs to a version in the making, and is raised only if that is too low.
func nextVersion(label string, step upstream.Step, released *Release) (string, bool) {
	current, ok := coreVersion(label)
	if !ok {
		return "", false
	}
	base := current
	if released != nil {
		if last, ok := coreVersion(released.Version); ok {
			base = last
		}
	}
	next := raise(base, step)
	if current.GreaterThan(&next) {
		next = *current
	}
	return next.String(), true
}

func raise(v *semver.Version, step upstream.Step) semver.Version {
	switch step {
	case upstream.Major:
		return v.IncMajor()
	case upstream.Minor:
		return v.IncMinor()
	}
	return v.IncPatch()
}

var core = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$`)

func coreVersion(version string) (*semver.Version, bool) {
	text, _, _ := strings.Cut(version, "+")
	if !core.MatchString(text) {
		return nil, false
	}
	v, err := semver.StrictNewVersion(text)
	return v, err == nil
}

// notInVersion are the characters of image tags that versions cannot have.
var notInVersion = regexp.MustCompile(`[^0-9A-Za-z.-]`)

// upstreamPart is what stands behind the +: the tag of app's image, with its v if
// the label has one. A tag without a number says nothing, and the label stays.
func (w *work) upstreamPart(label string, loaded *stack.Stack) string {
	_, old, _ := strings.Cut(label, "+")
	app := loaded.Service("app")
	if app == nil {
		return old
	}
	image, err := stack.ParseImage(app.Image)
	if err != nil || !strings.ContainsAny(image.Tag, "0123456789") {
		return old
	}
	tag := notInVersion.ReplaceAllString(image.Tag, "-")
	if bare := strings.TrimPrefix(tag, "v"); bare == strings.TrimPrefix(old, "v") {
		return old
	} else if !strings.HasPrefix(old, "v") && bare != "" {
		return bare
	}
	return tag
}
