package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/config"
	"coopcloud.tech/catalogue/internal/lint/report"
)

// lintFlags are the flags as typed.
type lintFlags struct {
	format, failLevel, envFile, config string
	outputs, selected, ignored         []string
	baseline, writeBaseline, since     string
	fix, unsafeFixes, diff             bool
	onlineFlags
}

func (f *lintFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "text", "how to print the report: "+strings.Join(formatNames(), ", "))
	flags.StringArrayVar(&f.outputs, "output", nil, "write the report to a file, too: FORMAT=FILE; may be repeated")
	flags.StringVar(&f.failLevel, "fail-level", "", "exit 1 from this severity on: "+strings.Join(config.FailLevels(), ", ")+" (default error)")
	flags.StringSliceVar(&f.selected, "select", nil, "apply only these rules (codes or names, comma-separated)")
	flags.StringSliceVar(&f.ignored, "ignore", nil, "leave these rules out (codes or names, comma-separated)")
	flags.StringVar(&f.envFile, "env-file", "", "the variables of a PATH that is a file; a recipe has its .env.sample")
	flags.StringVar(&f.config, "config", "", "the config; default: "+config.Name+" in the recipe's folder or above it, up to the repository's root")
	flags.BoolVar(&f.fix, "fix", false, "make the safe fixes, then report what is left")
	flags.BoolVar(&f.unsafeFixes, "unsafe-fixes", false, "make the unsafe fixes, too; with --diff, show them, too")
	flags.BoolVar(&f.diff, "diff", false, "print the fixes as a patch and write nothing; exit 1 if there are any")
	flags.StringVar(&f.baseline, "baseline", "", "leave out the findings that this file knows")
	flags.StringVar(&f.writeBaseline, "write-baseline", "", "write all findings to this file: from now on they are known")
	flags.StringVar(&f.since, "since", "", "only what is new since this git revision; "+lastTag+" is the newest release")
	f.onlineFlags.register(cmd)
	complete(cmd, "format", formatNames())
	complete(cmd, "fail-level", config.FailLevels())
	complete(cmd, "select", lint.Names())
	complete(cmd, "ignore", lint.Names())
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

// fixing says whether fixes are made, or shown.
func (f lintFlags) fixing() bool { return f.fix || f.unsafeFixes || f.diff }

// options are the flags of the report as understood. Which rules apply is each
// target's project.
type options struct {
	format    report.Format
	outputs   []output
	failLevel string // of the whole run
}

// output is one --output FORMAT=FILE.
type output struct {
	format report.Format
	file   string
}

func (f lintFlags) parse() (o options, err error) {
	if f.failLevel != "" && !slices.Contains(config.FailLevels(), f.failLevel) {
		return o, usagef("unknown --fail-level %q; expected one of %s", f.failLevel, strings.Join(config.FailLevels(), ", "))
	}
	if f.diff && f.fix {
		return o, usagef("--fix writes the fixes and --diff prints them; choose one")
	}
	if err := f.onlineFlags.check(); err != nil {
		return o, err
	}
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
	_, err = chooseRules(f.selected, f.ignored) // wrong names are wrong for every target
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
