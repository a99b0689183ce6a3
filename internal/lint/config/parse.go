package config

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
)

// maxFaults is how many faults are told; a file with more is no config.
const maxFaults = 20

const maxEntries = 1000 // of one list

// Parse reads a config. The path is for messages only. An error is Faults: each
// with its place, what was expected, and for a misspelt word the nearest one.
func Parse(path string, data []byte) (*Config, error) {
	p := &parser{
		file:   recipe.ParseCompose(path, data), // any mapping, bounded; nothing of compose is asked of it
		config: &Config{Severity: map[string]lint.Severity{}, Thresholds: map[string]int{}},
	}
	if blank(data) {
		return p.config, nil
	}
	for _, fault := range p.file.Faults {
		if fault.Code == recipe.CodeYAMLNoMapping { // it speaks of services
			fault.Message = "the config is no mapping; expected " + strings.Join(names(p.keys()), ", ")
		}
		p.faults = append(p.faults, Fault{fault.Span, fault.Message})
	}
	if p.file.Root != nil && len(p.faults) == 0 {
		p.mapping("the config", p.file.Root, p.keys())
	}
	if len(p.faults) > 0 {
		return nil, p.faults
	}
	return p.config, nil
}

// blank says whether there are only comments.
func blank(data []byte) bool {
	for line := range strings.Lines(strings.TrimPrefix(string(data), "\ufeff")) {
		if line = strings.TrimSpace(line); line != "" && line != "---" && line[0] != '#' {
			return false
		}
	}
	return true
}

type parser struct {
	file   *recipe.ComposeFile
	config *Config
	faults Faults
}

func (p *parser) fault(n *yaml.Node, format string, args ...any) {
	if len(p.faults) < maxFaults {
		p.faults = append(p.faults, Fault{p.file.Span(n), fmt.Sprintf(format, args...)})
	}
}

// key is one that a mapping may have.
type key struct {
	name string
	read func(value *yaml.Node)
}

func (p *parser) keys() []key {
	return []key{
		{"select", p.selected},
		{"ignore", func(n *yaml.Node) { p.list("ignore", n, p.entry) }},
		{"severity", func(n *yaml.Node) { p.byRule("severity", n, p.severity) }},
		{"thresholds", func(n *yaml.Node) { p.byRule("thresholds", n, p.threshold) }},
		{"fail-level", p.failLevel},
		{"baseline", p.baseline},
	}
}

// mapping reads each key; one that nobody knows is a fault.
func (p *parser) mapping(what string, n *yaml.Node, keys []key) {
	if n = target(n); n.Kind != yaml.MappingNode {
		p.fault(n, "%s is no mapping; expected %s", what, strings.Join(names(keys), ", "))
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i]
		at := slices.IndexFunc(keys, func(k key) bool { return k.name == name.Value })
		if at < 0 {
			p.fault(name, "unknown key %q; did you mean %q? There are %s", name.Value, lint.Nearest(name.Value, names(keys)), strings.Join(names(keys), ", "))
			continue
		}
		keys[at].read(target(n.Content[i+1]))
	}
}

func names(keys []key) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = k.name
	}
	return out
}

func target(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func (p *parser) list(what string, n *yaml.Node, each func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		p.fault(n, "%s is no list; expected one entry a line, each behind a dash", what)
		return
	}
	if len(n.Content) > maxEntries {
		p.fault(n, "%s has %d entries; expected at most %d", what, len(n.Content), maxEntries)
		return
	}
	for _, item := range n.Content {
		each(target(item))
	}
}

func (p *parser) selected(n *yaml.Node) {
	p.list("select", n, func(item *yaml.Node) {
		if rule := p.rule(item); rule != nil {
			p.config.Select = append(p.config.Select, rule.Code)
		}
	})
}

// rule finds the rule that a code or a name stands for.
func (p *parser) rule(n *yaml.Node) *lint.Rule {
	rule := lint.Find(n.Value)
	if rule == nil || n.Kind != yaml.ScalarNode {
		p.fault(n, "unknown rule %q; did you mean %s? 'recipe-lint rules' lists them all", n.Value, lint.Nearest(n.Value, lint.Names()))
		return nil
	}
	return rule
}

func (p *parser) byRule(what string, n *yaml.Node, each func(rule *lint.Rule, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		p.fault(n, "%s is no mapping; expected rules with values, such as R015: %s", what, map[string]string{"severity": "error", "thresholds": "16"}[what])
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if rule := p.rule(n.Content[i]); rule != nil {
			each(rule, target(n.Content[i+1]))
		}
	}
}

func (p *parser) severity(rule *lint.Rule, n *yaml.Node) {
	if !slices.Contains(lint.Severities(), lint.Severity(n.Value)) {
		p.fault(n, "unknown severity %q; expected error, warning or info; to leave a rule out, use ignore", n.Value)
		return
	}
	p.config.Severity[rule.Code] = lint.Severity(n.Value)
}

func (p *parser) threshold(rule *lint.Rule, n *yaml.Node) {
	limits := rule.Threshold
	if limits == nil {
		p.fault(n, "%s %s has no threshold", rule.Code, rule.Name)
		return
	}
	number, err := strconv.Atoi(n.Value)
	if err != nil || number < limits.Min || number > limits.Max {
		p.fault(n, "the threshold of %s is %q; expected a number of %s from %d to %d", rule.Code, n.Value, limits.Unit, limits.Min, limits.Max)
		return
	}
	p.config.Thresholds[rule.Code] = number
}

func (p *parser) failLevel(n *yaml.Node) {
	if !slices.Contains(FailLevels(), n.Value) {
		p.fault(n, "unknown fail-level %q; expected one of %s", n.Value, strings.Join(FailLevels(), ", "))
		return
	}
	p.config.FailLevel = n.Value
}

func (p *parser) baseline(n *yaml.Node) {
	if name := path.Clean(n.Value); n.Kind != yaml.ScalarNode || n.Value == "" || path.IsAbs(name) || strings.HasPrefix(name, "..") {
		p.fault(n, "baseline is %q; expected a file in the config's folder or below", n.Value)
		return
	}
	p.config.Baseline = path.Clean(n.Value)
}

// entry reads one of ignore.
func (p *parser) entry(n *yaml.Node) {
	entry := Entry{Span: p.file.Span(n)}
	text := func(to *string) func(*yaml.Node) {
		return func(n *yaml.Node) {
			if *to = strings.TrimSpace(n.Value); n.Kind != yaml.ScalarNode || *to == "" {
				p.fault(n, "expected a text")
			}
		}
	}
	if n.Kind == yaml.ScalarNode {
		p.fault(n, "an entry of ignore is no mapping; expected rule and reason, such as {rule: %s, reason: why it may stay}", n.Value)
		return
	}
	told := len(p.faults)
	p.mapping("an entry of ignore", n, []key{
		{"rule", func(n *yaml.Node) {
			if rule := p.rule(n); rule != nil {
				entry.Rule = rule.Code
			}
		}},
		{"path", text(&entry.Path)},
		{"reason", text(&entry.Reason)},
	})
	switch wrong := checkGlob(entry.Path); {
	case len(p.faults) > told:
	case entry.Rule == "":
		p.fault(n, "an entry of ignore names no rule; expected rule: CODE")
	case entry.Reason == "":
		p.fault(n, "the entry that ignores %s gives no reason; expected reason: why it may stay", entry.Rule)
	case wrong != "":
		p.fault(n, "path %q %s", entry.Path, wrong)
	}
	p.config.Ignore = append(p.config.Ignore, entry)
}
