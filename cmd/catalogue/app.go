package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/swarm"
)

// appVerb is what the app verbs share.
type appVerb struct {
	*cli
	noInput bool // -n
	offline bool // -o
	json    bool
	local   bool // -C of verbs that read the recipe: the operator's own copy

	wait     time.Duration // --lock-wait
	lockTTL  time.Duration
	waitFlag *pflag.Flag
}

func newAppCommand(c *cli) *cobra.Command {
	v := &appVerb{cli: c}
	cmd := &cobra.Command{
		Use:   "app",
		Short: "Deploy apps to Docker Swarm and look after them",
		Long: `An app is one file, $ABRA_DIR/servers/<server>/<domain>.env (ABRA_DIR is
~/.abra where it is not set). Its TYPE names the recipe and the version. A server
is a Docker context or an ssh host; default is the engine of this machine.

Exit status: 0 converged, 1 failed and the stack is back as it was, 2 wrong
usage, 3 refused before any write, 4 failed and not fully back, or only out of
time: the state is named, 5 locked by someone else.`,
		Example: `  catalogue app new nextcloud --domain cloud.example.com --secrets
  catalogue app deploy cloud.example.com
  catalogue app upgrade cloud.example.com
  catalogue app logs -f cloud.example.com`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	flags := cmd.PersistentFlags()
	flags.BoolVarP(&v.noInput, "no-input", "n", false, "do not ask; needed for writes where there is no terminal")
	flags.BoolVarP(&v.offline, "offline", "o", false, "fetch nothing and ask no registry")
	flags.BoolVar(&v.json, "json", false, "print JSON")
	c.catalogueFlags(flags)
	v.lockFlags(flags)
	flags.BoolVar(&c.stale, "stale", false, "go by a catalogue that is out of date, or older than one seen before")
	cmd.AddCommand(
		newAppNewCommand(v),
		newAppCheckCommand(v),
		newAppSecretCommand(v),
		newAppListCommand(v),
		newAppConfigCommand(v),
		newAppPlanCommand(v),
		newAppDiffCommand(v),
		newAppDeployCommand(v),
		newAppUpgradeCommand(v),
		newAppPSCommand(v),
		newAppLabelsCommand(v),
		newAppLogsCommand(v),
		newAppRunCommand(v),
		newAppCmdCommand(v),
		newAppCopyCommand(v),
		newAppRestartCommand(v),
		newAppScaleCommand(v),
		newAppVolumeCommand(v),
		newAppUndeployCommand(v),
		newAppHistoryCommand(v),
		newAppRollbackCommand(v),
		newAppLockCommand(v),
		newAppRemoveCommand(v),
		newAppSpecCommand(v),
	)
	v.complete(cmd)
	return cmd
}

// find reads an app of the operator.
func (v *appVerb) find(domain string) (*deploy.App, error) {
	app, err := deploy.Find(deploy.Dir(v.getenv), domain)
	return app, appError(err)
}

// connect reaches the app's server. Close the client after use.
func (v *appVerb) connect(ctx context.Context, server string) (*deploy.Deployer, func(), error) {
	client, err := swarm.Connect(ctx, server, v.getenv)
	if err != nil {
		return nil, nil, refusedf("%w", err)
	}
	return &deploy.Deployer{Swarm: client, Who: whoami(v.getenv), Client: version, LockTTL: v.lockTTL}, func() { client.Close() }, nil
}

// reach reads an app and reaches its server.
func (v *appVerb) reach(ctx context.Context, domain string) (*deploy.App, *deploy.Deployer, func(), error) {
	app, err := v.find(domain)
	if err != nil {
		return nil, nil, nil, err
	}
	d, done, err := v.connect(ctx, app.Server)
	return app, d, done, err
}

// wanted reads an app, and what it is to be at the version that it pins.
func (v *appVerb) wanted(ctx context.Context, domain string) (*deploy.Desired, error) {
	app, err := v.find(domain)
	if err != nil {
		return nil, err
	}
	return v.prepare(ctx, app)
}

// prepare finds the app's recipe at the pinned version, and merges the two.
func (v *appVerb) prepare(ctx context.Context, app *deploy.App) (*deploy.Desired, error) {
	source, err := v.source(ctx, app, "", v.local)
	if err != nil {
		return nil, err
	}
	want, err := deploy.Prepare(app, source)
	return want, appError(err)
}

// source finds the app's recipe: at the named version, at the pinned one, at
// the latest, or with chaos the operator's local copy as it is.
func (v *appVerb) source(ctx context.Context, app *deploy.App, version string, chaos bool) (deploy.Source, error) {
	name, pinned, err := app.Recipe()
	if err != nil {
		return deploy.Source{}, appError(err)
	}
	if chaos {
		return localSource(deploy.Dir(v.getenv), name)
	}
	if version == "" && pinned != "" {
		return v.pinnedAt(ctx, name, pinned, v.offline)
	}
	return v.recipeAt(ctx, name, version, v.offline)
}

// appError gives an error of the deploy engine the exit code that it stands
// for.
func appError(err error) error {
	var exit *exitError
	switch {
	case err == nil, errors.As(err, &exit):
		return err
	case errors.Is(err, deploy.ErrLocked):
		return &exitError{exitLocked, err}
	case errors.Is(err, deploy.ErrUnclear):
		return &exitError{exitUnclear, err}
	case errors.Is(err, deploy.ErrRestored):
		return &exitError{exitFailed, err}
	case errors.Is(err, deploy.ErrRefused), errors.Is(err, swarm.ErrUnreachable), errors.Is(err, swarm.ErrNotManager):
		return &exitError{exitRefused, err}
	case errors.Is(err, context.Canceled):
		return &exitError{exitUnclear, err}
	}
	return err
}

// say prints one line for people; with --json, stdout is for programs.
func (v *appVerb) say(format string, args ...any) {
	out := v.stdout
	if v.json {
		out = v.stderr
	}
	fmt.Fprintln(out, safeText(fmt.Sprintf(format, args...)))
}

// warn prints what an operator should know.
func (v *appVerb) warn(format string, args ...any) {
	fmt.Fprintln(v.stderr, "warning:", safeText(fmt.Sprintf(format, args...)))
}
