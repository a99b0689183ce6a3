package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
)

func newAppScaleCommand(v *appVerb) *cobra.Command {
	var o deploy.Options
	cmd := &cobra.Command{
		Use:   "scale APP SERVICE=N…",
		Short: "Change how many tasks services have, and wait until they run",
		Long: `scale sets the replicas of services, as a release of its own in the app's
history. Global services and jobs have no replicas. The next deploy keeps the
number only where the recipe says none.`,
		Example: `  catalogue app scale cloud.example.org app=3 worker=2
  catalogue app scale -n cloud.example.org worker=0`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			replicas, err := parseScale(args[1:])
			if err != nil {
				return err
			}
			return v.scale(cmd.Context(), args[0], replicas, o)
		},
	}
	v.waitFlags(cmd, &o)
	return cmd
}

// maxReplicas keeps a typing error from filling a swarm.
const maxReplicas = 10_000

func parseScale(words []string) (map[string]uint64, error) {
	replicas := map[string]uint64{}
	for _, word := range words {
		name, number, found := strings.Cut(word, "=")
		n, err := strconv.ParseUint(number, 10, 64)
		if !found || name == "" || err != nil || n > maxReplicas {
			return nil, usagef("app scale: %q: expected SERVICE=N, such as app=3, with at most %d", word, maxReplicas)
		}
		if _, twice := replicas[name]; twice {
			return nil, usagef("app scale: service %s is named twice", name)
		}
		replicas[name] = n
	}
	return replicas, nil
}

func (v *appVerb) scale(ctx context.Context, domain string, replicas map[string]uint64, o deploy.Options) error {
	app, d, done, err := v.reach(ctx, domain)
	if err != nil {
		return err
	}
	defer done()
	plan, err := d.PlanScale(ctx, app, replicas)
	if err != nil {
		return appError(err)
	}
	if !plan.Writes() {
		return v.result(app, nil, "%s has that many already; nothing was changed.", app.Domain)
	}
	if !v.json {
		_, colour := v.terminal(v.stdout)
		fmt.Fprint(v.stdout, plan.Text(colour))
	}
	if err := v.confirm(ctx, fmt.Sprintf("Scale %s on server %s?", app.Domain, app.Server)); err != nil {
		return err
	}
	err = v.watched(d, o, func(o deploy.Options) error { return d.Apply(ctx, plan, o) })
	return v.result(app, err, "%s: scaled %s.", app.Domain, actionNames(plan))
}
