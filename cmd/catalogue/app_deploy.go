package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"coopcloud.tech/catalogue/internal/deploy"
)

// deployVerb is one `app deploy`.
type deployVerb struct {
	*appVerb
	checks
	force, chaos, noWait, dryRun bool
	keep, acceptEnv              bool
	noHooks                      bool
	timeout                      time.Duration
}

func newAppDeployCommand(a *appVerb) *cobra.Command {
	v := &deployVerb{appVerb: a}
	cmd := &cobra.Command{
		Use:   "deploy APP [VERSION]",
		Short: "Deploy an app, and wait until it is healthy",
		Long: `deploy brings the app to VERSION, to the version that its env pins, or to the
latest. It prints what it would do, asks, does it, and waits until every service
is healthy. A deploy that fails puts the stack back as it was.`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			plan, err := v.run(cmd.Context(), args)
			return v.report(args[0], plan, err)
		},
	}
	v.rolloutFlags(cmd.Flags())
	cmd.Flags().BoolVarP(&v.chaos, "chaos", "C", false, "deploy the local copy of the recipe as it is")
	return cmd
}

// rolloutFlags are those of every verb that changes what runs.
func (v *deployVerb) rolloutFlags(flags *pflag.FlagSet) {
	flags.BoolVarP(&v.force, "force", "f", false, "send even what is unchanged, take rebuilt images, replace what cannot be changed")
	flags.BoolVarP(&v.noWait, "no-converge-checks", "c", false, "do not wait until it is healthy, and remove nothing")
	flags.BoolVar(&v.noHooks, "no-hooks", false, "do not call the functions that POST_DEPLOY_CMDS or POST_UPGRADE_CMDS of the env name")
	flags.BoolVar(&v.dryRun, "dry-run", false, "print the plan and stop")
	flags.DurationVar(&v.timeout, "timeout", 0, "how long to wait, such as 10m (default: the recipe's label, the app's TIMEOUT, 5m)")
	flags.BoolVar(&v.keep, "keep", false, "leave a first deploy that failed as it is, for looking at")
	flags.BoolVar(&v.acceptEnv, "accept-env", false, "deploy this env even where it lacks what someone else has deployed since")
	v.checks.flags(flags)
}

// run returns the plan, nil where it did not get as far as that.
func (v *deployVerb) run(ctx context.Context, args []string) (*deploy.Plan, error) {
	version := ""
	if len(args) > 1 {
		version = args[1]
	}
	if v.chaos && version != "" {
		return nil, usagef("app deploy: --chaos deploys the local copy as it is; name no version")
	}
	if err := v.checkTimeout(); err != nil {
		return nil, err
	}
	app, err := v.find(args[0])
	if err != nil {
		return nil, err
	}
	source, err := v.source(ctx, app, version, v.chaos)
	if err != nil {
		return nil, err
	}
	want, err := deploy.Prepare(app, source)
	if err != nil {
		return nil, appError(err)
	}
	d, done, err := v.connect(ctx, app.Server)
	if err != nil {
		return nil, err
	}
	defer done()
	return v.apply(ctx, d, want, version == "")
}

func (v *deployVerb) checkTimeout() error {
	if v.timeout < 0 {
		return usagef("--timeout %s: expected a length of time", v.timeout)
	}
	return nil
}

func (v *deployVerb) apply(ctx context.Context, d *deploy.Deployer, want *deploy.Desired, pinned bool) (*deploy.Plan, error) {
	options := deploy.Options{
		Choices: deploy.Choices{Force: v.force}, Offline: v.offline, NoWait: v.noWait, Timeout: v.timeout, Pinned: pinned,
		LockWait: v.lockWait(), Keep: v.keep, AcceptEnv: v.acceptEnv,
	}
	v.checks.fill(want, &options)
	plan, err := d.Plan(ctx, want, options)
	if err != nil {
		return nil, appError(err)
	}
	if err := v.printPlan(plan); err != nil {
		return plan, err
	}
	if len(plan.Refused) > 0 {
		return plan, refusedf("%s", strings.Join(plan.Refused, "\n"))
	}
	if v.dryRun {
		return plan, nil
	}
	after, err := v.hooks(ctx, d, want, plan)
	if err != nil {
		return plan, err
	}
	if plan.Writes() {
		if err := v.confirm(ctx, fmt.Sprintf("Deploy %s to server %s?", plan.App, plan.Server)); err != nil {
			return plan, err
		}
	}
	screen := newScreen(v.appVerb)
	d.Progress = screen.show
	err = d.Apply(ctx, plan, options)
	screen.done()
	if err == nil && !plan.Chaos {
		err = want.App.Pin(plan.Version)
	}
	if err == nil {
		err = after.run(ctx)
	}
	return plan, appError(err)
}

// printPlan shows the plan. With --json and --dry-run it is all there is.
func (v *deployVerb) printPlan(plan *deploy.Plan) error {
	switch {
	case v.json && v.dryRun:
		return json.NewEncoder(v.stdout).Encode(plan)
	case v.json:
		return json.NewEncoder(v.stdout).Encode(map[string]any{"phase": "plan", "plan": plan})
	}
	_, colour := v.terminal(v.stdout)
	_, err := fmt.Fprint(v.stdout, plan.Text(colour))
	return err
}

// report says how it ended, whatever happened: programs read a result.
func (v *deployVerb) report(app string, plan *deploy.Plan, err error) error {
	switch {
	case plan != nil && v.dryRun:
	case v.json:
		return errors.Join(err, v.reportJSON(app, plan, err))
	case err == nil && v.noWait:
		v.say("%s: sent %s %s; whether it is healthy was not checked.", plan.App, plan.Recipe, plan.Version)
	case err == nil:
		v.say("%s: %s %s is up.", plan.App, plan.Recipe, plan.Version)
	}
	return err
}

func (v *deployVerb) reportJSON(app string, plan *deploy.Plan, err error) error {
	end := map[string]any{"phase": "result", "app": app, "code": exitCode(err)}
	if plan != nil {
		end["version"] = plan.Version
	}
	if err != nil {
		end["error"] = err.Error()
	}
	return json.NewEncoder(v.stdout).Encode(end)
}
