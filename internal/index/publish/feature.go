package publish

import (
	"strings"
	"unicode/utf8"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// feature is one line of the README's metadata, in words.
type feature struct {
	Name  string
	Level string // yes, part, no or unknown: how it looks
	Text  string
	Raw   string // what the recipe says, where the words lose something
}

// automation are the scores of features that need some setting up.
var automation = map[byte][2]string{
	'3': {"yes", "Works by itself"},
	'2': {"part", "Mostly by itself"},
	'1': {"part", "Set up by hand"},
	'0': {"no", "No"},
}

// testing are the scores of Tests.
var testing = map[byte][2]string{
	'3': {"yes", "Deploy, secrets, networks and health"},
	'2': {"yes", "Deploy, secrets and networks"},
	'1': {"part", "Basic deploy"},
	'0': {"no", "None"},
}

// ratings are the scores of Image.
var ratings = map[byte][2]string{
	'4': {"yes", "official"},
	'3': {"yes", "semi-official"},
	'2': {"part", "third-party"},
	'1': {"part", "made for this recipe"},
}

func features(f catalogue.Features) []feature {
	return []feature{
		newFeature("Backups", f.Backups, automation),
		newFeature("Healthcheck", f.Healthcheck, automation),
		newFeature("Email", f.Email, automation),
		newFeature("Single sign-on", f.SSO, automation),
		newFeature("Tests", f.Tests, testing),
	}
}

// newFeature reads "Yes", "No", "N/A", a score, and the dirt around them.
func newFeature(name, raw string, scores map[byte][2]string) feature {
	raw = strings.TrimSpace(raw)
	f := feature{Name: name, Level: "unknown", Text: "Not stated"}
	lower := strings.ToLower(raw)
	switch score, ok := scores[digit(raw)]; {
	case ok:
		f.Level, f.Text = score[0], score[1]
	case strings.HasPrefix(lower, "yes"):
		f.Level, f.Text = "yes", "Yes"
	case strings.HasPrefix(lower, "n/a"):
		f.Text = "Not needed"
	case strings.HasPrefix(lower, "no"):
		f.Level, f.Text = "no", "No"
	}
	switch {
	case strings.HasPrefix(lower, strings.ToLower(f.Text)):
		f.Text = cut(raw, 80) // "Yes, by hand" says more than "Yes"
	case len(raw) > 1 && lower != "n/a":
		f.Raw = cut(raw, 80)
	}
	return f
}

// digit returns the score that s starts with, as '0' to '9'; ❶ and the like
// occur.
func digit(s string) byte {
	first, _ := utf8.DecodeRuneInString(s)
	switch {
	case first >= '0' && first <= '9':
		return byte(first)
	case first >= '❶' && first <= '❾':
		return '1' + byte(first-'❶')
	default:
		return 0
	}
}

// score is the recipe's own grade, 0 to 5.
type score struct {
	Value int
	Text  string
}

var grades = []string{"Not rated", "Alpha", "Usable, with gaps", "Good, with small gaps", "Complete", "Complete, with SSO"}

func newScore(value int) score {
	if value < 0 || value >= len(grades) {
		value = 0
	}
	return score{value, grades[value]}
}

// Dots tells for each of the five dots whether it is filled.
func (s score) Dots() []bool {
	dots := make([]bool, len(grades)-1)
	for i := range dots {
		dots[i] = i < s.Value
	}
	return dots
}
