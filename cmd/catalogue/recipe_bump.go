package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/bump"
	"coopcloud.tech/catalogue/internal/upstream"
)

// recipeBump is the verb's command line.
type recipeBump struct {
	tagsCheck      // whom to ask, and how
	allow, raise   string
	services       []string
	strict, dryRun bool
	commit, tag    bool
}

func newRecipeBumpCommand(c *cli) *cobra.Command {
	v := &recipeBump{tagsCheck: tagsCheck{cli: c}}
	cmd := &cobra.Command{
		Use:   "bump PATH",
		Short: "Raise a recipe's images, its version and its release note",
		Long: `bump asks the registries for the images of the recipe in PATH, and raises their tags
where they stand: in the compose files, in .env.sample, in abra.sh. Every other byte
stays. The version label of service app, the versions of configs that changed and
release/next follow. What cannot be judged, is held or is pinned stays, and is named.

--allow is the largest step that is taken, of rebuild, base, patch, minor and major;
each includes those before it. A database moves to another major version only where
--service names it. Pins are lines 'pin SERVICE IMAGE:TAG' of the file versions, or
comments '# catalogue: pin=TAG' beside the tag. docs/bump.md tells all rules.

Exit status: 0 done, also where nothing is newer, 1 failed, 2 wrong usage, 3 refused
before anything was written: no registry could be asked, --strict, changes that are
not committed.`,
		Example: `  catalogue recipe bump . --dry-run
  catalogue recipe bump . --allow patch
  catalogue recipe bump . --service db --allow major
  catalogue recipe bump . --strict --tag`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd.Context(), args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVar(&v.allow, "allow", "minor", "the largest step of an image: rebuild, base, patch, minor or major")
	flags.StringVar(&v.raise, "bump", "", "raise the recipe's version by patch, minor or major, whatever the images do")
	flags.StringSliceVar(&v.services, "service", nil, "raise this service alone, a database's major version too; may be repeated")
	flags.BoolVar(&v.strict, "strict", false, "change nothing where an image is held, or cannot be judged or raised")
	flags.BoolVar(&v.dryRun, "dry-run", false, "print the changes as a patch, and write nothing")
	flags.BoolVar(&v.commit, "commit", false, "commit the changes; nothing else may be uncommitted")
	flags.BoolVar(&v.tag, "tag", false, "publish: commit, with the release note under the version's name, and make the annotated tag")
	flags.BoolVar(&v.json, "json", false, "print the report as JSON")
	v.askFlags(flags)
	return cmd
}

func (v *recipeBump) check() error {
	if !slices.Contains(bump.Levels, upstream.Step(v.allow)) {
		return usagef("--allow %q: expected rebuild, base, patch, minor or major", v.allow)
	}
	if v.raise != "" && !slices.Contains([]string{"patch", "minor", "major"}, v.raise) {
		return usagef("--bump %q: expected patch, minor or major", v.raise)
	}
	if v.dryRun && (v.commit || v.tag) {
		return usagef("--dry-run writes nothing that --commit or --tag could take; leave one out")
	}
	return nil
}

func (v *recipeBump) run(ctx context.Context, dir string) error {
	if err := v.check(); err != nil {
		return err
	}
	folder, err := openRecipe(dir)
	if err != nil {
		return err
	}
	defer folder.close()
	saver, err := v.saver(folder)
	if err != nil {
		return err
	}
	outcome, err := v.plan(ctx, folder)
	result := bumped{Recipe: folder.recipe.Name, Report: outcome.Report}
	switch {
	case errors.Is(err, bump.ErrStrict):
		return errors.Join(v.report(result), refusedf("--strict: %w; nothing was changed", err))
	case err != nil:
		return err
	case blind(outcome.Report):
		return errors.Join(v.report(result), errors.New("none of the images can be judged; nothing was changed"))
	case v.dryRun && !v.json:
		return errors.Join(v.printPatch(folder, outcome.Changes), v.summary(v.stderr, result))
	case v.dryRun || len(outcome.Changes) == 0:
		return v.report(result)
	}
	if err := v.write(folder, saver, outcome, &result); err != nil {
		return err
	}
	return v.report(result)
}

// blind says that no image has an answer: that is no news, good or bad.
func blind(r bump.Report) bool {
	known := func(s bump.Service) bool { return s.Verdict != upstream.Unknown }
	return len(r.Services) > 0 && !slices.ContainsFunc(r.Services, known)
}

// plan asks the registries, and decides.
func (v *recipeBump) plan(ctx context.Context, f *recipeFolder) (bump.Outcome, error) {
	released, unreleased := f.released()
	refs, err := bump.References(f.recipe, v.services)
	if errors.Is(err, bump.ErrNoService) {
		return bump.Outcome{}, usagef("--service %w", err)
	}
	if err != nil {
		return bump.Outcome{}, err
	}
	client, checks, err := v.ask(ctx, refs)
	if err != nil {
		return bump.Outcome{}, err
	}
	outcome, err := bump.Run(bump.Job{
		Recipe: f.recipe, Released: released, Checks: checks,
		Digest: func(ref string) (string, error) {
			image, err := client.Image(ctx, ref)
			return image.Digest, err
		},
		Allow: upstream.Step(v.allow), Bump: upstream.Step(v.raise),
		Services: v.services, Strict: v.strict, Publish: v.tag,
	})
	if unreleased != nil {
		outcome.Report.Warnings = append(outcome.Report.Warnings, fmt.Sprintf("the last release is not known, so the version label counts: %s", unreleased))
	}
	return outcome, err
}

func (v *recipeBump) ask(ctx context.Context, refs []string) (*upstream.Client, map[string]upstream.Check, error) {
	minAge, err := parseAge(v.minAge)
	if err != nil {
		return nil, nil, usagef("--min-age %q: %w", v.minAge, err)
	}
	client, err := v.registries()
	if err != nil {
		return nil, nil, err
	}
	all := v.checkAll(ctx, client, refs, upstream.CheckOptions{MinAge: minAge})
	if ctx.Err() != nil {
		return nil, nil, errors.New("interrupted while asking registries")
	}
	if err := unknownError(all); len(refs) > 0 && exitCode(err) == exitRefused {
		return nil, nil, errors.Join(err, all[0].Err)
	}
	checks := map[string]upstream.Check{}
	for i, ref := range refs {
		checks[ref] = all[i]
	}
	return client, checks, nil
}
