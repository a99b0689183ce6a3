package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
)

func newAppLabelsCommand(v *appVerb) *cobra.Command {
	return &cobra.Command{
		Use:     "labels APP",
		Short:   "Show the labels of the services that run",
		Example: "  catalogue app labels cloud.example.com --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			app, d, done, err := v.reach(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer done()
			services, err := d.Labels(cmd.Context(), app)
			if err != nil {
				return appError(err)
			}
			if err := v.printLabels(services); err != nil {
				return err
			}
			if len(services) == 0 {
				return &exitError{exitFailed, fmt.Errorf("app %s is not deployed", app.Domain)}
			}
			return nil
		},
	}
}

func (v *appVerb) printLabels(services []deploy.ServiceLabels) error {
	if v.json {
		return json.NewEncoder(v.stdout).Encode(services)
	}
	table := tabwriter.NewWriter(v.stdout, 0, 0, 2, ' ', 0)
	row(table, "SERVICE", "LABEL", "VALUE")
	for _, service := range services {
		for _, name := range slices.Sorted(maps.Keys(service.Labels)) {
			row(table, service.Service, name, service.Labels[name])
		}
	}
	return table.Flush()
}
