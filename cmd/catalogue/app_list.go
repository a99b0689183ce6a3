package main

import (
	"context"
	"encoding/json"
	"sync/atomic"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/deploy"
)

// listVerb is one `app list`.
type listVerb struct {
	*appVerb
	server, recipe string
	machine        bool
}

func newAppListCommand(a *appVerb) *cobra.Command {
	v := &listVerb{appVerb: a}
	cmd := &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List the apps, what runs of them, and which can be upgraded",
		Long: `list shows every app of $ABRA_DIR/servers. It asks all servers at once, each for no
more than 15 seconds: where one does not answer, it says so, and the status of its
apps is unknown. UPGRADE is the latest version in the catalogue where that is newer
than the one that runs.`,
		Example: `  catalogue app ls
  catalogue app list --server one.example.org --json
  catalogue app ls -m | jq '.[].apps[] | select(.upgrade != "latest")'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return v.list(cmd.Context()) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&v.server, "server", "s", "", "only the apps of this server")
	flags.StringVarP(&v.recipe, "recipe", "r", "", "only the apps of this recipe")
	flags.BoolVarP(&v.machine, "machine", "m", false, "print JSON by server, as abra does")
	flags.BoolP("status", "S", true, "as in abra; the status is always shown")
	_ = flags.MarkHidden("status")
	return cmd
}

// listedApp is one app and what runs of it.
type listedApp struct {
	App          string `json:"app"`
	Server       string `json:"server"`
	Recipe       string `json:"recipe"`
	Pinned       string `json:"pinned,omitempty"`  // by its env
	Status       string `json:"status"`            // deployed, not deployed, unknown
	Version      string `json:"version,omitempty"` // that runs
	Chaos        bool   `json:"chaos,omitempty"`
	ChaosVersion string `json:"chaos_version,omitempty"`
	Upgrade      string `json:"upgrade,omitempty"` // the latest version, where it is newer
	Error        string `json:"error,omitempty"`   // why its env cannot be read

	stack   string
	current bool // what runs is the latest version
}

// listedServer is one server and its apps.
type listedServer struct {
	Name  string      `json:"name"`
	Error string      `json:"error,omitempty"` // why it did not answer
	Apps  []listedApp `json:"apps"`
}

const (
	statusDeployed    = "deployed"
	statusNotDeployed = "not deployed"
	statusUnknown     = "unknown"
)

func (v *listVerb) list(ctx context.Context) error {
	servers, err := v.read()
	if err != nil {
		return err
	}
	v.ask(ctx, servers)
	v.findUpgrades(ctx, servers)
	for _, server := range servers {
		if server.Error != "" {
			v.warn("server %s does not answer: %s", server.Name, server.Error)
		}
	}
	switch {
	case v.machine:
		return v.printMachine(servers)
	case v.json:
		return json.NewEncoder(v.stdout).Encode(map[string]any{"servers": servers})
	}
	return v.print(servers)
}

// read finds the apps that are asked for.
func (v *listVerb) read() ([]listedServer, error) {
	dir := deploy.Dir(v.getenv)
	folders, err := deploy.Servers(dir)
	if err != nil {
		return nil, appError(err)
	}
	list := []listedServer{}
	for _, folder := range folders {
		if v.server != "" && folder.Name != v.server {
			continue
		}
		server := listedServer{Name: folder.Name, Apps: []listedApp{}}
		for _, domain := range folder.Apps {
			if app := readListed(dir, folder.Name, domain); v.recipe == "" || app.Recipe == v.recipe {
				server.Apps = append(server.Apps, app)
			}
		}
		list = append(list, server)
	}
	if len(list) == 0 && v.server != "" {
		return nil, refusedf("there is no server %s; see: catalogue server ls", v.server)
	}
	return list, nil
}

// readListed reads one env. What is wrong with it is no reason to list nothing.
func readListed(dir, server, domain string) listedApp {
	listed := listedApp{App: domain, Server: server, Status: statusUnknown}
	app, err := deploy.ReadApp(dir, server, domain)
	if err == nil {
		listed.stack = app.StackName()
		listed.Recipe, listed.Pinned, err = app.Recipe()
	}
	if err != nil {
		listed.Error = err.Error()
	}
	return listed
}

// ask asks the servers that have apps, side by side.
func (v *listVerb) ask(ctx context.Context, servers []listedServer) {
	bar := newProgress(v.cli, "asking servers")
	defer bar.clear()
	var asked atomic.Int32
	var group errgroup.Group
	group.SetLimit(16)
	for i := range servers {
		if len(servers[i].Apps) == 0 {
			asked.Add(1)
			continue
		}
		group.Go(func() error {
			v.askOne(ctx, &servers[i])
			bar.step(int(asked.Add(1)), len(servers), servers[i].Name)
			return nil
		})
	}
	_ = group.Wait()
}

func (v *listVerb) askOne(ctx context.Context, server *listedServer) {
	ctx, cancel := context.WithTimeout(ctx, serverPatience)
	defer cancel()
	stacks, err := await(ctx, func() (map[string]deploy.Running, error) {
		d, done, err := v.connect(ctx, server.Name)
		if err != nil {
			return nil, err
		}
		defer done()
		return d.Stacks(ctx)
	})
	if err != nil {
		server.Error = err.Error()
		return
	}
	for i := range server.Apps {
		app := &server.Apps[i]
		running, deployed := stacks[app.stack]
		switch {
		case deployed:
			app.Status, app.Version, app.Chaos, app.ChaosVersion = statusDeployed, running.Version, running.Chaos, running.ChaosVersion
		case app.stack != "":
			app.Status = statusNotDeployed
		}
	}
}
