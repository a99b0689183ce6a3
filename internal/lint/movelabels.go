package lint

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// moveLabels is the repair that moves labels of a service to its deploy.labels.
// It moves them only within one file, and only where all of them can be moved
// as they are written, a list to a list, a mapping to a mapping, and where Traefik
// can do something with them. It is unsafe: what nobody could reach is routed then.
func (in *Input) moveLabels(v *Variant, s *stack.Service, keys []string) []Repair {
	file := v.Stack.Span("services", s.Key, "labels", keys[0]).File
	e, ok := in.edit(file)
	if !ok || !routable(v, s) {
		return nil
	}
	key, labels := e.lookup("services", s.Key, "labels")
	if labels == nil || labels.Kind == yaml.AliasNode || labels.Style&yaml.FlowStyle != 0 {
		return nil
	}
	var moved []string
	var edits []Edit
	for _, key := range keys {
		text, edit, ok := e.takeLabel(labels, v.Stack.Span("services", s.Key, "labels", key))
		if !ok {
			return nil
		}
		moved, edits = append(moved, text), append(edits, edit)
	}
	if len(moved)*stride(labels) == len(labels.Content) { // nothing stays behind
		moved, edits, ok = e.takeAll(e.file.Span(key), labels)
		if !ok {
			return nil
		}
	}
	put, ok := e.putLabels(s.Key, labels.Kind, moved)
	if !ok {
		return nil
	}
	return []Repair{{Title: "Move it to deploy.labels", Edits: combined(edits, put)}}
}

// combined lets what is put at the end of a removed block take its place: edits
// must not overlap.
func combined(removed []Edit, put Edit) []Edit {
	for i, gone := range removed {
		if gone.Start <= put.Start && put.Start < gone.End {
			text := strings.TrimLeft(put.Text, "\r\n")
			removed[i].Text = text + put.Text[:len(put.Text)-len(text)]
			return removed
		}
	}
	return append(removed, put)
}

// routable reports whether the service, with all its labels in one place, is
// either not routed or routed well: else moving them shows the next fault.
func routable(v *Variant, s *stack.Service) bool {
	joined := *s
	joined.Deploy.Labels = map[string]string{}
	maps.Copy(joined.Deploy.Labels, s.Labels)
	maps.Copy(joined.Deploy.Labels, s.Deploy.Labels)
	if !routed(&joined) {
		return true
	}
	reason, _ := unreachable(v, &joined)
	return reason == "" && slices.ContainsFunc(labelsOf(&joined), saysPort)
}

// takeLabel takes one entry or item out and returns its text.
func (e editor) takeLabel(labels *yaml.Node, span recipe.Span) (string, Edit, bool) {
	for i := 0; i < len(labels.Content); i += stride(labels) {
		entry := step{labels, i}
		if !e.startsAt(entry.key(), span) && !e.startsAt(entry.value(), span) {
			continue
		}
		start, end, ok := e.blockExtent(entry)
		from := e.start(entry.key())
		text := strings.TrimRight(e.data[from:e.lineEnd(max(e.end(entry), from))], " \t\r") // with its comment
		if labels.Kind == yaml.SequenceNode {
			text = "- " + text
		}
		return text, e.replace(start, end, ""), ok && !anchored(entry.key()) && !anchored(entry.value()) && !strings.Contains(text, "\n")
	}
	return "", Edit{}, false
}

// takeAll takes the whole labels: block out, its comments as well.
func (e editor) takeAll(key recipe.Span, labels *yaml.Node) ([]string, []Edit, bool) {
	start, end, ok := e.extent(e.find(key, false))
	indent, plain := e.indent(labels)
	if !ok || !plain {
		return nil, nil, false
	}
	var lines []string
	for line := range strings.Lines(e.data[e.nextLine(start):end]) {
		lines = append(lines, strings.TrimRight(strings.TrimPrefix(line, indent), " \t\r\n"))
	}
	return lines, []Edit{e.replace(start, end, "")}, true
}

// putLabels adds the lines to deploy.labels, or to deploy, or to the service.
func (e editor) putLabels(service string, kind yaml.Kind, lines []string) (Edit, bool) {
	ways := [][]string{{"services", service, "deploy", "labels"}, {"services", service, "deploy"}, {"services", service}}
	heads := [][]string{nil, {"labels:"}, {"deploy:", "  labels:"}}
	for i, path := range ways {
		key, value := e.lookup(path...)
		if key == nil {
			continue
		}
		if i == 0 && value.Kind != kind {
			return Edit{}, false
		}
		return e.appendTo(e.find(e.file.Span(key), false), slices.Concat(heads[i], indented(lines, 2*i)))
	}
	return Edit{}, false
}

func indented(lines []string, by int) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.Repeat(" ", by) + line
	}
	return out
}
