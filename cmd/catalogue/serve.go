package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/index"
	"coopcloud.tech/catalogue/internal/index/store"
	"coopcloud.tech/catalogue/internal/index/web"
)

func newServeCommand(c *cli) *cobra.Command {
	o := &crawler{}
	listen, interval, verbose := "", time.Duration(0), false
	cmd := &cobra.Command{
		Use:   "serve --source SOURCE… [--listen ADDR]",
		Short: "Crawl on a schedule, and serve the catalogue over HTTP",
		Long: `serve publishes what crawl publishes, again and again, and serves it: web pages
at /, the format that existing clients read at /recipes.json, a richer one under
/v2/, its own health at /healthz and figures for Prometheus at /metrics. A catalogue from an earlier run is served
at once, while the first crawl goes on.

` + sourceHelp,
		Example: `  catalogue serve --source gitea:https://git.coopcloud.tech/coop-cloud
  catalogue serve --source dir:./recipes --listen :8080 --interval 1m
  catalogue serve --source dir:./recipes --sign-key catalogue.key`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if interval <= 0 {
				return usagef("--interval %s: expected more than 0", interval)
			}
			// Two missed crawls in a row make the catalogue stale.
			o.validFor = 2*interval + time.Hour
			if err := o.prepare(cmd, c); err != nil {
				return err
			}
			return o.serve(cmd.Context(), c, listen, interval, verbose)
		},
	}
	o.flags(cmd)
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "address to serve on")
	cmd.Flags().DurationVar(&interval, "interval", 15*time.Minute, "time from the end of one crawl to the next")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "log every request")
	return cmd
}

func (o *crawler) serve(ctx context.Context, c *cli, listen string, interval time.Duration, verbose bool) error {
	level := slog.LevelInfo
	if verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: level}))
	db, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", listen)
	if err != nil {
		return refusedf("cannot listen on %s: %w", listen, err)
	}

	ctx, stop := context.WithCancel(ctx)
	crawled := make(chan struct{})
	go func() {
		defer close(crawled)
		o.loop(ctx, c, db, log, interval, "http://"+listener.Addr().String())
	}()
	err = web.Serve(ctx, listener, web.New(web.Options{Dir: o.out, Log: log}), log)
	// The database is closed only when the last crawl has let go of it.
	stop()
	<-crawled
	return err
}

// loop crawls until ctx ends. A failed crawl is logged; the catalogue before
// it stays.
func (o *crawler) loop(ctx context.Context, c *cli, db *store.Store, log *slog.Logger, interval time.Duration, url string) {
	greeted := false
	for {
		started := time.Now()
		report, err := o.once(ctx, db, log, newProgress(c, "reading recipes"))
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Error("crawl failed; what was published stays", "error", err)
		default:
			logReport(log, report, time.Since(started))
			if !greeted {
				greet(c, url, report)
				greeted = true
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(interval):
		}
	}
}

func logReport(log *slog.Logger, report index.Report, took time.Duration) {
	for _, problem := range report.Problems {
		log.Warn("problem", "where", problem.Where, "what", problem.Message)
	}
	if i := report.Images; i != nil {
		log.Info("checked images", "due", i.Due, "checked", i.Checked, "failed", i.Failed)
	}
	log.Info("crawled", "recipes", report.Total(), "read", report.Read, "unchanged", report.Unchanged,
		"failed", report.Failed, "took", took.Round(time.Millisecond))
}

// greet tells a person where to look first.
func greet(c *cli, url string, report index.Report) {
	fmt.Fprintf(c.stdout, `
%s published. Look at

  %[2]s               the catalogue
  %[2]s/recipes.json  for existing clients
  %[2]s/v2/index.json for programs
`, counted(report.Total(), "recipe"), url)
	if name := anyRecipe(report); name != "" {
		data := ""
		if c.data != "" {
			data = " --data " + c.data
		}
		fmt.Fprintf(c.stdout, `
Try next, in another terminal

  curl -s %[1]s/v2/recipes/%[2]s.json
  %[3]s app new %[2]s --domain %[2]s.example.com%[4]s
`, url, name, os.Args[0], data)
	}
	fmt.Fprint(c.stdout, "\nStop with Ctrl-C.\n")
}

// plainName is one that a shell and a domain take as it stands.
var plainName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// anyRecipe is a recipe that was read, for an example.
func anyRecipe(report index.Report) string {
	for _, r := range report.Recipes {
		if (r.Result == index.Read || r.Result == index.Unchanged) && plainName.MatchString(r.Name) {
			return r.Name
		}
	}
	return ""
}
