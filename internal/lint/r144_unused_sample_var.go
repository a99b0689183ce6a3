package lint

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

var unusedSampleVar = Rule{
	Code: "R144", Name: "unused-sample-var",
	Severity: Info, Confidence: Medium,
	What: "A variable of .env.sample that no file of the recipe reads.",
	Why: "It may be left over from an earlier version, or misspelt, and the one that is read stays unset. abra puts the whole env into the " +
		"service app, so the image may still read it by itself; a name under environment would show that, and bring it to the other services.",
	Fix:   "Remove the line, correct the name, or pass it on under environment.",
	Bad:   app("    environment:\n      SMTP_HOST: ${SMTP_HOST:-mail}\n").and(File{".env.sample", "TYPE=site\nSMPT_HOST=mail.example.com\n"}),
	Good:  app("    environment:\n      SMTP_HOST: ${SMTP_HOST:-mail}\n").and(File{".env.sample", "TYPE=site\nSMTP_HOST=mail.example.com\n"}),
	Needs: []Need{NeedsCompose},
	Check: checkUnusedSampleVars,
}

// toolVariables are read by the tools that deploy, not by the recipe.
var toolVariables = []string{
	"TYPE", "RECIPE", "DOMAIN", "EXTRA_DOMAINS", "LETS_ENCRYPT_ENV", "COMPOSE_FILE", "STACK_NAME", "TIMEOUT",
	"ENABLE_AUTO_UPDATE", "POST_DEPLOY_CMDS", "POST_UPGRADE_CMDS",
}

func checkUnusedSampleVars(in *Input) []Finding {
	if in.Recipe.EnvSample == nil || in.incomplete() {
		return nil
	}
	var found []Finding
	var read words
	seen := map[string]bool{}
	for _, v := range slices.Concat(in.Recipe.EnvSample.Vars(), in.Recipe.EnvSample.Commented()) {
		if read == nil {
			read = in.words()
		}
		if read[v.Key] || seen[v.Key] || slices.Contains(toolVariables, v.Key) {
			continue
		}
		seen[v.Key] = true
		found = append(found, Finding{
			Message:  fmt.Sprintf("no file of the recipe reads %s", v.Key),
			Span:     v.Span,
			Evidence: v.Key,
		})
	}
	return found
}

// incomplete says whether files are missing that could read variables.
func (in *Input) incomplete() bool {
	for _, v := range in.Variants {
		for _, d := range v.Stack.Diagnostics {
			if d.Code == stack.CodeFileMissing || d.Code == stack.CodeUnreadable {
				return true
			}
		}
		if in.Recipe.AbraSh == nil && len(ownConfigs(&v)) > 0 {
			return true
		}
	}
	return false
}

// words are the identifiers of texts.
type words map[string]bool

var identifier = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

// Bounds of what is read in search of a word.
const (
	maxWordFiles = 1000
	maxWordBytes = 8 << 20
)

func (w words) add(text string) {
	for _, word := range identifier.FindAllString(text, -1) {
		w[word] = true
	}
}

// words are the identifiers in every file of the recipe that a deploy can read,
// and in the values of .env.sample.
func (in *Input) words() words {
	read := words{}
	files, bytes := 0, 0
	_ = fs.WalkDir(in.Recipe.FS, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || files > maxWordFiles || bytes > maxWordBytes:
			return fs.SkipAll
		case d.IsDir() && (name == ".git" || name == "release"):
			return fs.SkipDir
		case !d.Type().IsRegular() || name == ".env.sample" || path.Ext(name) == ".md":
			return nil
		}
		if data, err := recipe.ReadFile(in.Recipe.FS, name); err == nil {
			files, bytes = files+1, bytes+len(data)
			read.add(string(data))
		}
		return nil
	})
	for _, v := range slices.Concat(in.Recipe.EnvSample.Vars(), in.Recipe.EnvSample.Commented()) {
		if strings.Contains(v.Value, "$") {
			read.add(v.Value)
		}
	}
	return read
}
