package main

import (
	"fmt"
	"path"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/bump"
	"coopcloud.tech/catalogue/internal/edit"
	"coopcloud.tech/catalogue/internal/git"
)

// saver looks whether the changes can be committed, before anybody is asked.
func (v *recipeBump) saver(f *recipeFolder) (*git.Saver, error) {
	switch {
	case !v.commit && !v.tag:
		return nil, nil
	case f.repo == nil:
		return nil, refusedf("%w; leave out --commit and --tag", f.unread)
	case v.tag && f.prefix != ".":
		return nil, refusedf("%s is a folder of a repository, whose tags are not its versions; leave out --tag", f.dir)
	}
	saver, err := f.repo.NewSaver(v.getenv)
	if err != nil {
		return nil, refusedf("%w", err)
	}
	return saver, nil
}

// write changes the files, and commits them.
func (v *recipeBump) write(f *recipeFolder, saver *git.Saver, o bump.Outcome, result *bumped) error {
	files := map[string][]byte{}
	for _, c := range o.Changes {
		name := path.Join(f.prefix, c.File)
		if files[name] = c.After; c.Remove {
			files[name] = nil
		}
		if saver == nil {
			continue
		}
		if err := saver.Check(name, c.Before); err != nil {
			return refusedf("%w; nothing was changed", err)
		}
	}
	message, err := v.message(saver, o.Report)
	if err != nil {
		return err
	}
	if err := edit.Write(edit.Folder{Dir: f.dir, Changes: o.Changes}); err != nil {
		return fmt.Errorf("cannot write %w", err)
	}
	result.Written = true
	if saver == nil {
		return nil
	}
	if v.tag {
		result.Tag = o.Report.Version.New
	}
	if result.Commit, err = saver.Save(files, message, result.Tag, time.Now()); err != nil {
		return fmt.Errorf("the files are written, but not committed and tagged: %w", err)
	}
	return nil
}

// message is that of the commit, and of the tag.
func (v *recipeBump) message(saver *git.Saver, r bump.Report) (string, error) {
	if !v.tag {
		return "chore: raise images\n\n" + strings.Join(r.Moves(), "\n"), nil
	}
	if r.Version == nil {
		return "", refusedf("--tag: the recipe's version was not raised, so there is nothing to tag; nothing was changed\n%s", strings.Join(r.Warnings, "\n"))
	}
	if err := saver.TagFree(r.Version.New); err != nil {
		return "", refusedf("--tag: %w; nothing was changed", err)
	}
	return "chore: publish " + r.Version.New + " release", nil
}
