package main

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/index"
	"coopcloud.tech/catalogue/internal/index/lifecycle"
	"coopcloud.tech/catalogue/internal/index/store"
	"coopcloud.tech/catalogue/internal/upstream"
)

// imageFlags say whether and how registries are asked. Without --check-images nobody is.
type imageFlags struct {
	check   bool
	minAge  string
	eolURL  string
	private []string
}

func (f *imageFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.check, "check-images", false, "ask registries about the images of each recipe's newest version; answers hold for six hours")
	flags.StringVar(&f.minAge, "min-age", "", "with --check-images: leave out tags that were pushed later than this ago, such as 7d or 36h")
	flags.StringVar(&f.eolURL, "eol-url", lifecycle.DefaultURL, "with --check-images: ask here for ends of life, in the format of endoflife.date; empty asks nobody")
	flags.StringSliceVar(&f.private, "private-registry", nil, "with --check-images: ask this registry (HOST or HOST:PORT) though it has a private address")
}

// images is nil where no registry is to be asked. Answers are shared with tags check.
func (f *imageFlags) images(cmd *cobra.Command, c *cli, data string) (*index.Images, error) {
	if !f.check {
		for _, flag := range []string{"min-age", "eol-url", "private-registry"} {
			if cmd.Flags().Changed(flag) {
				return nil, usagef("--%s says how images are checked, but only --check-images checks them", flag)
			}
		}
		return nil, nil
	}
	minAge, err := parseAge(f.minAge)
	if err != nil {
		return nil, usagef("--min-age %q: %w", f.minAge, err)
	}
	cache, agent := filepath.Join(data, "registries"), "catalogue/"+version
	images := &index.Images{
		Registries: upstream.New(upstream.Options{CacheDir: cache, Private: f.private, UserAgent: agent}),
		MinAge:     minAge, Progress: newProgress(c, "checking images").step,
	}
	if f.eolURL == "" {
		return images, nil
	}
	images.EndOfLife, err = lifecycle.New(lifecycle.Options{URL: f.eolURL, CacheDir: cache, UserAgent: agent})
	if err != nil {
		return nil, usagef("--eol-url: %w", err)
	}
	return images, nil
}

// imagesToCheck publishes what was read before registries are asked, which may take
// minutes.
func (o *crawler) imagesToCheck(db *store.Store, bar *progress) *index.Images {
	if o.images == nil {
		return nil
	}
	images := *o.images
	images.Before = func(ctx context.Context, report index.Report) error {
		bar.clear()
		return o.publish(ctx, db, &report)
	}
	return &images
}
