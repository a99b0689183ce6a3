package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/release"
)

// rollbackVerb is one `app rollback`.
type rollbackVerb struct {
	deployVerb
	env bool
}

func newAppRollbackCommand(a *appVerb) *cobra.Command {
	v := &rollbackVerb{deployVerb: deployVerb{appVerb: a}}
	cmd := &cobra.Command{
		Use:   "rollback APP [RELEASE|VERSION]",
		Short: "Bring an app back to an earlier release",
		Long: `rollback sends again what a release was made of, from its record in the swarm:
neither the recipe nor the catalogue is needed. Without RELEASE it takes the last
one that worked before the one that runs; see app history. The version in the
env follows, and with --env the rest of the env as well; what was in the file is
kept beside it. Data does not go back: volumes stay as they are.`,
		Example: `  catalogue app rollback cloud.example.com
  catalogue app rollback cloud.example.com 12 --env`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			which := ""
			if len(args) > 1 {
				which = args[1]
			}
			plan, err := v.run(cmd.Context(), args[0], which)
			return v.report(args[0], plan, err)
		},
	}
	flags := cmd.Flags()
	flags.BoolVarP(&v.force, "force", "f", false, "replace the tasks of what is unchanged too, and what cannot be changed")
	flags.BoolVarP(&v.noWait, "no-converge-checks", "c", false, "do not wait until it is healthy, and remove nothing")
	flags.BoolVar(&v.dryRun, "dry-run", false, "print the plan and stop")
	flags.DurationVar(&v.timeout, "timeout", 0, "how long to wait, such as 10m (default: the recipe's label, 5m)")
	flags.BoolVar(&v.env, "env", false, "put the env that the release was deployed with back into the app's file")
	return cmd
}

func (v *rollbackVerb) run(ctx context.Context, domain, which string) (*deploy.Plan, error) {
	if v.timeout < 0 {
		return nil, usagef("app rollback: --timeout %s: expected a length of time", v.timeout)
	}
	app, d, done, err := v.reach(ctx, domain)
	if err != nil {
		return nil, err
	}
	defer done()
	options := deploy.Options{Choices: deploy.Choices{Force: v.force}, Offline: v.offline, NoWait: v.noWait, Timeout: v.timeout, LockWait: v.lockWait()}
	if !v.dryRun {
		if err := v.awaitLock(ctx, d, app); err != nil {
			return nil, err
		}
	}
	plan, target, err := d.PlanRollback(ctx, app, which, options)
	if err != nil {
		return nil, appError(err)
	}
	v.say("release %d of %s, by %s:", target.Number, target.Started.Local().Format("2006-01-02 15:04"), target.Who)
	if err := v.printPlan(plan); err != nil {
		return plan, err
	}
	switch {
	case len(plan.Refused) > 0:
		return plan, refusedf("%s", strings.Join(plan.Refused, "\n"))
	case v.dryRun:
		return plan, nil
	}
	if err := v.confirm(ctx, fmt.Sprintf("Roll %s on server %s back to release %d?", plan.App, plan.Server, target.Number)); err != nil {
		return plan, err
	}
	screen := newScreen(v.appVerb)
	d.Progress = screen.show
	err = d.Apply(ctx, plan, options)
	screen.done()
	if err == nil {
		err = v.follow(ctx, app, target)
	}
	return plan, appError(err)
}

// follow brings the app's env file to what runs by now.
func (v *rollbackVerb) follow(ctx context.Context, app *deploy.App, target *release.Record) error {
	if len(target.Env) > 0 && !sameEnv(app, target) {
		if err := v.followEnv(ctx, app, target); err != nil {
			return err
		}
	}
	if target.Chaos || target.Version == "" {
		return nil
	}
	return app.Pin(target.Version)
}

// sameEnv compares but for the version, which Pin sets.
func sameEnv(app *deploy.App, target *release.Record) bool {
	return bytes.Equal(withoutType(app.Env.Bytes()), withoutType(target.Env))
}

func withoutType(env []byte) []byte {
	var rest [][]byte
	for _, line := range bytes.Split(env, []byte("\n")) {
		if !bytes.HasPrefix(line, []byte("TYPE=")) && !bytes.HasPrefix(line, []byte("RECIPE=")) {
			rest = append(rest, line)
		}
	}
	return bytes.Join(rest, []byte("\n"))
}

func (v *rollbackVerb) followEnv(ctx context.Context, app *deploy.App, target *release.Record) error {
	_, interactive := v.keyboard()
	wanted := v.env
	if !wanted && interactive && !v.noInput {
		wanted = v.confirm(ctx, fmt.Sprintf("Put the env of release %d into %s? What is in it is kept beside it.", target.Number, app.Path)) == nil
	}
	if !wanted {
		v.warn("%s is not the env that release %d was deployed with: the next deploy changes what differs (--env puts that one back)", app.Path, target.Number)
		return nil
	}
	kept, err := app.ReplaceEnv(target.Env)
	if err != nil {
		return &exitError{exitUnclear, fmt.Errorf("the rollback went well, but %w", err)}
	}
	v.say("%s is that of release %d now; what was in it is in %s.", app.Path, target.Number, kept)
	return nil
}
