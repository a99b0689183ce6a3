package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/catalogue"
)

const (
	verifyParallel = 8
	maxVerified    = 8 << 30 // bytes of all files together
)

// contents is what is kept of a file that is what it should be.
type contents struct {
	recipe *catalogue.Recipe
	index  *catalogue.Index
	fault  error // of what it says
}

// files reads every file, and again what differs: the catalogue may be in the
// middle of being published. What was right once is not read again.
func (v *verification) files(ctx context.Context) error {
	bar := newProgress(v.cli, "verifying files")
	defer bar.clear()
	for attempt := 1; ; attempt++ {
		v.report = verifyReport{}
		files, err := v.list(ctx)
		if err != nil {
			return err
		}
		if err := v.readAll(ctx, files, bar); err != nil {
			return err
		}
		differs := slices.ContainsFunc(v.report.Findings, func(f verifyFinding) bool { return f.Kind == badHash })
		if !differs || attempt == signedAttempts {
			v.collect(files)
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(signedPause):
		}
	}
}

// list says which files there should be: by the manifest, else by the index.
func (v *verification) list(ctx context.Context) ([]catalogue.File, error) {
	note, err := v.from.read(ctx, catalogue.ManifestPath, catalogue.MaxManifestSize)
	if isAbsent(err) {
		return v.listUnsigned(ctx)
	}
	if err != nil {
		return nil, err
	}
	manifest, err := v.manifest(note)
	if err != nil {
		v.add(verifyFinding{Kind: badSignature, Path: catalogue.ManifestPath, Message: err.Error()})
		return v.listIndex(ctx)
	}
	v.report.GeneratedAt = manifest.Generated
	return manifest.Files, nil
}

// manifest reads the manifest. Where it is badly signed, the files are held
// against it all the same.
func (v *verification) manifest(note []byte) (catalogue.Manifest, error) {
	if v.keys == nil {
		v.skip("signature", "no key was given; name one with --catalogue-key", true)
		return catalogue.Peek(note)
	}
	manifest, err := catalogue.Open(note, v.keys)
	if errors.Is(err, catalogue.ErrUntrusted) {
		if unproven, peekErr := catalogue.Peek(note); peekErr == nil {
			v.add(verifyFinding{Kind: badSignature, Path: catalogue.ManifestPath, Message: err.Error()})
			return unproven, nil
		}
	}
	if err != nil {
		return manifest, err
	}
	v.report.SignedBy = manifest.Origin
	if err := v.isOld(manifest); err != nil {
		v.add(verifyFinding{Kind: rolledBack, Path: catalogue.ManifestPath, Message: err.Error()})
	}
	return manifest, nil
}

func (v *verification) listUnsigned(ctx context.Context) ([]catalogue.File, error) {
	if v.keys == nil {
		v.skip("signature", "the catalogue is not signed", true)
	} else {
		v.add(verifyFinding{Kind: badSignature, Path: catalogue.ManifestPath, Message: "the catalogue is not signed"})
	}
	return v.listIndex(ctx)
}

// listIndex takes the index's word for the files of the recipes.
func (v *verification) listIndex(ctx context.Context) ([]catalogue.File, error) {
	data, err := v.from.read(ctx, indexPath, catalogue.MaxIndexSize)
	if isAbsent(err) {
		return nil, fmt.Errorf("%s is not there: expected a catalogue that 'catalogue crawl' made: %w", indexPath, err)
	}
	if err != nil {
		return nil, err
	}
	index, err := catalogue.DecodeIndex(data)
	if err != nil {
		return nil, err
	}
	files := []catalogue.File{catalogue.NewFile(indexPath, data)}
	for _, s := range index.Recipes {
		files = append(files, catalogue.File{Path: catalogue.RecipePath(s.Name), SHA256: s.SHA256, Size: int64(s.Size)})
	}
	return files, nil
}

const indexPath = "v2/index.json"

func (v *verification) readAll(ctx context.Context, files []catalogue.File, bar *progress) error {
	total := int64(0)
	for _, f := range files {
		if total += f.Size; f.Size > catalogue.MaxIndexSize || total > maxVerified {
			return fmt.Errorf("%s: the files are to have more than %d bytes in all, or this one more than %d", f.Path, int64(maxVerified), catalogue.MaxIndexSize)
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(verifyParallel)
	done := 0
	for _, f := range files {
		group.Go(func() error {
			err := v.readFile(ctx, f)
			v.mutex.Lock()
			defer v.mutex.Unlock()
			done++
			bar.step(done, len(files), f.Path)
			return err
		})
	}
	v.report.Files = len(files)
	return group.Wait()
}

func (v *verification) readFile(ctx context.Context, f catalogue.File) error {
	v.mutex.Lock()
	_, known := v.read[f]
	v.mutex.Unlock()
	if known {
		return nil
	}
	data, err := v.from.read(ctx, f.Path, max(f.Size, catalogue.MaxRecipeSize))
	if isAbsent(err) {
		v.add(verifyFinding{Kind: badHash, Path: f.Path, Expected: "sha256 " + f.SHA256, Message: "the file is not there"})
		return nil
	}
	if err != nil {
		return err
	}
	if found := catalogue.NewFile(f.Path, data); found != f {
		v.add(verifyFinding{Kind: badHash, Path: f.Path, Message: "the file was changed", Expected: hashOf(f), Found: hashOf(found)})
		return nil
	}
	kept := contentsOf(f.Path, data)
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.read[f] = kept
	return nil
}

func hashOf(f catalogue.File) string { return fmt.Sprintf("sha256 %.64s (%d bytes)", f.SHA256, f.Size) }

// contentsOf keeps of a recipe only what the checks look at.
func contentsOf(path string, data []byte) contents {
	if path == indexPath {
		index, err := catalogue.DecodeIndex(data)
		return contents{index: &index, fault: err}
	}
	name, ok := strings.CutPrefix(path, "v2/recipes/")
	if !ok {
		return contents{}
	}
	recipe, err := named(data, strings.TrimSuffix(name, ".json"))
	if err != nil {
		return contents{fault: err}
	}
	cut := catalogue.Recipe{Name: recipe.Name, Repository: recipe.Repository, CheckedAt: recipe.CheckedAt, ValidUntil: recipe.ValidUntil}
	for _, said := range recipe.Versions {
		cut.Versions = append(cut.Versions, catalogue.Version{Version: said.Version, Commit: said.Commit, TagObject: said.TagObject, Moved: said.Moved})
	}
	return contents{recipe: &cut}
}

// collect takes what the files say.
func (v *verification) collect(files []catalogue.File) {
	wanted := map[catalogue.File]bool{}
	for _, f := range files {
		wanted[f] = true
	}
	maps.DeleteFunc(v.read, func(f catalogue.File, _ contents) bool { return !wanted[f] })
	for file, said := range v.read {
		switch {
		case said.fault != nil:
			v.add(verifyFinding{Kind: badContent, Path: file.Path, Message: said.fault.Error()})
		case said.recipe != nil:
			v.recipes = append(v.recipes, *said.recipe)
		case said.index != nil:
			v.index = *said.index
		}
	}
	slices.SortFunc(v.recipes, func(a, b catalogue.Recipe) int { return strings.Compare(a.Name, b.Name) })
}

// checkIndex holds the index against the files that were listed.
func (v *verification) checkIndex() {
	listed := map[string]catalogue.File{}
	for file := range v.read {
		listed[file.Path] = file
	}
	for _, s := range v.index.Recipes {
		file, ok := listed[catalogue.RecipePath(s.Name)]
		if ok && file.SHA256 != s.SHA256 {
			v.add(verifyFinding{Kind: badHash, Recipe: s.Name, Path: indexPath, Message: "the index means another file of the recipe than the manifest does", Expected: file.SHA256, Found: fmt.Sprintf("%.64s", s.SHA256)})
		}
	}
}

// checkAges names entries that nobody has looked at for too long.
func (v *verification) checkAges(now time.Time) {
	for _, r := range v.recipes {
		if !r.ValidUntil.IsZero() && now.After(r.ValidUntil) {
			v.add(verifyFinding{
				Kind: expired, Recipe: r.Name, Message: "the entry is out of date, checked at " + r.CheckedAt.Format(time.RFC3339),
				Expected: "valid_until after " + now.UTC().Format(time.RFC3339), Found: r.ValidUntil.Format(time.RFC3339),
			})
		}
	}
}
