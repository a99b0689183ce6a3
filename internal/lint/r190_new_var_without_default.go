package lint

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/recipe"
)

var newVarWithoutDefault = Rule{
	Code: "R190", Name: "new-var-without-default",
	Severity: Warning, Confidence: High,
	What: "A variable is new since the last release and has no default.",
	Why: "Apps that exist keep their .env: a variable that only the new .env.sample sets is empty for all of them, and their upgrade deploys \"\" or a " +
		"secret whose name ends in _ (upgrade guide of Co-op Cloud). A release note that names the variable tells operators before they upgrade.",
	Fix: "Give it a default as in ${NAME:-default}, or name it in the release note (release/next or release/VERSION).",
	Bad: releasedExample(
		File{"compose.yml", variableExample("${GREETING}")}, File{".env.sample", "TYPE=site\nGREETING=hello\n"}),
	Good: releasedExample(
		File{"compose.yml", variableExample("${GREETING:-hello}")}, File{".env.sample", "TYPE=site\nGREETING=hello\n"}),
	Needs: []Need{NeedsPrevious},
	Check: checkNewVariables,
}

func variableExample(value string) string {
	return "services:\n  app:\n    image: nginx:1.27.3\n    environment:\n      - GREETING=" + value + "\n"
}

// releasedExample is a recipe after its release 1.0.0+1.27.3.
func releasedExample(files ...File) Example {
	return slices.Concat(Example{
		{"previous/compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"},
		{"git tag", "git tag -a 1.0.0+1.27.3\n"},
	}, files)
}

func checkNewVariables(in *Input) []Finding {
	fresh := in.newVariables()
	if len(fresh) == 0 {
		return nil
	}
	var found []Finding
	seen := map[string]int{} // where its finding stands, counted from 1
	for _, file := range in.Recipe.Compose {
		if file.Root == nil || !slices.Contains(paths(in.Facts.Previous.Recipe), file.Path) {
			continue // who enables a new overlay reads what it needs
		}
		eachScalar(file.Root, func(n *yaml.Node) {
			for _, variable := range variables(n.Value) {
				value, isNew := fresh[variable.name]
				switch at := seen[variable.name]; {
				case variable.hasDefault || !isNew:
				case at == 0:
					found = append(found, in.newVariable(file.Span(n), variable.name, value))
					seen[variable.name] = len(found)
				default:
					in.useAgain(&found[at-1], file.Span(n), variable.name, value)
				}
			}
		})
	}
	return found
}

func eachScalar(n *yaml.Node, do func(*yaml.Node)) {
	if n.Kind == yaml.ScalarNode {
		do(n)
	}
	for _, child := range n.Content {
		eachScalar(child, do)
	}
}

// newVariables are the values of the sample's variables that existing apps lack and
// no note of a release to come names; one that the sample lacks, too, is another rule's.
func (in *Input) newVariables() map[string]string {
	fresh := map[string]string{}
	if in.Recipe.EnvSample == nil {
		return nil
	}
	for _, v := range in.Recipe.EnvSample.Vars() {
		fresh[v.Key] = v.Value
	}
	before := in.Facts.Previous.Recipe
	if before.EnvSample != nil {
		for _, v := range slices.Concat(before.EnvSample.Vars(), before.EnvSample.Commented()) {
			delete(fresh, v.Key)
		}
	}
	if in.Recipe.AbraSh != nil {
		for _, export := range in.Recipe.AbraSh.Exports {
			delete(fresh, export.Name)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	known := words{}
	for _, file := range before.Compose {
		known.add(string(file.Data))
	}
	for _, note := range in.Recipe.Notes {
		if !in.Facts.Previous.had(note) {
			known.add(note.Text)
		}
	}
	maps.DeleteFunc(fresh, func(name, _ string) bool { return known[name] })
	return fresh
}

// had reports whether the release has the same note.
func (r *Release) had(note recipe.Note) bool {
	return slices.ContainsFunc(r.Recipe.Notes, func(n recipe.Note) bool { return n.Path == note.Path && n.Text == note.Text })
}

var simpleValue = regexp.MustCompile(`^[A-Za-z0-9._/@-]{1,60}$`)

func (in *Input) newVariable(span recipe.Span, name, value string) Finding {
	return Finding{
		Message:  fmt.Sprintf("%s is new since %s and has no default: apps that exist do not set it", name, in.Facts.Previous.Version),
		Span:     span,
		Repairs:  in.defaultRepair(span, name, value),
		Evidence: "variable " + name,
	}
}

// useAgain lets the repair cover another use: one that is left would be the next
// finding.
func (in *Input) useAgain(f *Finding, span recipe.Span, name, value string) {
	more := in.defaultRepair(span, name, value)
	if len(f.Repairs) == 0 || len(more) == 0 {
		f.Repairs = nil
		return
	}
	edits := f.Repairs[0].Edits
	if edits[len(edits)-1] != more[0].Edits[0] { // ${A}${A} is one text
		f.Repairs[0].Edits = append(edits, more[0].Edits...)
	}
}

// defaultRepair makes the sample's value the default, where both are plain text.
func (in *Input) defaultRepair(span recipe.Span, name, value string) []Repair {
	text, written := in.text(span), "${"+name+"}"
	if !simpleValue.MatchString(value) || !strings.Contains(text, written) {
		return nil
	}
	return in.rewrite("Make the sample's value the default", false, span, strings.ReplaceAll(text, written, "${"+name+":-"+value+"}"))
}
