package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/release"
)

// historyLine is a release without what may hold passwords: its env and its
// specs.
type historyLine struct {
	Number   int             `json:"number"`
	Kind     release.Kind    `json:"kind"`
	Result   release.Result  `json:"result"`
	Recipe   string          `json:"recipe,omitempty"`
	Version  string          `json:"version,omitempty"`
	Commit   string          `json:"commit,omitempty"`
	Chaos    bool            `json:"chaos,omitempty"`
	Who      string          `json:"who,omitempty"`
	Client   string          `json:"client,omitempty"`
	Started  time.Time       `json:"started"`
	Finished *time.Time      `json:"finished,omitempty"`
	Error    string          `json:"error,omitempty"`
	Plan     json.RawMessage `json:"plan,omitempty"`
}

func newHistoryLine(r release.Record) historyLine {
	line := historyLine{
		Number: r.Number, Kind: r.Kind, Result: r.Result, Recipe: r.Recipe, Version: r.Version, Commit: r.Commit, Chaos: r.Chaos,
		Who: r.Who, Client: r.Client, Started: r.Started, Error: r.Error,
	}
	if !r.Finished.IsZero() {
		line.Finished = &r.Finished
	}
	return line
}

func newAppHistoryCommand(v *appVerb) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "history APP",
		Short: "List what was deployed, by whom, and how it ended",
		Long: `history lists the release records of an app, newest first. They are kept in the
swarm: the last ten, and always the last release that worked. Changes that other
tools made are recorded as external when they are first seen.`,
		Example: "  catalogue app history cloud.example.com\n  catalogue app history show cloud.example.com 12",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return v.history(cmd.Context(), args[0]) },
	}
	cmd.AddCommand(&cobra.Command{
		Use:     "show APP [RELEASE]",
		Short:   "Show one release: its plan, and how it ended (default: the newest)",
		Example: "  catalogue app history show cloud.example.com 12 --json",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			number := ""
			if len(args) > 1 {
				number = args[1]
			}
			return v.historyShow(cmd.Context(), args[0], number)
		},
	})
	return cmd
}

func (v *appVerb) records(ctx context.Context, domain string) ([]release.Record, error) {
	_, d, done, err := v.reach(ctx, domain)
	if err != nil {
		return nil, err
	}
	defer done()
	app, err := v.find(domain)
	if err != nil {
		return nil, err
	}
	records, warnings, err := d.History(ctx, app)
	for _, warning := range warnings {
		v.warn("%s", warning)
	}
	return records, appError(err)
}

func (v *appVerb) history(ctx context.Context, domain string) error {
	records, err := v.records(ctx, domain)
	if err != nil {
		return err
	}
	if v.json {
		lines := []historyLine{}
		for _, record := range records {
			lines = append(lines, newHistoryLine(record))
		}
		return json.NewEncoder(v.stdout).Encode(lines)
	}
	if len(records) == 0 {
		v.say("%s has no releases yet.", domain)
		return nil
	}
	table := tabwriter.NewWriter(v.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RELEASE\tSTARTED\tKIND\tVERSION\tRESULT\tBY")
	for _, r := range records {
		words := []string{strconv.Itoa(r.Number), r.Started.Local().Format("2006-01-02 15:04"), string(r.Kind), releaseVersion(r), string(r.Result), r.Who}
		fmt.Fprintln(table, safeText(cells(words)))
	}
	return table.Flush()
}

// cells joins the cells of a line of a table: those from strangers may hold what
// ends one.
func cells(words []string) string {
	for i, word := range words {
		words[i] = strings.Join(strings.Fields(word), " ")
		if words[i] == "" {
			words[i] = "-"
		}
	}
	return strings.Join(words, "\t")
}

func releaseVersion(r release.Record) string {
	if r.Chaos {
		return r.Version + " (local)"
	}
	return r.Version
}

func (v *appVerb) historyShow(ctx context.Context, domain, which string) error {
	records, err := v.records(ctx, domain)
	if err != nil {
		return err
	}
	record, err := findRelease(records, domain, which)
	if err != nil {
		return err
	}
	if v.json {
		line := newHistoryLine(*record)
		line.Plan = record.Plan
		return json.NewEncoder(v.stdout).Encode(line)
	}
	return v.printRelease(*record)
}

func findRelease(records []release.Record, domain, which string) (*release.Record, error) {
	for i := range records {
		if which == "" || which == strconv.Itoa(records[i].Number) {
			return &records[i], nil
		}
	}
	if which == "" {
		return nil, refusedf("%s has no releases yet", domain)
	}
	return nil, refusedf("%s has no release %s; see: catalogue app history %[1]s", domain, which)
}

func (v *appVerb) printRelease(r release.Record) error {
	v.say("release %d: %s %s %s, %s", r.Number, r.Kind, r.Recipe, releaseVersion(r), r.Result)
	v.say("by %s with catalogue %s, %s", r.Who, r.Client, span(r))
	if r.Error != "" {
		v.say("error: %s", r.Error)
	}
	if len(r.Plan) == 0 {
		return nil
	}
	var plan deploy.Plan
	if err := json.Unmarshal(r.Plan, &plan); err != nil {
		v.warn("the plan of release %d cannot be read: %v", r.Number, err)
		return nil
	}
	_, colour := v.terminal(v.stdout)
	_, err := fmt.Fprint(v.stdout, plan.Text(colour))
	return err
}

func span(r release.Record) string {
	const layout = "2006-01-02 15:04:05"
	started := r.Started.Local().Format(layout)
	if r.Finished.IsZero() {
		return "since " + started
	}
	return started + " to " + r.Finished.Local().Format(layout)
}
