package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/recipe"
)

var versionLabelVsTag = Rule{
	Code: "R194", Name: "version-label-vs-tag",
	Severity: Error, Confidence: High,
	What: "The version label of service app contradicts the release tags.",
	Why: "Tag and label are the same string: the catalogue lists the tag, a deployed app shows the label, and upgrades compare the two. " +
		"An app whose label is older than its tag is offered the same upgrade for ever; one without the label has no version at all.",
	Fix:   "Write the version into the label coop-cloud.${STACK_NAME}.version of service app (abra recipe sync), before the tag is made.",
	Bad:   Example{{"compose.yml", versionExample("1.0.0+1.27.3")}, {"git tag", "git tag -a 1.1.0+1.27.3\n"}},
	Good:  Example{{"compose.yml", versionExample("1.1.0+1.27.3")}, {"git tag", "git tag -a 1.1.0+1.27.3\n"}},
	Needs: []Need{NeedsCompose, NeedsTags},
	Check: eachVariant(checkVersionLabel),
}

func versionExample(version string) string {
	return "services:\n  app:\n    image: nginx:1.27.3\n    deploy:\n      labels:\n        - \"coop-cloud.${STACK_NAME}.version=" + version + "\"\n"
}

func checkVersionLabel(in *Input, v *Variant) []Finding {
	tags := in.latest()
	app := v.Stack.Service("app")
	if len(tags) == 0 || app == nil || app.Image == "" {
		return nil
	}
	label, span := v.Stack.Version()
	fault, wanted := contradiction(label, tags)
	if fault == "" {
		return nil
	}
	repairs := in.syncLabel(span, label, wanted)
	if label == "" {
		span = in.keySpan(v, "services", "app", "deploy", "labels")
		repairs = in.addLabel(v, tags[len(tags)-1])
	}
	return []Finding{{Message: fault, Span: span, Repairs: repairs, Evidence: "version=" + label}}
}

// contradiction says what is wrong with the label, and which version it should
// say. A label that is ahead of the tags is a release in the making.
func contradiction(label string, tags []string) (fault, wanted string) {
	latest := tags[len(tags)-1]
	version, released := parseVersion(label), parseVersion(latest)
	switch {
	case slices.Contains(tags, label):
	case label == "":
		return fmt.Sprintf("service app has no label coop-cloud.${STACK_NAME}.version, though %s is released", latest), ""
	case version == nil:
		return fmt.Sprintf("the version label says %q; expected a version such as %s", label, latest), ""
	case released == nil:
	case version.LessThan(released):
		return fmt.Sprintf("the version label says %s, which is older than the release %s", label, latest), latest
	case version.Equal(released):
		return fmt.Sprintf("the version label says %s, but the tag of that release is %s", label, latest), latest
	}
	return "", ""
}

// syncLabel writes the wanted version where the old one stands as such. The label is
// deployed, and may belong to an older line that is still cared for: it is unsafe.
func (in *Input) syncLabel(span recipe.Span, label, wanted string) []Repair {
	text := in.text(span)
	if wanted == "" || strings.Count(text, label) != 1 || !plainVersion.MatchString(wanted) {
		return nil
	}
	return in.rewrite("Write the released version", false, span, strings.Replace(text, label, wanted, 1))
}

var plainVersion = regexp.MustCompile(`^[0-9A-Za-z._+-]{1,128}$`)

// addLabel is the repair that gives service app the label, as an item of a list:
// keys of a mapping are not interpolated.
func (in *Input) addLabel(v *Variant, version string) []Repair {
	e, ok := in.edit(in.keySpan(v, "services", "app").File)
	if !ok || parseVersion(version) == nil || !plainVersion.MatchString(version) {
		return nil
	}
	edit, ok := e.putLabels("app", yaml.SequenceNode, []string{"- \"coop-cloud.${STACK_NAME}.version=" + version + "\""})
	if !ok {
		return nil
	}
	return []Repair{{Title: "Add the version label", Edits: []Edit{edit}}}
}
