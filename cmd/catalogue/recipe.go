package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/bump"
	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/recipe"
)

func newRecipeCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "recipe",
		Short:   "Maintain recipes",
		Example: `  catalogue recipe bump ~/.abra/recipes/gitea --dry-run`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newRecipeBumpCommand(c))
	return cmd
}

// recipeFolder is a recipe that somebody works on. Close it.
type recipeFolder struct {
	dir    string
	recipe *recipe.Recipe
	repo   *git.Repo // nil where the folder is in none that can be read
	unread error     // why there is no repo; git.ErrNoRepo where there is none at all
	prefix string    // below the work tree's root
	close  func() error
}

func openRecipe(dir string) (*recipeFolder, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	fsys, done, err := recipe.OpenDir(absolute)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usagef("%s: there is no such folder; expected that of a recipe", dir)
	}
	if err != nil {
		return nil, err
	}
	f := &recipeFolder{dir: absolute, close: done}
	if f.recipe, err = recipe.Read(fsys, filepath.Base(absolute)); err != nil {
		_ = done()
		return nil, err
	}
	f.repo, f.prefix, f.unread = git.Find(absolute)
	return f, nil
}

// released is the last version before HEAD, or at it; nil where there is none. The
// tags of a repository around the recipe are not its versions.
func (f *recipeFolder) released() (*bump.Release, error) {
	switch {
	case errors.Is(f.unread, git.ErrNoRepo), f.unread == nil && f.prefix != ".":
		return nil, nil
	case f.unread != nil:
		return nil, f.unread
	}
	_, head, err := f.repo.Head()
	if errors.Is(err, git.ErrNoCommit) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	tags, err := f.repo.Tags()
	if err != nil {
		return nil, err
	}
	last, ok, err := f.repo.LastVersion(head, tags)
	if err != nil || !ok {
		return nil, err
	}
	tree, err := f.repo.Tree(last.Commit)
	if err != nil {
		return nil, err
	}
	then, err := recipe.Read(tree, f.recipe.Name)
	if err != nil {
		return nil, fmt.Errorf("version %s: %w", last.Name, err)
	}
	return &bump.Release{Version: last.Name, Recipe: then}, nil
}
