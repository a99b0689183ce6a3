package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/netguard"
	"coopcloud.tech/catalogue/internal/upstream"
)

// tagsCheck is the verb's command line.
type tagsCheck struct {
	*cli
	json, offline bool
	minAge        string
	private       []string
}

func newTagsCheckCommand(c *cli) *cobra.Command {
	v := &tagsCheck{cli: c}
	cmd := &cobra.Command{
		Use:   "check IMAGE…",
		Short: "Ask registries which newer tags images have",
		Long: `check lists all tags of each image's repository and judges the image's own tag by
them. An image with a digest (NAME:TAG@sha256:…) is a rebuild where the tag names
another one by now. Answers are kept in the data folder, for six hours.

With --json it prints one object a line, for each image in the order given: that of
'catalogue tags compare' with image, digest, checked_at, and error where the verdict
is unknown.

Exit status: 0 every image has a verdict, 1 at least one verdict is unknown, 2 wrong
usage, 3 no registry could be reached.`,
		Example: `  catalogue tags check nginx:1.27-alpine ghcr.io/goauthentik/server:2025.10.1
  catalogue tags check --min-age 7d --json nextcloud:31.0.2-fpm
  catalogue tags check localhost:5000/team/app:1.0
  catalogue tags check --private-registry registry.lan registry.lan/team/app:1.0`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd.Context(), args) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&v.json, "json", false, "print JSON, one object a line")
	v.askFlags(flags)
	return cmd
}

// askFlags say whom to ask, and how.
func (v *tagsCheck) askFlags(flags *pflag.FlagSet) {
	flags.StringVar(&v.minAge, "min-age", "", "leave out tags that were pushed later than this ago, such as 7d or 36h")
	flags.BoolVarP(&v.offline, "offline", "o", false, "ask nobody: answer from what was asked before, however long ago")
	flags.StringSliceVar(&v.private, "private-registry", nil, "ask this registry (HOST or HOST:PORT) though it has a private address; one on this machine may be asked")
}

func (v *tagsCheck) run(ctx context.Context, images []string) error {
	minAge, err := parseAge(v.minAge)
	if err != nil {
		return usagef("--min-age %q: %w", v.minAge, err)
	}
	names := make([]string, len(images))
	for i, image := range images {
		if names[i], err = upstream.FullName(image); err != nil {
			return usagef("%w", err)
		}
	}
	v.private = append(v.private, loopback(names)...)
	client, err := v.registries()
	if err != nil {
		return err
	}
	checks := v.checkAll(ctx, client, names, upstream.CheckOptions{MinAge: minAge})
	if ctx.Err() != nil {
		return errors.New("interrupted while asking registries")
	}
	if err := v.print(names, checks); err != nil {
		return err
	}
	return unknownError(checks)
}

// loopback are the registries on this machine. Who names one here means it, whereas one
// in a recipe may be a stranger's idea.
func loopback(names []string) []string {
	found := []string{}
	for _, name := range names {
		registry, _, _ := strings.Cut(name, "/")
		if netguard.IsLoopback((&url.URL{Host: registry}).Hostname()) && !slices.Contains(found, registry) {
			found = append(found, registry)
		}
	}
	return found
}

func (v *tagsCheck) registries() (*upstream.Client, error) {
	data, err := v.dataDir()
	if err != nil {
		return nil, err
	}
	return upstream.New(upstream.Options{
		CacheDir: filepath.Join(data, "registries"), Offline: v.offline, Private: v.private, UserAgent: "catalogue/" + version,
	}), nil
}

// parseAge reads 7d, which time.ParseDuration does not know, beside 36h.
func parseAge(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	age, err := time.ParseDuration(text)
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, parseErr := strconv.ParseUint(days, 10, 16)
		age, err = time.Duration(n)*24*time.Hour, parseErr
	}
	if err != nil || age < 0 {
		return 0, errors.New("expected days or hours, such as 7d or 36h")
	}
	return age, nil
}

const checksAtOnce = 8

// checkAll checks the images side by side.
func (v *tagsCheck) checkAll(ctx context.Context, client *upstream.Client, images []string, o upstream.CheckOptions) []upstream.Check {
	checks := make([]upstream.Check, len(images))
	progress := newProgress(v.cli, "checking")
	defer progress.clear()
	var done atomic.Int32
	var group errgroup.Group
	group.SetLimit(checksAtOnce)
	for i, image := range images {
		group.Go(func() error {
			checks[i] = client.Check(ctx, image, o)
			progress.step(int(done.Add(1)), len(images), image)
			return nil
		})
	}
	_ = group.Wait() // what failed stands in the checks
	return checks
}

// unknownError is the exit code: an unknown verdict is never taken for good news.
func unknownError(checks []upstream.Check) error {
	unknown, unreached := 0, 0
	for _, check := range checks {
		if check.Verdict.Step == upstream.Unknown {
			unknown++
		}
		if errors.Is(check.Err, upstream.ErrUnreachable) || errors.Is(check.Err, upstream.ErrOffline) {
			unreached++
		}
	}
	switch {
	case unknown == 0:
		return nil
	case unreached == len(checks):
		return refusedf("no registry could be asked: every verdict is unknown")
	}
	return fmt.Errorf("unknown verdicts: %d of %d images", unknown, len(checks))
}
