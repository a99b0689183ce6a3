package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
)

func newAppDiffCommand(a *appVerb) *cobra.Command {
	v := &deployVerb{appVerb: a}
	cmd := &cobra.Command{
		Use:   "diff APP [VERSION]",
		Short: "Compare what runs with what would be deployed, field by field",
		Long: `diff lists the fields in which the running app differs from its recipe, at VERSION
or at the version that the env pins, merged with its env. Unlike plan it asks
nothing but the swarm: no registry, no DNS and no linter, and it says nothing of
what would refuse a deploy.

Exit status: 0 the same, 1 something differs, 2 wrong usage, 3 it could not be
compared.`,
		Example: `  catalogue app diff cloud.example.org
  catalogue app diff cloud.example.org 1.2.0+3.4.5 --json`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return v.diff(cmd.Context(), args)
		},
	}
	cmd.Flags().BoolVarP(&v.chaos, "chaos", "C", false, "compare with the local copy of the recipe as it is")
	return cmd
}

func (v *deployVerb) diff(ctx context.Context, args []string) error {
	version := ""
	if len(args) > 1 {
		version = args[1]
	}
	if v.chaos && version != "" {
		return usagef("--chaos compares with the local copy as it is; name no version")
	}
	app, err := v.find(args[0])
	if err != nil {
		return err
	}
	plan, err := v.planOnly(ctx, app, version)
	var exit *exitError
	if err != nil && !errors.As(err, &exit) {
		err = refusedf("%w", err) // 1 would mean that something differs
	}
	if err != nil {
		return err
	}
	if err := v.printDiff(plan); err != nil || !plan.Writes() {
		return err
	}
	return &exitError{exitFailed, errors.New("")}
}

func (v *deployVerb) printDiff(plan *deploy.Plan) error {
	if v.json {
		return json.NewEncoder(v.stdout).Encode(map[string]any{
			"app": plan.App, "server": plan.Server, "recipe": plan.Recipe, "running": plan.Running, "version": plan.Version,
			"actions": slices.DeleteFunc(slices.Clone(plan.Actions), func(a deploy.Action) bool { return a.Op == deploy.Keep }),
		})
	}
	_, colour := v.terminal(v.stdout)
	_, err := fmt.Fprint(v.stdout, plan.Changes(colour))
	return err
}
