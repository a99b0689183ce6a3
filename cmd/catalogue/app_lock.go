package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/user"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/release"
)

// defaultLockWait is how long a verb waits where someone sits before it. Elsewhere
// it does not wait: a script knows better when to try again.
const defaultLockWait = 15 * time.Minute

func (v *appVerb) lockFlags(flags *pflag.FlagSet) {
	flags.DurationVar(&v.wait, "lock-wait", 0, "how long to wait while someone else is at work on the app (default 15m on a terminal, else 0)")
	v.waitFlag = flags.Lookup("lock-wait")
	flags.DurationVar(&v.lockTTL, "lock-ttl", release.DefaultTTL, "how long the lock outlives a client that was killed, or lost its way to the swarm")
}

// lockWait is how long to wait for the lock of an app's stack.
func (v *appVerb) lockWait() time.Duration {
	if _, ok := v.keyboard(); ok && !v.waitFlag.Changed {
		return defaultLockWait
	}
	return v.wait
}

// awaitLock waits before a plan is made, so that it is made for what whoever is at
// work leaves behind.
func (v *appVerb) awaitLock(ctx context.Context, d *deploy.Deployer, app *deploy.App) error {
	return appError(d.AwaitLock(ctx, app, v.lockWait(), func(h release.Holder) {
		fmt.Fprintln(v.stderr, safeText(fmt.Sprintf("waiting for %s", h)))
	}))
}

// whoami is how locks and records name the operator.
func whoami(getenv func(string) string) string {
	name := cmp.Or(getenv("USER"), getenv("LOGNAME"), fmt.Sprint("uid ", os.Getuid()))
	if account, err := user.Current(); err == nil {
		name = account.Username
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	return name + "@" + host
}

func newAppLockCommand(v *appVerb) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lock",
		Short: "Show or break the lock of an app",
		Long: `Every verb that changes a running app takes the app's lock first. It is kept in
the swarm, and says who is at work since when. A client that is killed leaves its
lock behind; the next one takes it over when it was not renewed for --lock-ttl.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "show APP", Short: "Say who holds the lock", Args: cobra.ExactArgs(1),
			Example: "  catalogue app lock show cloud.example.com --json",
			RunE:    func(cmd *cobra.Command, args []string) error { return v.lockShow(cmd.Context(), args[0]) },
		},
		&cobra.Command{
			Use: "break APP", Short: "Take the lock away from whoever holds it", Args: cobra.ExactArgs(1),
			Example: "  catalogue app lock break cloud.example.com",
			Long:    "break removes the lock. Whoever held it notices before the next write, and stops\nthere: the stack is left as it is at that moment.",
			RunE:    func(cmd *cobra.Command, args []string) error { return v.lockBreak(cmd.Context(), args[0]) },
		},
	)
	return cmd
}

// lockedStack reaches the app's server and reads its lock; nil where it is free.
func (v *appVerb) lockedStack(ctx context.Context, domain string) (*deploy.App, *deploy.Deployer, *release.Holder, func(), error) {
	app, d, done, err := v.reach(ctx, domain)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	holder, err := d.LockHolder(ctx, app)
	if err != nil {
		done()
		return nil, nil, nil, nil, appError(err)
	}
	return app, d, holder, done, nil
}

func (v *appVerb) lockShow(ctx context.Context, domain string) error {
	app, _, holder, done, err := v.lockedStack(ctx, domain)
	if err != nil {
		return err
	}
	defer done()
	if v.json {
		return json.NewEncoder(v.stdout).Encode(map[string]any{"app": app.Domain, "holder": holder})
	}
	v.say("%s", lockText(app, holder))
	return nil
}

func lockText(app *deploy.App, holder *release.Holder) string {
	switch {
	case holder == nil:
		return app.Domain + " is not locked."
	case holder.Stale:
		return fmt.Sprintf("%s was locked by %s, but it is not renewed any more: the next verb takes it over.", app.Domain, holder)
	}
	return fmt.Sprintf("%s is locked by %s.", app.Domain, holder)
}

func (v *appVerb) lockBreak(ctx context.Context, domain string) error {
	app, d, holder, done, err := v.lockedStack(ctx, domain)
	if err != nil {
		return err
	}
	defer done()
	if holder == nil {
		v.say("%s is not locked; there is nothing to break.", app.Domain)
		return nil
	}
	if err := v.confirm(ctx, fmt.Sprintf("Break the lock of %s, held by %s?", app.Domain, holder)); err != nil {
		return err
	}
	if err := d.BreakLock(ctx, app); err != nil {
		return appError(err)
	}
	v.say("%s: the lock of %s is broken.", app.Domain, holder)
	return nil
}
