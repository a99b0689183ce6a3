package main

import (
	"context"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
)

func newAppPlanCommand(a *appVerb) *cobra.Command {
	v := &deployVerb{appVerb: a, dryRun: true}
	out := ""
	cmd := &cobra.Command{
		Use:   "plan APP [VERSION]",
		Short: "Print what deploy would do, or save it for deploy --plan",
		Long: `plan prints what 'app deploy' would do, and writes nothing to the swarm.

With --out it saves the plan: the recipe's commit, the images' digests, the state
of the swarm that it was made for, and a hash of everything that would be sent.
'app deploy --plan' then does exactly that, or refuses and says what has changed.
The file holds no secrets and no values of the app's env.`,
		Example: `  catalogue app plan cloud.example.org
  catalogue app plan cloud.example.org 1.2.0+3.4.5 --out cloud.plan
  catalogue app deploy cloud.example.org --plan cloud.plan`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			plan, err := v.run(cmd.Context(), args)
			if err == nil && out != "" {
				err = v.save(plan, len(args) == 1, out)
			}
			return v.report(args[0], plan, err)
		},
	}
	v.planFlags(cmd.Flags())
	cmd.Flags().BoolVarP(&v.chaos, "chaos", "C", false, "plan with the local copy of the recipe as it is")
	cmd.Flags().StringVar(&out, "out", "", "save the plan in this file, readable by you only")
	return cmd
}

func (v *deployVerb) save(plan *deploy.Plan, pinned bool, path string) error {
	saved, err := plan.Save(deploy.SavedChoices{
		Force: v.force, Pinned: pinned, AcceptEnv: v.acceptEnv,
		NoLint: v.noLint, SkipDomain: v.noDomain, RequireDigest: v.requireDigest,
	}, version)
	if err == nil {
		err = saved.WriteFile(path)
	}
	if err != nil {
		return appError(err)
	}
	v.say("Saved in %s. Apply it with: catalogue app deploy %s --plan %[1]s", path, plan.App)
	return nil
}

// readPlan reads the file of --plan, and takes over the choices that it was made
// with.
func (v *deployVerb) readPlan(app *deploy.App) error {
	saved, err := deploy.ReadSavedPlan(v.planFile)
	if err == nil {
		err = saved.CheckApp(app)
	}
	if err != nil {
		return appError(err)
	}
	chosen := saved.Choices
	v.saved, v.chaos, v.force = saved, saved.Chaos, chosen.Force
	v.acceptEnv = v.acceptEnv || chosen.AcceptEnv
	v.noLint = v.noLint || chosen.NoLint
	v.noDomain = v.noDomain || chosen.SkipDomain
	v.requireDigest = v.requireDigest || chosen.RequireDigest
	return nil
}

// planOnly is what diff needs of a plan: nothing is asked but the swarm.
func (v *deployVerb) planOnly(ctx context.Context, app *deploy.App, version string) (*deploy.Plan, error) {
	want, err := v.wanted(ctx, app, version)
	if err != nil {
		return nil, err
	}
	d, done, err := v.connect(ctx, app.Server)
	if err != nil {
		return nil, err
	}
	defer done()
	plan, err := d.Plan(ctx, want, deploy.Options{Offline: true, SkipDomain: true})
	return plan, appError(err)
}
