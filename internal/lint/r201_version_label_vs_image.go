package lint

import (
	"fmt"
	"regexp"
	"strings"
)

var versionLabelVsImage = Rule{
	Code: "R201", Name: "version-label-vs-image",
	Severity: Warning, Confidence: Medium,
	What: "The version label names another version of the app than the image does.",
	Why: "What stands behind the + of a version is the tag of app's image: it is how operators see which release of the software an upgrade brings. " +
		"It goes wrong when the image is raised and the label is not, and then the catalogue and the server disagree about what runs.",
	Fix:   "Write the image's tag behind the + of the label (abra recipe sync).",
	Bad:   Example{{"compose.yml", versionExample("1.1.0+1.26.2")}},
	Good:  Example{{"compose.yml", versionExample("1.1.0+1.27.3")}},
	Needs: []Need{NeedsCompose},
	Check: eachVariant(checkVersionImage),
}

// notInVersion are the characters of image tags that versions cannot have.
var notInVersion = regexp.MustCompile(`[^0-9A-Za-z.-]`)

func checkVersionImage(in *Input, v *Variant) []Finding {
	label, span := v.Stack.Version()
	_, upstream, ok := strings.Cut(label, "+")
	app := v.Stack.Service("app")
	if !ok || app == nil || strings.Contains(in.text(span), "+${") {
		return nil
	}
	image, ok := parseImage(app)
	if !ok || image.Tag == "" || moves(image.Tag) || sameUpstream(upstream, image.Tag) {
		return nil
	}
	return []Finding{{
		Message:  fmt.Sprintf("the version label names %s behind the +, but app's image has the tag %s", upstream, image.Tag),
		Span:     span,
		Evidence: "version=" + label + " image=" + image.Tag,
	}}
}

func sameUpstream(upstream, tag string) bool {
	bare := func(s string) string { return notInVersion.ReplaceAllString(strings.TrimPrefix(s, "v"), "-") }
	return bare(upstream) == bare(tag)
}
