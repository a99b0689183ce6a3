package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
)

func newAppUndeployCommand(v *appVerb) *cobra.Command {
	dryRun := false
	cmd := &cobra.Command{
		Use:     "undeploy APP",
		Short:   "Stop an app; its volumes, secrets and env file stay",
		Example: "  catalogue app undeploy cloud.example.com --dry-run",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return v.undeploy(cmd.Context(), args[0], dryRun) },
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "print what would be removed and stop")
	return cmd
}

func (v *appVerb) undeploy(ctx context.Context, domain string, dryRun bool) error {
	app, d, done, err := v.reach(ctx, domain)
	if err != nil {
		return err
	}
	defer done()
	removal, err := d.PlanRemoval(ctx, app)
	if err != nil {
		return appError(err)
	}
	if err := v.printRemoval(removal); err != nil || removal.Empty() || dryRun {
		return err
	}
	if err := v.confirm(ctx, fmt.Sprintf("Undeploy %s from server %s?", app.Domain, app.Server)); err != nil {
		return err
	}
	screen := newScreen(v)
	d.Progress = screen.show
	err = d.Remove(ctx, removal, v.lockWait())
	screen.done()
	if err == nil {
		v.say("%s is undeployed; its volumes and secrets are kept.", app.Domain)
	}
	return appError(err)
}

func (v *appVerb) printRemoval(r *deploy.Removal) error {
	if v.json {
		return json.NewEncoder(v.stdout).Encode(r)
	}
	if r.Empty() {
		v.say("%s is not deployed; there is nothing to remove.", r.App)
		return nil
	}
	for _, kind := range []struct {
		name  string
		names []string
	}{{"services", r.Services}, {"secrets", r.Secrets}, {"configs", r.Configs}, {"networks", r.Networks}} {
		if len(kind.names) > 0 {
			v.say("- remove %s: %s", kind.name, strings.Join(kind.names, ", "))
		}
	}
	return nil
}
