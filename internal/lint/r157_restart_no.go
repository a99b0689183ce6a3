package lint

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

var restartNo = Rule{
	Code: "R157", Name: "restart-no",
	Severity: Warning, Confidence: High, Docker: Mangles,
	What: "restart: \"no\" restarts.",
	Why: "Docker uses restart where deploy.restart_policy is missing, in spite of its warning that it does not, and turns no into nothing: " +
		"the engine's default, restart on any exit. A task that should run once runs again every five seconds.",
	Fix:   "Write deploy.restart_policy with condition: none.",
	Bad:   app("    restart: \"no\"\n"),
	Good:  app("    deploy:\n      restart_policy:\n        condition: none\n"),
	Check: eachService(checkRestartNo),
}

func checkRestartNo(in *Input, v *Variant, s *stack.Service) []Finding {
	if s.Restart != "no" || s.Deploy.Restart != nil {
		return nil
	}
	return []Finding{{
		Message:  "restart: no is not what docker stack deploy does: it restarts on any exit",
		Span:     v.Stack.Span("services", s.Key, "restart"),
		Repairs:  in.neverRestart(v, s),
		Evidence: "services." + s.Key + ".restart",
	}}
}

// neverRestart is the repair that says under deploy what restart: no means.
func (in *Input) neverRestart(v *Variant, s *stack.Service) []Repair {
	key := in.keySpan(v, "services", s.Key, "restart")
	e, ok := in.edit(key.File)
	if !ok || in.text(key) != "restart" || v.Stack.Span("services", s.Key, "restart").File != key.File {
		return nil
	}
	w := e.find(key, false)
	if len(w) != 3 || anchored(w[2].value()) || w[2].value().Kind != yaml.ScalarNode || w[2].parent.Style&yaml.FlowStyle != 0 {
		return nil
	}
	repair := Repair{Title: "Write deploy.restart_policy.condition: none", Safe: !shared(w) && in.neverRestarts(s.Key)}
	if deploy, value := e.lookup("services", s.Key, "deploy"); deploy != nil {
		repair.Safe = repair.Safe && value.Anchor == ""
		return e.moveToDeploy(repair, w, e.file.Span(deploy))
	}
	if inherits(w[2].parent, "deploy") {
		return nil
	}
	indent, ok := e.indent(w[2].parent)
	if !ok {
		return nil
	}
	text := "deploy:\n" + indent + "  restart_policy:\n" + indent + "    condition: none"
	repair.Edits = []Edit{e.replace(e.start(w[2].key()), e.end(w[2]), text)}
	return []Repair{repair}
}

// shared says whether something on the way has an anchor: then others may have it, too.
func shared(w way) bool {
	return slices.ContainsFunc(w, func(s step) bool { return s.parent.Anchor != "" || s.value().Anchor != "" })
}

// neverRestarts says whether the service says so with every overlay: a policy under
// deploy would overrule what one of them says under restart.
func (in *Input) neverRestarts(service string) bool {
	return !slices.ContainsFunc(in.Variants, func(v Variant) bool {
		s := v.Stack.Service(service)
		return s != nil && (s.Restart != "no" || s.Deploy.Restart != nil)
	})
}

// moveToDeploy takes restart out and puts a policy into the deploy block that is
// there, with the comment that stood behind it.
func (e editor) moveToDeploy(repair Repair, restart way, deploy recipe.Span) []Repair {
	start, end, removable := e.extent(restart)
	last := e.end(restart[len(restart)-1])
	if !removable || last < 0 {
		return nil
	}
	condition := "  condition: none"
	if comment := strings.TrimSpace(e.data[last:e.lineEnd(last)]); comment != "" {
		condition += "  " + comment
	}
	put, ok := e.appendTo(e.find(deploy, false), []string{"restart_policy:", condition})
	if !ok {
		return nil
	}
	repair.Edits = combined([]Edit{e.replace(start, end, "")}, put)
	return []Repair{repair}
}
