package lint

import (
	"fmt"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var stableTag = Rule{
	Code: "R004", Name: "stable-tag",
	Severity: Warning, Confidence: High,
	What: "An image has a tag that moves, such as latest.",
	Why: "The same recipe version then deploys different software on different days, a rollback may bring the broken image back, " +
		"and the upgrade that nobody asked for comes with the next restart.",
	Fix:   "Use the tag of a release.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: nginx:latest\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"}},
	Needs: []Need{NeedsCompose},
	Check: eachService(checkStableTag),
}

// movingWords name a branch or a channel when no version stands beside them.
var movingWords = []string{
	"alpha", "beta", "canary", "current", "dev", "devel", "develop", "development", "edge", "experimental", "head", "lts",
	"main", "master", "mainline", "next", "nightly", "preview", "rolling", "snapshot", "stable", "testing", "trunk", "unstable",
}

func checkStableTag(_ *Input, v *Variant, s *stack.Service) []Finding {
	image, ok := parseImage(s)
	if !ok || image.Digest != "" || !moves(image.Tag) {
		return nil
	}
	return []Finding{imageFinding(v, s, fmt.Sprintf("image %s has the tag %s, which moves", image.Name, image.Tag))}
}

// moves reports whether a tag says that it moves: latest anywhere, or a
// channel's name with no version beside it (8.0-dev is a version).
func moves(tag string) bool {
	words := strings.FieldsFunc(strings.ToLower(tag), func(r rune) bool { return r == '-' || r == '.' || r == '_' })
	if slices.Contains(words, "latest") {
		return true
	}
	versioned := slices.ContainsFunc(words, startsVersion)
	return !versioned && slices.ContainsFunc(words, func(w string) bool { return slices.Contains(movingWords, w) })
}

func startsVersion(word string) bool {
	word = strings.TrimPrefix(word, "v")
	return word != "" && word[0] >= '0' && word[0] <= '9'
}
