package main

import (
	"context"
	"fmt"
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
