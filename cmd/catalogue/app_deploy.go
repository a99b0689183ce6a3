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

// deployVerb is a verb that brings an app to another state: what deploy,
// upgrade and plan share.
type deployVerb struct {
	*appVerb
	checks
	force, chaos, acceptEnv, unchanged bool // of the plan
	noWait, noHooks, keep, dryRun      bool // of what comes after it
	timeout                            time.Duration
	planFile                           string
	saved                              *deploy.SavedPlan // from planFile
}

func newAppDeployCommand(a *appVerb) *cobra.Command {
	v := &deployVerb{appVerb: a}
	cmd := &cobra.Command{
		Use:   "deploy APP [VERSION]",
		Short: "Deploy an app, and wait until it is healthy",
		Long: `deploy brings the app to VERSION, to the version that its env pins, or to the
latest. It prints what it would do, asks, does it, and waits until every service
is healthy. A deploy that fails puts the stack back as it was.

With --plan it does exactly what 'app plan --out' saved, or refuses.`,
		Example: `  catalogue app deploy cloud.example.org
  catalogue app deploy cloud.example.org 1.2.0+3.4.5
  catalogue app deploy cloud.example.org --chaos --dry-run
  catalogue app deploy -n cloud.example.org --plan cloud.plan`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			plan, err := v.run(cmd.Context(), args)
			return v.report(args[0], plan, err)
		},
	}
	flags := cmd.Flags()
	v.rolloutFlags(flags)
	flags.BoolVarP(&v.chaos, "chaos", "C", false, "deploy the local copy of the recipe as it is")
	flags.StringVar(&v.planFile, "plan", "", "apply this file, which 'app plan --out' wrote, and nothing else")
	return cmd
}

// planFlags are those that decide what is planned, and how it is shown.
func (v *deployVerb) planFlags(flags *pflag.FlagSet) {
	flags.BoolVarP(&v.force, "force", "f", false, "replace the tasks of what is unchanged too, take rebuilt images, replace what cannot be changed")
	flags.BoolVar(&v.acceptEnv, "accept-env", false, "deploy this env even where it lacks what someone else has deployed since")
	flags.BoolVar(&v.unchanged, "show-unchanged", false, "list what stays as it is, too")
	v.checks.flags(flags)
}

// rolloutFlags are those of every verb that changes what runs.
func (v *deployVerb) rolloutFlags(flags *pflag.FlagSet) {
	v.planFlags(flags)
	flags.BoolVarP(&v.noWait, "no-converge-checks", "c", false, "do not wait until it is healthy, and remove nothing")
	flags.BoolVar(&v.noHooks, "no-hooks", false, "do not call the functions that POST_DEPLOY_CMDS or POST_UPGRADE_CMDS of the env name")
	flags.BoolVar(&v.dryRun, "dry-run", false, "print the plan and stop")
	flags.DurationVar(&v.timeout, "timeout", 0, "how long to wait, such as 10m (default: the recipe's label, the app's TIMEOUT, 5m)")
	flags.BoolVar(&v.keep, "keep", false, "leave a first deploy that failed as it is, for looking at")
}

// run returns the plan, nil where it did not get as far as that.
func (v *deployVerb) run(ctx context.Context, args []string) (*deploy.Plan, error) {
	version := ""
	if len(args) > 1 {
		version = args[1]
	}
	switch {
	case v.chaos && version != "":
		return nil, usagef("--chaos deploys the local copy as it is; name no version")
	case v.planFile != "" && (version != "" || v.chaos || v.force):
		return nil, usagef("--plan says what is deployed; leave out VERSION, --chaos and --force")
	}
	if err := v.checkTimeout(); err != nil {
		return nil, err
	}
	app, err := v.find(args[0])
	if err != nil {
		return nil, err
	}
	pinned := version == ""
	if v.planFile != "" {
		if err := v.readPlan(app); err != nil {
			return nil, err
		}
		version, pinned = v.saved.Version, v.saved.Choices.Pinned
	}
	want, err := v.wanted(ctx, app, version)
	if err != nil {
		return nil, err
	}
	d, done, err := v.connect(ctx, app.Server)
	if err != nil {
		return nil, err
	}
	defer done()
	return v.apply(ctx, d, want, pinned)
}

func (v *deployVerb) checkTimeout() error {
	if v.timeout < 0 {
		return usagef("--timeout %s: expected a length of time", v.timeout)
	}
	return nil
}

// wanted finds the recipe at the version, and merges it with the app's env.
func (v *deployVerb) wanted(ctx context.Context, app *deploy.App, version string) (*deploy.Desired, error) {
	source, err := v.source(ctx, app, version, v.chaos)
	if err != nil {
		return nil, err
	}
	if v.saved != nil {
		if err := v.saved.CheckSource(source); err != nil {
			return nil, appError(err)
		}
	}
	want, err := deploy.Prepare(app, source)
	return want, appError(err)
}

// apply is the way of every deploy: plan, print, ask, send, pin.
func (v *deployVerb) apply(ctx context.Context, d *deploy.Deployer, want *deploy.Desired, pinned bool) (*deploy.Plan, error) {
	options := v.options(want, pinned)
	if !v.dryRun {
		if err := v.awaitLock(ctx, d, want.App); err != nil {
			return nil, err
		}
	}
	plan, err := d.Plan(ctx, want, options)
	if err == nil && v.saved != nil {
		err = v.saved.Check(plan, version)
	}
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
	if err := v.send(ctx, d, plan, options); err != nil {
		return plan, err
	}
	if !plan.Chaos {
		err = want.App.Pin(plan.Version)
	}
	if err == nil {
		err = after.run(ctx)
	}
	return plan, appError(err)
}

func (v *deployVerb) options(want *deploy.Desired, pinned bool) deploy.Options {
	o := deploy.Options{
		Choices: deploy.Choices{Force: v.force}, Offline: v.offline, NoWait: v.noWait, Timeout: v.timeout, Pinned: pinned,
		LockWait: v.lockWait(), Keep: v.keep, AcceptEnv: v.acceptEnv,
	}
	v.checks.fill(want, &o)
	if v.saved != nil {
		o.Images = v.saved.Images
	}
	return o
}

func (v *deployVerb) send(ctx context.Context, d *deploy.Deployer, plan *deploy.Plan, options deploy.Options) error {
	screen := newScreen(v.appVerb)
	d.Progress = screen.show
	defer screen.done()
	return appError(d.Apply(ctx, plan, options))
}

// printPlan shows the plan. With --json and --dry-run it is all there is.
func (v *deployVerb) printPlan(plan *deploy.Plan) error {
	switch {
	case v.json && v.dryRun:
		return json.NewEncoder(v.stdout).Encode(plan)
	case v.json:
		return json.NewEncoder(v.stdout).Encode(map[string]any{"phase": "plan", "plan": plan})
	}
	text := plan.Text
	if v.unchanged {
		text = plan.FullText
	}
	_, colour := v.terminal(v.stdout)
	_, err := fmt.Fprint(v.stdout, text(colour))
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
