package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/Masterminds/semver/v3"
	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/deploy"
)

// upgradeVerb is one `app upgrade`.
type upgradeVerb struct {
	deployVerb
	major bool
}

func newAppUpgradeCommand(a *appVerb) *cobra.Command {
	v := &upgradeVerb{deployVerb: deployVerb{appVerb: a}}
	cmd := &cobra.Command{
		Use:   "upgrade APP [VERSION]",
		Short: "Bring an app to a newer version, with what its releases say",
		Long: `upgrade brings a deployed app to VERSION, or to the latest. First it shows, for
each version that is passed, the release notes and what the env lacks. Then it
goes on as deploy does. A step to another major version, for which maintainers
may ask operators to do something by hand, is asked for separately; without a
terminal it needs --major, or VERSION.`,
		Example: `  catalogue app upgrade cloud.example.com --dry-run
  catalogue app upgrade cloud.example.com 2.0.0+30.0.4-apache`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			plan, err := v.run(cmd.Context(), args)
			if plan == nil && err == nil {
				return nil // there is nothing newer
			}
			return v.report(args[0], plan, err)
		},
	}
	v.rolloutFlags(cmd.Flags())
	cmd.Flags().BoolVar(&v.major, "major", false, "go to another major version without asking")
	return cmd
}

// run returns the plan, nil where it did not get as far as that.
func (v *upgradeVerb) run(ctx context.Context, args []string) (*deploy.Plan, error) {
	if err := v.checkTimeout(); err != nil {
		return nil, err
	}
	app, d, done, err := v.reach(ctx, args[0])
	if err != nil {
		return nil, err
	}
	defer done()
	running, err := runningVersion(ctx, d, app)
	if err != nil {
		return nil, err
	}
	path, err := v.path(ctx, app, running, append(args, "")[1])
	if err != nil {
		return nil, err
	}
	if len(path.steps) == 0 {
		v.say("%s: %s is the latest version.", app.Domain, running)
		return nil, nil
	}
	if err := v.tellSteps(path); err != nil {
		return nil, err
	}
	if err := v.confirmMajor(ctx, path, len(args) > 1); err != nil {
		return nil, err
	}
	want, err := deploy.Prepare(app, path.target)
	if err != nil {
		return nil, appError(err)
	}
	return v.apply(ctx, d, want, false)
}

func runningVersion(ctx context.Context, d *deploy.Deployer, app *deploy.App) (string, error) {
	services, err := d.Swarm.Services(ctx, app.StackName())
	if err != nil {
		return "", refusedf("server %s: %w", app.Server, err)
	}
	running := deploy.RunningVersion(services, app.StackName())
	switch {
	case len(services) == 0:
		return "", refusedf("app %s is not deployed; run: catalogue app deploy %[1]s", app.Domain)
	case running == "":
		return "", refusedf("which version of %s runs is not known: no service has the label coop-cloud.%s.version. Name the version: catalogue app deploy %[1]s VERSION",
			app.Domain, app.StackName())
	}
	return running, nil
}

// upgradePath leads from what runs to the target.
type upgradePath struct {
	running string
	target  deploy.Source
	steps   []deploy.Step // one for each version that is passed, oldest first
}

// path finds the versions between. target is "" for the latest.
func (v *upgradeVerb) path(ctx context.Context, app *deploy.App, running, target string) (upgradePath, error) {
	name, _, err := app.Recipe()
	if err != nil {
		return upgradePath{}, appError(err)
	}
	known, err := v.versions(ctx, name, target == "")
	if err != nil {
		return upgradePath{}, err
	}
	passed, err := between(known.Recipe, running, target)
	if err != nil {
		return upgradePath{}, refusedf("app %s: %w", app.Domain, err)
	}
	path := upgradePath{running: running}
	var before *deploy.Source
	if source, err := known.at(running); err == nil {
		before = &source
	}
	for _, version := range passed {
		source, err := known.at(version.Version)
		if err != nil {
			return path, err
		}
		step, err := deploy.Review(app.Env, before, source)
		if err != nil {
			return path, appError(err)
		}
		path.steps, path.target, before = append(path.steps, step), source, &source
	}
	return path, nil
}

// maxSteps bounds how many versions are looked at one by one; of more, the newest.
const maxSteps = 50

// between lists the versions above running up to the target, oldest first; none
// where running is the target. Pre-releases are passed over, but as the target.
func between(entry catalogue.Recipe, running, target string) ([]catalogue.Version, error) {
	if target == "" {
		latest, ok := entry.Latest()
		if !ok {
			return nil, fmt.Errorf("recipe %s has no released version", entry.Name)
		}
		target = latest.Version
	}
	end, ok := entry.Version(target)
	if !ok {
		return nil, fmt.Errorf("recipe %s has no version %s", entry.Name, target)
	}
	from := own(catalogue.Version{Version: running})
	switch order := own(end).Compare(from); {
	case target == running:
		return nil, nil
	case order < 0:
		return nil, fmt.Errorf("%s is older than %s, which runs; to go back, run: catalogue app rollback", target, running)
	}
	var passed []catalogue.Version
	for _, version := range entry.Versions {
		if number := own(version); number.GreaterThan(from) && number.LessThan(own(end)) && !version.PreRelease() && !version.Legacy {
			passed = append(passed, version)
		}
	}
	passed = append(passed, end)
	return passed[max(0, len(passed)-maxSteps):], nil
}

// tellSteps shows what the versions say and ask for.
func (v *upgradeVerb) tellSteps(path upgradePath) error {
	if v.json {
		return json.NewEncoder(v.stdout).Encode(map[string]any{
			"phase": "review", "running": path.running, "version": path.target.Version, "steps": path.steps,
		})
	}
	for _, step := range path.steps {
		if step.Empty() {
			continue
		}
		v.say("%s", step.Version)
		if step.Note != "" {
			v.say("  %s", strings.ReplaceAll(step.Note, "\n", "\n  "))
		}
		for _, variable := range step.Variables {
			v.say("  new in .env.sample: %s=%s", variable.Name, variable.Sample)
		}
		for _, name := range step.Secrets {
			v.say("  needs a secret: %s", name)
		}
		for _, change := range step.Changes {
			v.say("  %s", change)
		}
	}
	return nil
}

// confirmMajor asks for a step to another major version, unless the operator has
// named the version.
func (v *upgradeVerb) confirmMajor(ctx context.Context, path upgradePath, named bool) error {
	from, to := major(path.running), major(path.target.Version)
	if from == to || named || v.major || v.dryRun {
		return nil
	}
	if v.noInput {
		return refusedf("%s → %s is a step to another major version, which may need work by hand: read what it says, then run again with --major, or name the version",
			path.running, path.target.Version)
	}
	return v.confirm(ctx, fmt.Sprintf("%s → %s is a step to another major version, which may need work by hand. Go on?", path.running, path.target.Version))
}

func major(version string) uint64 {
	number, _, _ := strings.Cut(version, "+")
	parsed, err := semver.NewVersion(number)
	if err != nil {
		return 0
	}
	return parsed.Major()
}
