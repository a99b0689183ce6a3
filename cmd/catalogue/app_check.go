package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
)

func newAppCheckCommand(v *appVerb) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check APP [VERSION]",
		Short: "Compare an app's env with the recipe's .env.sample",
		Long: `check compares the app's env with the .env.sample of VERSION, or of the version
that it pins. It exits with 1 where the sample sets a variable that the env lacks.`,
		Example: `  catalogue app check cloud.example.com
  catalogue app check cloud.example.com 2.0.0+30.0.4-apache`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return v.check(cmd.Context(), args[0], append(args, "")[1])
		},
	}
	cmd.Flags().BoolVarP(&v.local, "chaos", "C", false, "compare with the local copy of the recipe as it is")
	return cmd
}

func (v *appVerb) check(ctx context.Context, domain, version string) error {
	app, err := v.find(domain)
	if err != nil {
		return err
	}
	source, err := v.source(ctx, app, version, v.local)
	if err != nil {
		return err
	}
	vars, err := deploy.Check(app, source)
	if err != nil {
		return appError(err)
	}
	if err := v.printCheck(vars); err != nil {
		return err
	}
	isMissing := func(c deploy.CheckedVar) bool { return c.State == deploy.VarMissing }
	if slices.ContainsFunc(vars, isMissing) {
		return &exitError{exitFailed, fmt.Errorf("%s lacks variables that the .env.sample of %s %s sets", app.Path, source.Recipe, source.Version)}
	}
	return nil
}

func (v *appVerb) printCheck(vars []deploy.CheckedVar) error {
	if v.json {
		return json.NewEncoder(v.stdout).Encode(vars)
	}
	table := tabwriter.NewWriter(v.stdout, 0, 0, 2, ' ', 0)
	row(table, "VARIABLE", "STATE", "IN THE SAMPLE")
	for _, one := range vars {
		row(table, one.Name, string(one.State), one.Sample)
	}
	return table.Flush()
}
