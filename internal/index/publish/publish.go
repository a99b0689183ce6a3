// Package publish writes a catalogue as files that any web server can serve:
// recipes.json, v2/ and HTML pages.
package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"golang.org/x/sync/errgroup"
)

// writers is how many recipes are rendered and written at a time; most of the
// time goes into waiting for the disk.
const writers = 8

// ErrLeftOut means that everything was published but the recipes that the
// error names.
var ErrLeftOut = errors.New("left out of the catalogue")

// ErrSigned means that a signed catalogue would be replaced by one that is not.
var ErrSigned = errors.New("the catalogue there is signed, and no key was given to sign it again with: " +
	"name it with --sign-key, or remove " + catalogue.ManifestPath + " first to publish without a signature")

// Write publishes c in the folder outDir, which it makes.
//
// Everything is written under other names first, so that a failure leaves the
// old catalogue as it was. Then every file is replaced atomically: a reader sees
// the old one or the new one. A recipe's own files come before the indexes that
// lead to them, and files of recipes that are gone are removed last. A file that
// would not change is not touched. Files of others in the folder stay.
//
// With signers, the manifest comes last of all. Without, a folder that has one is
// refused with ErrSigned: whoever holds its key would take the new files for
// changed ones.
//
// A recipe whose name cannot be a file's name does not stop the others: it is
// left out, and named in an error that is ErrLeftOut.
func Write(ctx context.Context, c catalogue.Catalogue, outDir string, signers ...catalogue.Signer) error {
	recipes, leftOut := publishable(c.Recipes)
	c.Recipes = recipes
	out, err := openFolder(outDir)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	defer out.close()
	if len(signers) == 0 && out.has(catalogue.ManifestPath) {
		return fmt.Errorf("publish into %s: %w", outDir, ErrSigned)
	}
	if err := writeAll(ctx, c, out, signers); err != nil {
		return fmt.Errorf("publish into %s: %w", outDir, err)
	}
	return leftOut
}

// publishable returns the recipes that can be published, sorted by name, and
// an error that names the others.
func publishable(recipes []catalogue.Recipe) ([]catalogue.Recipe, error) {
	var good []catalogue.Recipe
	var bad []error
	seen := map[string]bool{}
	for _, r := range recipes {
		err := catalogue.CheckName(r.Name)
		if err == nil && seen[r.Name] {
			err = fmt.Errorf("recipe %q is there twice; only the first one is published", r.Name)
		}
		if err != nil {
			bad = append(bad, fmt.Errorf("%w: %w", ErrLeftOut, err))
			continue
		}
		seen[r.Name] = true
		good = append(good, r)
	}
	slices.SortFunc(good, func(a, b catalogue.Recipe) int { return strings.Compare(a.Name, b.Name) })
	return good, errors.Join(bad...)
}

// writeAll writes what others point to before what points to it.
func writeAll(ctx context.Context, c catalogue.Catalogue, out *folder, signers []catalogue.Signer) error {
	site, err := newSite()
	if err != nil {
		return err
	}
	if err := stageAssets(site, out); err != nil {
		return err
	}
	summaries, err := stageRecipes(ctx, c.Recipes, site, out)
	if err != nil {
		return err
	}
	if err := stageIndexes(c, summaries, site, out); err != nil {
		return err
	}
	if len(signers) > 0 {
		if err := stageManifest(c.GeneratedAt, signers, out); err != nil {
			return err
		}
	}
	if err := out.commit(); err != nil {
		return err
	}
	return prune(c.Recipes, out)
}

func stageAssets(site *site, out *folder) error {
	for name, data := range site.assets {
		if err := out.stage("static/"+name, data); err != nil {
			return err
		}
	}
	schemas, err := catalogue.Schemas()
	if err != nil {
		return err
	}
	for name, data := range schemas {
		if err := out.stage("v2/schema/"+name, data); err != nil {
			return err
		}
	}
	return nil
}

func stageRecipes(ctx context.Context, recipes []catalogue.Recipe, site *site, out *folder) ([]catalogue.Summary, error) {
	summaries := make([]catalogue.Summary, len(recipes))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	for i, r := range recipes {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			var err error
			summaries[i], err = stageRecipe(r, site, out)
			return err
		})
	}
	return summaries, group.Wait()
}

// stageRecipe renders the page from the very bytes that NAME.json holds.
func stageRecipe(r catalogue.Recipe, site *site, out *folder) (catalogue.Summary, error) {
	data, err := catalogue.EncodeRecipe(r)
	if err != nil {
		return catalogue.Summary{}, fmt.Errorf("recipe %s: %w", r.Name, err)
	}
	if err := out.stage(jsonPath(r.Name), data); err != nil {
		return catalogue.Summary{}, err
	}
	summary := catalogue.NewSummary(r, data)
	if reserved(r.Name) {
		return summary, nil
	}
	page, err := site.recipePage(data)
	if err != nil {
		return catalogue.Summary{}, fmt.Errorf("page of recipe %s: %w", r.Name, err)
	}
	return summary, out.stage(pagePath(r.Name), page)
}

// stageIndexes ends with v2/index.json: once it is there, all it vouches for is.
func stageIndexes(c catalogue.Catalogue, summaries []catalogue.Summary, site *site, out *folder) error {
	for _, file := range []struct {
		name   string
		render func() ([]byte, error)
	}{
		{"404.html", site.notFoundPage},
		{"recipes.json", func() ([]byte, error) { return catalogue.EncodePlain(c) }},
		{"index.html", func() ([]byte, error) { return site.homePage(c) }},
		{"v2/index.json", func() ([]byte, error) { return catalogue.EncodeIndex(c.GeneratedAt, summaries) }},
	} {
		data, err := file.render()
		if err != nil {
			return fmt.Errorf("%s: %w", file.name, err)
		}
		if err := out.stage(file.name, data); err != nil {
			return err
		}
	}
	return nil
}

// stageManifest signs what was staged, and what was the same already.
func stageManifest(generated time.Time, signers []catalogue.Signer, out *folder) error {
	data, err := catalogue.Sign(catalogue.Manifest{Generated: generated, Files: out.json}, signers)
	if err != nil {
		return err
	}
	return out.stage(catalogue.ManifestPath, data)
}
