package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index"
	"coopcloud.tech/catalogue/internal/index/publish"
	"coopcloud.tech/catalogue/internal/index/source"
	"coopcloud.tech/catalogue/internal/index/store"
)

// crawler is what crawl and serve share: where recipes come from, where the
// catalogue goes.
type crawler struct {
	specs    []string
	out      string // --out; the data folder's public/ where empty
	workers  int
	validFor time.Duration
	removals bool // believe a listing that lost most of its recipes
	signKeys []string
	asks     imageFlags

	images  *index.Images // nil: no registry is asked
	data    string
	sources []source.Source
	signers []catalogue.Signer
}

const sourceHelp = `A source is one of
  dir:PATH             a folder of recipe repos, read in place
  list:FILE            a file of repos, one path or URL a line
  gitea:URL/ORG        an organisation on Gitea or Forgejo
  github:[URL/]ORG     an organisation on GitHub
  gitlab:[URL/]GROUP   a group on GitLab
Tokens are read from CATALOGUE_GITEA_TOKEN, CATALOGUE_GITHUB_TOKEN and
CATALOGUE_GITLAB_TOKEN.`

func (o *crawler) flags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&o.specs, "source", nil, "where recipes come from; repeat for more")
	cmd.Flags().IntVar(&o.workers, "workers", 8, "recipes that are read at the same time")
	cmd.Flags().BoolVar(&o.removals, "accept-removals", false, "believe a source that suddenly lists none, or less than half, of its recipes")
	cmd.Flags().StringArrayVar(&o.signKeys, "sign-key", nil, "sign the catalogue with the private key in this file; repeat while keys change")
	o.asks.register(cmd)
}

// prepare checks what the command line says, before anything is written.
func (o *crawler) prepare(cmd *cobra.Command, c *cli) error {
	if len(o.specs) == 0 {
		return usagef("no --source given; one is needed, such as --source dir:./recipes")
	}
	if o.workers < 1 {
		return usagef("--workers %d: expected at least 1", o.workers)
	}
	for _, spec := range o.specs {
		parsed, err := source.Parse(spec)
		if err != nil {
			return usagef("--source %s: %w", spec, err)
		}
		o.sources = append(o.sources, parsed)
	}
	signers, err := readSigners(o.signKeys)
	if err != nil {
		return err
	}
	o.signers = signers
	data, err := c.dataDir()
	if err != nil {
		return err
	}
	o.data = data
	if o.images, err = o.asks.images(cmd, c, data); err != nil {
		return err
	}
	if o.out == "" {
		o.out = publicDir(data)
	}
	if err := os.MkdirAll(data, 0o755); err != nil {
		return refusedf("data folder %s: %w", data, err)
	}
	return o.checkSigned()
}

// checkSigned refuses before the crawl what publish would refuse after it.
func (o *crawler) checkSigned() error {
	if _, err := os.Lstat(filepath.Join(o.out, catalogue.ManifestPath)); err == nil && len(o.signers) == 0 {
		return refusedf("%s: %w", o.out, publish.ErrSigned)
	}
	return nil
}

// publicDir is where the catalogue last built stands in a data folder.
func publicDir(data string) string { return filepath.Join(data, "public") }

// open opens the data folder's database.
func (o *crawler) open(ctx context.Context) (*store.Store, error) {
	db, err := store.Open(ctx, filepath.Join(o.data, "catalogue.db"))
	if err != nil {
		return nil, refusedf("%w", err)
	}
	return db, nil
}

// once crawls every source and publishes what is known afterwards. What could
// not be read is in the report; old good data stay published.
func (o *crawler) once(ctx context.Context, db *store.Store, log *slog.Logger, bar *progress) (index.Report, error) {
	report, err := index.Crawl(ctx, db, index.Options{
		Sources:        o.sources,
		Data:           o.data,
		Workers:        o.workers,
		ValidFor:       o.validFor,
		AcceptRemovals: o.removals,
		Log:            log,
		Images:         o.imagesToCheck(db, bar),
		Progress:       bar.step,
	})
	bar.clear()
	if err != nil {
		return report, err
	}
	err = o.publish(ctx, db, &report)
	return report, err
}

// publish writes what is known. What that leaves out is added to the report.
func (o *crawler) publish(ctx context.Context, db *store.Store, report *index.Report) error {
	loaded, err := index.Load(ctx, db, time.Now())
	if err != nil {
		return err
	}
	err = losses(o.out, loaded, *report)
	lost := err != nil
	if !lost {
		err = publish.Write(ctx, loaded, o.out, o.signers...)
	}
	if lost || errors.Is(err, publish.ErrLeftOut) {
		report.Problems = append(report.Problems, catalogue.Problem{Where: o.out, Message: err.Error()})
		return nil
	}
	return err
}

func newCrawlCommand(c *cli) *cobra.Command {
	o := &crawler{validFor: 24 * time.Hour}
	asJSON := false
	cmd := &cobra.Command{
		Use:   "crawl --source SOURCE… [--out DIR]",
		Short: "Read every recipe once and write the static catalogue",
		Long: `crawl reads every recipe of the sources, lints it, reads its versions from git
tags and writes the catalogue: recipes.json, v2/ and web pages, ready for any
web server. Only what changed since the last crawl is fetched and read again.

One bad recipe never stops the others: it is named, and its last good state
stays published.

` + sourceHelp + `

Exit status: 0 published, 1 a source could not be listed, nothing could be read,
or the crawl was stopped, 2 wrong usage, 3 refused by the environment: another
crawl runs, or a folder or the database cannot be used.`,
		Example: `  catalogue crawl --source gitea:https://git.coopcloud.tech/coop-cloud --out site
  catalogue crawl --source dir:./recipes --source list:extra.txt
  catalogue crawl --source dir:./recipes --out site --sign-key catalogue.key`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.prepare(cmd, c); err != nil {
				return err
			}
			return o.crawl(cmd.Context(), c, asJSON)
		},
	}
	o.flags(cmd)
	cmd.Flags().StringVar(&o.out, "out", "", "folder for the catalogue (default public/ in the data folder)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	return cmd
}

func (o *crawler) crawl(ctx context.Context, c *cli, asJSON bool) error {
	db, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	report, err := o.once(ctx, db, slog.New(slog.DiscardHandler), newProgress(c, "reading recipes"))
	switch {
	case err != nil && ctx.Err() != nil:
		return fmt.Errorf("stopped: %w; what was read is kept, and the next crawl goes on from there", err)
	case err != nil:
		return refusedf("%w", err)
	}
	if asJSON {
		err = json.NewEncoder(c.stdout).Encode(report)
	} else {
		err = printReport(c.stdout, report, o.out)
	}
	if err != nil {
		return err
	}
	if report.Incomplete() {
		return errors.New("the catalogue is incomplete: see the problems above")
	}
	return nil
}

func printReport(w io.Writer, report index.Report, out string) error {
	for _, problem := range report.Problems {
		fmt.Fprintf(w, "%s: %s\n", safeText(problem.Where), safeText(problem.Message))
	}
	if i := report.Images; i != nil {
		fmt.Fprintf(w, "images: %d due, %d checked, %d of them failed\n", i.Due, i.Checked, i.Failed)
	}
	_, err := fmt.Fprintf(w, "%s: %d read, %d unchanged, %d failed. The catalogue is in %s\n",
		counted(report.Total(), "recipe"), report.Read, report.Unchanged, report.Failed, out)
	return err
}
