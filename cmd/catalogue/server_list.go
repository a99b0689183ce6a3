package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/swarm"
)

func newServerListCommand(v *appVerb) *cobra.Command {
	return &cobra.Command{
		Use:     "ls",
		Short:   "List the servers, and how they are",
		Example: "  catalogue server ls --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			servers, err := deploy.Servers(deploy.Dir(v.getenv))
			if err != nil {
				return appError(err)
			}
			return v.printServers(v.askServers(cmd.Context(), servers))
		},
	}
}

// serverStatus is one line of `server ls`.
type serverStatus struct {
	Name    string `json:"name"`
	Apps    int    `json:"apps"`
	Host    string `json:"host,omitempty"`
	Status  string `json:"status"` // ok, unreachable, no manager
	Version string `json:"version,omitempty"`
	Nodes   int    `json:"nodes"`
	Error   string `json:"error,omitempty"`
}

// serverPatience bounds how long one server may take to answer.
const serverPatience = 15 * time.Second

// askServers asks all of them side by side.
func (v *appVerb) askServers(ctx context.Context, servers []deploy.Server) []serverStatus {
	list := make([]serverStatus, len(servers))
	var group errgroup.Group
	group.SetLimit(16)
	for i, server := range servers {
		group.Go(func() error {
			ctx, cancel := context.WithTimeout(ctx, serverPatience)
			defer cancel()
			list[i] = v.askServer(ctx, server)
			return nil
		})
	}
	_ = group.Wait()
	return list
}

func (v *appVerb) askServer(ctx context.Context, server deploy.Server) serverStatus {
	status := serverStatus{Name: server.Name, Apps: len(server.Apps)}
	fail := func(state string, err error) serverStatus {
		status.Status, status.Error = state, err.Error()
		return status
	}
	client, err := swarm.Connect(ctx, server.Name, v.getenv)
	if err != nil {
		return fail("unreachable", err)
	}
	defer client.Close()
	about, err := client.About(ctx)
	if err != nil {
		return fail("unreachable", err)
	}
	status.Host, status.Version = about.Host, about.Version
	if err := client.CheckManager(ctx); err != nil {
		return fail("no manager", err)
	}
	nodes, err := client.Nodes(ctx)
	if err != nil {
		return fail("unreachable", err)
	}
	status.Status, status.Nodes = "ok", len(nodes)
	return status
}

func (v *appVerb) printServers(list []serverStatus) error {
	if v.json {
		return json.NewEncoder(v.stdout).Encode(list)
	}
	if len(list) == 0 {
		v.say("There is no server yet; add one with: catalogue server add HOST")
		return nil
	}
	table := tabwriter.NewWriter(v.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SERVER\tAPPS\tSTATUS\tENGINE\tNODES\tHOST")
	for _, s := range list {
		row(table, s.Name, strconv.Itoa(s.Apps), s.Status, s.Version, strconv.Itoa(s.Nodes), s.Host)
	}
	err := table.Flush()
	for _, s := range list {
		if s.Error != "" {
			v.warn("%s: %s", s.Name, s.Error)
		}
	}
	return err
}
