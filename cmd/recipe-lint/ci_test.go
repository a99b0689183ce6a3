package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/shlex"
	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/lint/config"
	"coopcloud.tech/catalogue/internal/lint/report"
)

// What the documentation tells people to put into their CI: its YAML can be
// parsed, and every command and flag in it exists.
func TestDocumentedCommands(t *testing.T) {
	for _, page := range []string{"ci.md", "quality.md"} {
		text := readText(t, filepath.Join("..", "..", "docs", page))
		for _, line := range commandLines(t, text) {
			if err := understood(line); err != nil {
				t.Errorf("docs/%s: %q: %v", page, line, err)
			}
		}
	}
	for _, format := range report.Formats() {
		if !strings.Contains(readText(t, "../../docs/ci.md"), "| `"+format.Name+"` |") {
			t.Errorf("docs/ci.md does not list the format %s", format.Name)
		}
	}
	if n := len(commandLines(t, readText(t, "../../docs/ci.md"))); n < 10 {
		t.Errorf("only %d commands found in docs/ci.md", n)
	}
}

var (
	fence  = regexp.MustCompile("(?ms)^```(yaml|sh)\n(.*?)^```")
	inline = regexp.MustCompile("`(recipe-lint [^`]+)`")
)

// commandLines are the lines of the page that run recipe-lint: in YAML snippets,
// shell snippets and inline code.
func commandLines(t *testing.T, page string) []string {
	t.Helper()
	var lines []string
	for _, m := range inline.FindAllStringSubmatch(page, -1) {
		lines = append(lines, strings.ReplaceAll(m[1], `\|`, "|")) // as a table has it
	}
	for _, m := range fence.FindAllStringSubmatch(page, -1) {
		texts := strings.Split(m[2], "\n")
		if m[1] == "yaml" {
			texts = scalars(t, m[2])
		}
		for _, text := range texts {
			if strings.HasPrefix(text, "recipe-lint ") {
				lines = append(lines, text)
			}
		}
	}
	return lines
}

// scalars are all values of the snippet.
func scalars(t *testing.T, snippet string) []string {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(snippet), &doc); err != nil {
		t.Fatalf("%v in\n%s", err, snippet)
	}
	var out []string
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode {
			out = append(out, strings.Split(n.Value, "\n")...)
		}
		for _, child := range n.Content {
			walk(child)
		}
	}
	walk(&doc)
	return out
}

// understood parses a command line as the program would, and runs nothing.
func understood(line string) error {
	line, _, _ = strings.Cut(line, "|")
	words, err := shlex.Split(line)
	if err != nil {
		return err
	}
	root := newRootCommand(&cli{})
	cmd, rest, err := root.Find(words[1:])
	if err != nil {
		return err
	}
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	if cmd != root {
		return nil
	}
	format, _ := cmd.Flags().GetString("format")
	if _, err := report.FindFormat(format); err != nil {
		return err
	}
	level, _ := cmd.Flags().GetString("fail-level")
	if level != "" && !slices.Contains(config.FailLevels(), level) {
		return fmt.Errorf("no fail level %s", level)
	}
	outputs, _ := cmd.Flags().GetStringArray("output")
	for _, out := range outputs {
		if _, err := parseOutput(out); err != nil {
			return err
		}
	}
	return nil
}

func readText(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

type hook struct {
	ID, Name, Language, Entry, Files string
	AlwaysRun                        bool `yaml:"always_run"`
	PassFilenames                    bool `yaml:"pass_filenames"`
}

// A hook judges the whole recipe at every commit: of a deleted overlay pre-commit
// names no file, and any file may be a config.
func TestPreCommitHooks(t *testing.T) {
	hooks := []hook{}
	if err := yaml.Unmarshal([]byte(readText(t, "../../.pre-commit-hooks.yaml")), &hooks); err != nil {
		t.Fatal(err)
	}
	var languages []string
	for _, h := range hooks {
		languages = append(languages, h.Language)
		if h.ID == "" || h.Name == "" || !strings.Contains(readText(t, "../../docs/ci.md"), "`"+h.ID+"`") {
			t.Errorf("%+v lacks an id or a name, or is not in docs/ci.md", h)
		}
		if err := understood(h.Entry); err != nil {
			t.Errorf("%s: %v", h.ID, err)
		}
		if h.Files != "" || !h.AlwaysRun || h.PassFilenames {
			t.Errorf("%s does not judge the whole recipe at every commit: %+v", h.ID, h)
		}
	}
	if !slices.Equal(languages, []string{"golang", "docker", "system"}) {
		t.Errorf("languages %v", languages)
	}
}
