package lint

import (
	"fmt"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

var nameTooLong = Rule{
	Code: "R146", Name: "name-too-long",
	Severity: Warning, Confidence: High, Docker: Fails,
	What: "A name is too long for Swarm once the stack's name stands before it.",
	Why: "Swarm takes 63 characters for services and networks and 64 for secrets and configs (moby/swarmkit#2918, moby/moby#36487), and a stack's " +
		"name, made from the domain, takes up to 45 of them. The recipe works for its author and fails for the operator with the long domain. " +
		"Where it is too long with any domain, it is an error; where only with one of more than 40 characters, an info. Secrets have R015.",
	Fix:   "Shorten the name, or the name: of a config.",
	Bad:   app("  background-worker-1:\n    image: nginx:1.27.3\n"),
	Good:  app("  worker:\n    image: nginx:1.27.3\n"),
	Check: checkNamesTooLong,
}

// The most that abra and Swarm take. A stack name is rarely longer than a long one:
// few domains have more than 40 characters.
const (
	longStackName  = 40
	maxStackName   = 45
	maxServiceName = 63
	maxObjectName  = 64
)

// severityOf is how grave it is that stack names have only so much room.
func severityOf(room int) Severity {
	if room < longStackName {
		return Warning
	}
	return Info
}

func refusedBehind(room int) string {
	return fmt.Sprintf(", and with a stack name of more than %d Swarm refuses it", room)
}

func checkNamesTooLong(in *Input) []Finding {
	sure := diagnosed("R146", func(_ *Input, _ *Variant, _ stack.Diagnostic, f *Finding) { f.Severity = Error })(in)
	if in.Recipe == nil {
		return sure
	}
	return append(sure, eachVariant(checkNameBudget)(in)...)
}

func checkNameBudget(in *Input, v *Variant) []Finding {
	var found []Finding
	check := func(kind, key, name string, most int) {
		own, scoped := strings.CutPrefix(name, v.Stack.Name+"_")
		room := most - len("_"+own)
		if !scoped || len(name) > most || room >= maxStackName {
			return
		}
		found = append(found, Finding{
			Severity: severityOf(room),
			Message:  fmt.Sprintf("the name %s has %d characters; at most %d are safe%s", own, len(own), most-maxStackName-1, refusedBehind(room)),
			Span:     in.nameSpan(v, kind, key),
			Evidence: kind + "." + key + "=" + own,
		})
	}
	for _, s := range v.Stack.Services {
		check("services", s.Key, v.Stack.Name+"_"+s.Key, maxServiceName)
	}
	for _, n := range v.Stack.Networks {
		if !n.External && !n.Implicit {
			check("networks", n.Key, scopedName(v, n.Key, n.Name), maxServiceName)
		}
	}
	for _, c := range ownConfigs(v) {
		check("configs", c.Key, scopedName(v, c.Key, c.Name), maxObjectName)
	}
	return found
}

func scopedName(v *Variant, key, name string) string {
	if name == "" {
		return v.Stack.Name + "_" + key
	}
	return name
}

func (in *Input) nameSpan(v *Variant, path ...string) recipe.Span {
	named := append(slices.Clone(path), "name")
	if in.raw(v, named...) != "" {
		return v.Stack.Span(named...)
	}
	return in.keySpan(v, path...)
}
