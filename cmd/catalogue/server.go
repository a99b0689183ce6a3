package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/swarm"
)

func newServerCommand(c *cli) *cobra.Command {
	v := &appVerb{cli: c}
	cmd := &cobra.Command{
		Use:   "server",
		Short: "Add, list and check the servers that apps run on",
		Long: `A server is a folder, $ABRA_DIR/servers/NAME (ABRA_DIR is ~/.abra where it is not
set). NAME leads to one manager of a swarm: it is a Docker context or an ssh host,
and default is the engine of this machine.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().BoolVar(&v.json, "json", false, "print JSON")
	cmd.AddCommand(newServerAddCommand(v), newServerListCommand(v), newServerCheckCommand(v))
	return cmd
}

func newServerAddCommand(v *appVerb) *cobra.Command {
	name := ""
	cmd := &cobra.Command{
		Use:   "add HOST",
		Short: "Add a server, once it has answered as a swarm manager",
		Long: `add checks that HOST can be reached and is a swarm manager, and makes the server's
folder. HOST is default, a Docker context, or [USER@]HOST[:PORT] for ssh. Where the
folder's name alone does not lead there, a Docker context of that name is made.`,
		Example: `  catalogue server add default
  catalogue server add one.example.org
  catalogue server add root@203.0.113.7:2222 --name one.example.org`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return v.addServer(cmd.Context(), args[0], name) },
	}
	cmd.Flags().StringVar(&name, "name", "", "name of the server's folder (default: the host)")
	return cmd
}

func (v *appVerb) addServer(ctx context.Context, host, name string) error {
	t, err := v.serverTarget(host, name)
	if err != nil {
		return err
	}
	client, err := swarm.Connect(ctx, t.connect, v.getenv)
	if err != nil {
		return refusedf("%w", err)
	}
	defer client.Close()
	if err := client.CheckManager(ctx); err != nil {
		return refusedf("%w", err)
	}
	path, err := deploy.AddServer(deploy.Dir(v.getenv), t.name)
	if err != nil {
		return appError(err)
	}
	if t.makeContext {
		if err := swarm.AddContext(t.name, t.connect, v.getenv); err != nil {
			return &exitError{exitUnclear, fmt.Errorf("%s was made, but not the context that leads there: %w; run: docker context create %s --docker host=%s", path, err, t.name, t.connect)}
		}
	}
	if v.json {
		return json.NewEncoder(v.stdout).Encode(map[string]any{"server": t.name, "path": path, "host": t.connect, "context_made": t.makeContext})
	}
	if t.makeContext {
		v.say("Made Docker context %s for %s.", t.name, t.connect)
	}
	v.say("Added server %s: %s.", t.name, path)
	return nil
}

// serverTarget is where a new server is, and under which name.
type serverTarget struct {
	name, connect string
	makeContext   bool
}

func (v *appVerb) serverTarget(host, name string) (serverTarget, error) {
	isContext, err := swarm.HasContext(host, v.getenv)
	if err != nil {
		return serverTarget{}, refusedf("%w", err)
	}
	if isContext || host == swarm.Local {
		if name != "" && name != host {
			return serverTarget{}, usagef("server add: %s is a Docker context, which the folder has to be named after", host)
		}
		return serverTarget{name: host, connect: host}, nil
	}
	u, err := sshURL(host)
	if err != nil {
		return serverTarget{}, err
	}
	t := serverTarget{name: name, connect: u.String()}
	if t.name == "" {
		t.name = u.Hostname()
	}
	t.makeContext = t.connect != "ssh://"+t.name
	if taken, err := swarm.HasContext(t.name, v.getenv); err != nil || taken && t.makeContext {
		return t, refusedf("there is a Docker context %s already: add it with catalogue server add %[1]s, or choose another --name", t.name)
	}
	return t, nil
}

func sshURL(host string) (*url.URL, error) {
	text := host
	if !strings.Contains(text, "://") {
		text = "ssh://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || strings.HasPrefix(u.Hostname(), "-"):
		return nil, usagef("server add: %q: expected default, a Docker context, or [USER@]HOST[:PORT]", host)
	case u.Scheme != "ssh":
		return nil, usagef("server add: %s servers are reached by a Docker context: make it with docker context create NAME --docker host=%s, then run catalogue server add NAME", u.Scheme, u.Redacted())
	}
	return u, nil
}
