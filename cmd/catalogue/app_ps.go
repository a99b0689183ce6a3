package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
)

func newAppPSCommand(v *appVerb) *cobra.Command {
	return &cobra.Command{
		Use:     "ps APP",
		Short:   "Show what runs of an app",
		Example: "  catalogue app ps cloud.example.com --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			app, d, done, err := v.reach(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer done()
			state, err := d.PS(cmd.Context(), app.StackName())
			if err != nil {
				return appError(err)
			}
			if err := v.printPS(state); err != nil {
				return err
			}
			if len(state.Services) == 0 {
				return &exitError{exitFailed, fmt.Errorf("app %s is not deployed", app.Domain)}
			}
			return nil
		},
	}
}

func (v *appVerb) printPS(state *deploy.StackState) error {
	if v.json {
		return json.NewEncoder(v.stdout).Encode(state)
	}
	if len(state.Services) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(v.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SERVICE\tRUNNING\tSLOT\tNODE\tSTATE\tSINCE\tIMAGE\tERROR")
	for _, service := range state.Services {
		count := fmt.Sprintf("%d/%d", service.Running, service.Desired)
		if len(service.Tasks) == 0 {
			row(table, service.Service, count, "", "", "", "", service.Image, "")
		}
		for _, task := range service.Tasks {
			row(table, service.Service, count, task.Slot, task.Node, task.State,
				time.Since(task.Since).Round(time.Second).String(), service.Image, task.Error)
		}
	}
	return table.Flush()
}

func row(table *tabwriter.Writer, cells ...string) {
	fmt.Fprintln(table, safeText(strings.Join(cells, "\t")))
}
