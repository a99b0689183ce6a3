package main

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/recipe"
)

// localSource is the operator's own copy of a recipe, whatever state it is in.
// Its version is the commit's first eight characters, with +U where files
// differ from that commit.
func localSource(abraDir, name string) (deploy.Source, error) {
	flat := strings.TrimPrefix(strings.TrimSuffix(name, ".git"), "https://")
	if flat != name {
		flat = strings.NewReplacer(".", "_", "/", "_").Replace(flat)
	}
	if err := recipe.ValidName(flat); err != nil {
		return deploy.Source{}, refusedf("%w", err)
	}
	dir := filepath.Join(abraDir, "recipes", flat)
	// Open until the process ends: the deploy reads from it as it goes.
	files, _, err := recipe.OpenDir(dir)
	if err != nil {
		return deploy.Source{}, refusedf("there is no local copy of recipe %s: %w", name, err)
	}
	source := deploy.Source{FS: files, Recipe: name, Version: "local", Chaos: true}
	if repo, err := git.Open(dir); err == nil {
		if err := describe(&source, repo); err != nil && !errors.Is(err, git.ErrNoCommit) {
			return source, refusedf("recipe %s: %s: %w", name, dir, err)
		}
	}
	return source, nil
}

func describe(source *deploy.Source, repo *git.Repo) error {
	_, commit, err := repo.Head()
	if err != nil {
		return err
	}
	tree, err := repo.Tree(commit)
	if err != nil {
		return err
	}
	source.Commit, source.Version = commit, commit[:8]
	if !sameFiles(tree, source.FS) {
		source.Version += "+U"
	}
	return nil
}

// sameFiles compares a commit with the folder that it is checked out in.
func sameFiles(committed, local fs.FS) bool {
	return contains(committed, local) && contains(local, committed)
}

// contains reports whether every file of a is in b, with the same bytes.
func contains(a, b fs.FS) bool {
	err := fs.WalkDir(a, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path == ".git" && entry.IsDir():
			return fs.SkipDir
		case path == ".git", !entry.Type().IsRegular():
			return nil
		}
		data, err := fs.ReadFile(a, path)
		if err != nil {
			return err
		}
		other, err := fs.ReadFile(b, path)
		if err == nil && !bytes.Equal(data, other) {
			err = fs.ErrInvalid
		}
		return err
	})
	return err == nil
}
