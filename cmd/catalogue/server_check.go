package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"text/tabwriter"

	"github.com/docker/go-units"
	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/swarm"
)

func newServerCheckCommand(v *appVerb) *cobra.Command {
	return &cobra.Command{
		Use:   "check NAME",
		Short: "Check that a server has what deploys need of it",
		Long: `check looks at a server's engine, its swarm and nodes, the network proxy, and how
much its disk holds. Exit status: 0 all well, 1 something is not as it should be,
3 the server cannot be reached.`,
		Example: "  catalogue server check one.example.com",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return v.checkServer(cmd.Context(), args[0]) },
	}
}

func (v *appVerb) checkServer(ctx context.Context, name string) error {
	server, err := deploy.FindServer(deploy.Dir(v.getenv), name)
	if err != nil {
		return appError(err)
	}
	client, err := swarm.Connect(ctx, server.Name, v.getenv)
	if err != nil {
		return refusedf("%w", err)
	}
	defer client.Close()
	health, err := deploy.CheckServer(ctx, client)
	if err != nil {
		return appError(err)
	}
	if err := v.printHealth(server, health); err != nil {
		return err
	}
	if len(health.Problems) > 0 {
		return &exitError{exitFailed, errors.New("")} // they have been said
	}
	return nil
}

func (v *appVerb) printHealth(server deploy.Server, h *deploy.Health) error {
	if v.json {
		return json.NewEncoder(v.stdout).Encode(h)
	}
	v.say("%s (%s), %d apps", server.Name, h.Host, len(server.Apps))
	v.say("engine %s, API %s, %s", h.Version, h.API, h.System)
	if h.Disk != nil {
		v.say("on its disk: images %s, volumes %s, containers %s", size(h.Disk.Images), size(h.Disk.Volumes), size(h.Disk.Containers))
	}
	if len(h.Nodes) > 0 {
		table := tabwriter.NewWriter(v.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "NODE\tROLE\tSTATE\tAVAILABILITY\tENGINE\tCPUS\tMEMORY")
		for _, n := range h.Nodes {
			row(table, n.Name, n.Role, n.State, n.Availability, n.Version, strconv.FormatInt(n.CPUs, 10), size(n.Memory))
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	for _, problem := range h.Problems {
		v.say("! %s", problem)
	}
	if len(h.Problems) == 0 {
		v.say("All is well.")
	}
	return nil
}

func size(bytes int64) string { return units.BytesSize(float64(bytes)) }
