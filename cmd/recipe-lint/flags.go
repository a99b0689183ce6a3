package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/report"
)

// lintFlags are the flags as typed.
type lintFlags struct {
	format, failLevel, envFile string
	outputs, selected, ignored []string
}

// never as the fail level lets every finding pass.
const never = "never"

func (f *lintFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "text", "how to print the report: "+strings.Join(formatNames(), ", "))
	flags.StringArrayVar(&f.outputs, "output", nil, "write the report to a file, too: FORMAT=FILE; may be repeated")
	flags.StringVar(&f.failLevel, "fail-level", string(lint.Error), "exit 1 from this severity on: "+strings.Join(failLevels(), ", "))
	flags.StringSliceVar(&f.selected, "select", nil, "apply only these rules (codes or names, comma-separated)")
	flags.StringSliceVar(&f.ignored, "ignore", nil, "leave these rules out (codes or names, comma-separated)")
	flags.StringVar(&f.envFile, "env-file", "", "the variables of a PATH that is a file; a recipe has its .env.sample")
	complete(cmd, "format", formatNames())
	complete(cmd, "fail-level", failLevels())
	complete(cmd, "select", ruleNames())
	complete(cmd, "ignore", ruleNames())
}

func complete(cmd *cobra.Command, flag string, values []string) {
	// It fails only for a flag that does not exist, which a test would show.
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

func formatNames() []string {
	var names []string
	for _, format := range report.Formats() {
		names = append(names, format.Name)
	}
	return names
}

func failLevels() []string {
	var levels []string
	for _, severity := range lint.Severities() {
		levels = append(levels, string(severity))
	}
	return append(levels, never)
}

// options are the flags as understood.
type options struct {
	failLevel string
	rules     []*lint.Rule
	format    report.Format
	outputs   []output
	envFile   string
}

// output is one --output FORMAT=FILE.
type output struct {
	format report.Format
	file   string
}

func (f lintFlags) parse() (options, error) {
	o := options{failLevel: f.failLevel, envFile: f.envFile}
	if !slices.Contains(failLevels(), f.failLevel) {
		return o, usagef("unknown --fail-level %q; expected one of %s", f.failLevel, strings.Join(failLevels(), ", "))
	}
	var err error
	if o.format, err = report.FindFormat(f.format); err != nil {
		return o, usagef("--format: %w", err)
	}
	for _, text := range f.outputs {
		out, err := parseOutput(text)
		if err != nil {
			return o, err
		}
		o.outputs = append(o.outputs, out)
	}
	o.rules, err = chooseRules(f.selected, f.ignored)
	return o, err
}

func parseOutput(text string) (output, error) {
	name, file, ok := strings.Cut(text, "=")
	if !ok || file == "" {
		return output{}, usagef("--output %q; expected FORMAT=FILE, such as json=report.json", text)
	}
	format, err := report.FindFormat(name)
	if err != nil {
		return output{}, usagef("--output %s: %w", text, err)
	}
	return output{format, file}, nil
}
