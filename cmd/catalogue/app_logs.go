package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
)

// logsVerb is one `app logs`.
type logsVerb struct {
	*appVerb
	follow, stdoutOnly, stderrOnly bool
	timestamps, raw                bool
	since, tail                    string
	colour                         bool
}

func newAppLogsCommand(a *appVerb) *cobra.Command {
	v := &logsVerb{appVerb: a}
	cmd := &cobra.Command{
		Use:   "logs APP [SERVICE…]",
		Short: "Show what an app's services wrote, in the order of time",
		Long: `logs merges the logs of the services, those of earlier tasks included. Each line
starts with the service and the slot of its task. Control characters are shown
as ` + "\ufffd" + `, and lines are cut at 64 KiB.

With -f it goes on, with tasks to come too, until Ctrl-C, which is no failure.
Clocks are those of the nodes.`,
		Example: `  catalogue app logs cloud.example.org
  catalogue app logs -f --tail 20 cloud.example.org app db
  catalogue app logs --since 10m --stderr --json cloud.example.org`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd.Context(), args[0], args[1:]) },
	}
	flags := cmd.Flags()
	flags.BoolVarP(&v.follow, "follow", "f", false, "go on until Ctrl-C")
	flags.StringVar(&v.since, "since", "", "from then on: a length of time such as 10m, or a date such as 2026-05-01T12:00:00Z")
	flags.StringVar(&v.tail, "tail", "all", "how many of the last lines of each task")
	flags.BoolVar(&v.stdoutOnly, "stdout", false, "only what was written to stdout")
	flags.BoolVar(&v.stderrOnly, "stderr", false, "only what was written to stderr")
	flags.BoolVarP(&v.timestamps, "timestamps", "t", false, "start each line with its time")
	flags.BoolVar(&v.raw, "raw", false, "leave control characters as they are; not on a terminal")
	return cmd
}

func (v *logsVerb) run(ctx context.Context, domain string, services []string) error {
	query := deploy.LogQuery{Services: services, Show: v.show, Warn: func(text string) { v.warn("%s", text) }}
	if err := v.options(&query); err != nil {
		return err
	}
	app, d, done, err := v.reach(ctx, domain)
	if err != nil {
		return err
	}
	defer done()
	err = d.Logs(ctx, app, query)
	if errors.Is(err, deploy.ErrNotDeployed) {
		return &exitError{exitFailed, err}
	}
	return appError(err)
}

func (v *logsVerb) options(query *deploy.LogQuery) (err error) {
	tty, colour := v.terminal(v.stdout)
	v.colour = colour
	if v.raw && tty {
		return usagef("app logs: --raw is not for a terminal: an app could command it; send the output to a file or a pipe")
	}
	query.Follow = v.follow
	query.Stdout, query.Stderr = v.stdoutOnly || !v.stderrOnly, v.stderrOnly || !v.stdoutOnly
	if query.Since, err = sinceTime(v.since, time.Now()); err != nil {
		return err
	}
	query.Tail = -1
	if v.tail != "all" {
		if query.Tail, err = strconv.Atoi(v.tail); err != nil || query.Tail < 0 {
			return usagef("app logs: --tail %q: expected a number of lines, or all", v.tail)
		}
	}
	return nil
}

func sinceTime(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return now.Add(-ago), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return at, nil
		}
	}
	return time.Time{}, usagef("app logs: --since %q: expected a length of time such as 10m, or a date such as 2026-05-01T12:00:00Z", text)
}

// cutMark ends a line that was too long to be shown whole.
const cutMark = " … (cut)"

func (v *logsVerb) show(line deploy.LogLine) error {
	if v.json {
		return v.showJSON(line)
	}
	prefix := safeText(line.Service + "." + line.Slot)
	if v.colour {
		prefix = fmt.Sprintf("\x1b[%dm%s\x1b[0m", colourOf(line.Service), prefix)
	}
	if v.timestamps {
		prefix += " " + line.Time.Format(time.RFC3339Nano)
	}
	text := string(bytes.TrimSuffix(line.Text, []byte("\r")))
	if !v.raw {
		text = safeText(text)
	}
	if line.Cut {
		text += cutMark
	}
	_, err := fmt.Fprintf(v.stdout, "%s | %s\n", prefix, text)
	return err
}

func (v *logsVerb) showJSON(line deploy.LogLine) error {
	stream := "stdout"
	if line.Stderr {
		stream = "stderr"
	}
	return json.NewEncoder(v.stdout).Encode(struct {
		Time    time.Time `json:"time"`
		Service string    `json:"service"`
		Slot    string    `json:"slot"`
		Node    string    `json:"node"`
		Stream  string    `json:"stream"`
		Line    string    `json:"line"`
		Cut     bool      `json:"cut,omitempty"`
	}{line.Time, line.Service, line.Slot, line.Node, stream, string(line.Text), line.Cut})
}

// colourOf gives a service the same colour every time.
func colourOf(service string) int {
	hash := fnv.New32a()
	hash.Write([]byte(service))
	return 31 + int(hash.Sum32()%6)
}
