// Package examples holds the sample recipes and turns them into git repos.
package examples

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing/fstest"
	"time"

	"github.com/Masterminds/semver/v3"

	"coopcloud.tech/catalogue/internal/git"
)

//go:embed all:hedgedoc all:nextcloud all:podinfo all:rough-edges all:static-site all:vaultwarden
var files embed.FS

// epoch dates the first version of every recipe, so that the same samples
// always give the same commits.
var epoch = time.Date(2025, time.January, 7, 12, 0, 0, 0, time.UTC)

// Edit changes a file of a recipe before it is committed. Tests swap images
// with it.
type Edit func(path string, data []byte) []byte

// Names lists the sample recipes, sorted.
func Names() ([]string, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	return names, nil
}

// Build makes a git repo dir/NAME of every sample recipe, with a commit and a
// tag for each version. A repo that is there already stays as it is.
func Build(dir string, edit Edit) error {
	names, err := Names()
	if err != nil {
		return err
	}
	for _, name := range names {
		repo := filepath.Join(dir, name)
		if _, err := os.Stat(repo); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		snapshots, err := snapshots(name, edit)
		if err != nil {
			return fmt.Errorf("sample recipe %s: %w", name, err)
		}
		if err := git.Build(repo, snapshots); err != nil {
			return fmt.Errorf("sample recipe %s: %w", name, err)
		}
	}
	return nil
}

// snapshots lays the versions of a recipe over each other, oldest first.
func snapshots(name string, edit Edit) ([]git.Snapshot, error) {
	versions, err := versions(name)
	if err != nil {
		return nil, err
	}
	tree := fstest.MapFS{}
	var result []git.Snapshot
	for i, version := range versions {
		tree, err = overlay(tree, name+"/"+version.Original(), edit)
		if err != nil {
			return nil, err
		}
		result = append(result, git.Snapshot{
			Files:   tree,
			Version: version.Original(),
			Message: "chore: publish " + version.Original() + " release",
			Date:    epoch.AddDate(0, 2*i, 0),
			// The linter is to find a lightweight tag somewhere.
			Lightweight: name == "rough-edges" && i == 0,
		})
	}
	return result, nil
}

// versions lists the versions of a recipe, oldest first.
func versions(name string) ([]*semver.Version, error) {
	entries, err := files.ReadDir(name)
	if err != nil {
		return nil, err
	}
	versions := make([]*semver.Version, len(entries))
	for i, entry := range entries {
		if versions[i], err = semver.NewVersion(entry.Name()); err != nil {
			return nil, fmt.Errorf("folder %s/%s: %w", name, entry.Name(), err)
		}
	}
	slices.SortFunc(versions, (*semver.Version).Compare)
	return versions, nil
}

// overlay returns base with the files of the embedded folder over it.
func overlay(base fstest.MapFS, folder string, edit Edit) (fstest.MapFS, error) {
	tree := fstest.MapFS{}
	for path, file := range base {
		tree[path] = file
	}
	changed, err := fs.Sub(files, folder)
	if err != nil {
		return nil, err
	}
	err = fs.WalkDir(changed, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(changed, path)
		if err != nil {
			return err
		}
		if edit != nil {
			data = edit(path, data)
		}
		tree[path] = &fstest.MapFile{Data: data, Mode: 0o644}
		return nil
	})
	return tree, err
}
