package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/shlex"
)

// Every catalogue command in the README and the guides names a verb and flags
// that exist. What the commands do is proved by the scripts.
func TestDocsNameRealCommands(t *testing.T) {
	guides, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, path := range append(guides, "../../README.md") {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range commands(string(data)) {
			checked++
			if err := parses(line); err != nil {
				t.Errorf("%s: %s: %v", filepath.Base(path), line, err)
			}
		}
	}
	if checked < 10 {
		t.Errorf("found only %d commands in the docs", checked)
	}
}

var (
	fenced  = regexp.MustCompile("(?s)```[a-z]*\n(.*?)```")
	command = regexp.MustCompile(`(?m)^(?:bin/)?catalogue (.+)$`)
	comment = regexp.MustCompile(`\s+# .*`)
)

func commands(text string) []string {
	var lines []string
	for _, block := range fenced.FindAllStringSubmatch(text, -1) {
		for _, found := range command.FindAllStringSubmatch(block[1], -1) {
			line := comment.ReplaceAllString(found[1], "")
			lines = append(lines, strings.NewReplacer("[", "", "]", "", "…", "").Replace(line))
		}
	}
	return lines
}

// parses finds the verb and its flags as cobra does, and runs nothing.
func parses(line string) error {
	args, err := shlex.Split(line)
	if err != nil {
		return err
	}
	verb, rest, err := newRootCommand(&cli{getenv: os.Getenv}).Find(args)
	if err != nil {
		return err
	}
	if err := verb.ParseFlags(rest); err != nil {
		return err
	}
	rest = verb.Flags().Args() // history is a verb, and has one below it
	if verb.HasSubCommands() && (len(rest) == 0 || verb.ValidateArgs(rest) != nil) {
		return usagef("%s needs a verb", verb.CommandPath())
	}
	return nil
}
