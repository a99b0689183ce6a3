package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
)

func newAppRestartCommand(v *appVerb) *cobra.Command {
	var o deploy.Options
	cmd := &cobra.Command{
		Use:   "restart APP [SERVICE…]",
		Short: "Restart an app's services, and wait until they are healthy",
		Long: `restart has the engine replace the tasks of the services, or of all but jobs, by
their own update rules: with update_config order: start-first the old task goes
once the new one is healthy. Nothing else changes, and no release is recorded.`,
		Example: `  catalogue app restart cloud.example.org
  catalogue app restart -n cloud.example.org app cron`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return v.restart(cmd.Context(), args[0], args[1:], o)
		},
	}
	v.waitFlags(cmd, &o)
	return cmd
}

// waitFlags say how long a verb waits until services are well.
func (v *appVerb) waitFlags(cmd *cobra.Command, o *deploy.Options) {
	cmd.Flags().BoolVarP(&o.NoWait, "no-converge-checks", "c", false, "do not wait until it is healthy")
	cmd.Flags().DurationVar(&o.Timeout, "timeout", 0, "how long to wait, such as 10m (default 5m, and what healthchecks need)")
}

func (v *appVerb) restart(ctx context.Context, domain string, names []string, o deploy.Options) error {
	app, d, done, err := v.reach(ctx, domain)
	if err != nil {
		return err
	}
	defer done()
	plan, err := d.PlanRestart(ctx, app, names)
	if err != nil {
		return appError(err)
	}
	for _, warning := range plan.Warnings {
		v.warn("%s", warning)
	}
	if err := v.confirm(ctx, fmt.Sprintf("Restart %s on server %s: %s?", app.Domain, app.Server, actionNames(plan))); err != nil {
		return err
	}
	err = v.watched(d, o, func(o deploy.Options) error { return d.Restart(ctx, plan, o) })
	return v.result(app, err, "%s: restarted %s.", app.Domain, actionNames(plan))
}

// watched runs a change with the screen on.
func (v *appVerb) watched(d *deploy.Deployer, o deploy.Options, change func(deploy.Options) error) error {
	if o.Timeout < 0 {
		return usagef("--timeout %s: expected a length of time", o.Timeout)
	}
	o.LockWait = v.lockWait()
	screen := newScreen(v)
	d.Progress = screen.show
	defer screen.done()
	return appError(change(o))
}

// result says how a change ended, to people and to programs.
func (v *appVerb) result(app *deploy.App, err error, format string, args ...any) error {
	if v.json {
		end := map[string]any{"phase": "result", "app": app.Domain, "code": exitCode(err), "time": time.Now().UTC().Format(time.RFC3339)}
		if err != nil {
			end["error"] = err.Error()
		}
		return errors.Join(err, json.NewEncoder(v.stdout).Encode(end))
	}
	if err == nil {
		v.say(format, args...)
	}
	return err
}

// actionNames lists the services that a plan changes.
func actionNames(plan *deploy.Plan) string {
	var names []string
	for _, action := range plan.Actions {
		if action.Op != deploy.Keep {
			names = append(names, strings.TrimPrefix(action.Name, plan.Stack+"_"))
		}
	}
	return strings.Join(names, ", ")
}
