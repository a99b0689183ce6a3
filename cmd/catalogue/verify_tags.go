package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/git"
)

// tagLimits bound what asking one repo for its tags may cost.
var tagLimits = git.Limits{Bytes: 16 << 20, Time: time.Minute}

// checkTags asks every recipe's repo what its tags name now.
func (v *verification) checkTags(ctx context.Context) error {
	for _, r := range v.recipes {
		v.checkMovedBefore(r)
	}
	if v.offline {
		v.skip("moved tags", "--offline forbids to ask the repos", true)
		return nil
	}
	bar := newProgress(v.cli, "asking for tags")
	defer bar.clear()
	var group errgroup.Group
	group.SetLimit(verifyParallel)
	done := 0
	for _, r := range v.recipes {
		group.Go(func() error {
			v.checkRecipeTags(ctx, r)
			v.mutex.Lock()
			defer v.mutex.Unlock()
			done++
			bar.step(done, len(v.recipes), r.Name)
			return nil
		})
	}
	return errors.Join(group.Wait(), ctx.Err())
}

// checkMovedBefore repeats what the crawl saw. It is no error: the catalogue says
// it too, and nothing makes it undone.
func (v *verification) checkMovedBefore(r catalogue.Recipe) {
	for _, said := range r.Versions {
		if len(said.Moved) > 0 {
			v.add(verifyFinding{
				Kind: movedBefore, Severity: severityWarning, Recipe: r.Name, Version: said.Version,
				Expected: said.Moved[len(said.Moved)-1], Found: said.Commit, Message: "the tag was moved before the catalogue was built",
			})
		}
	}
}

func (v *verification) checkRecipeTags(ctx context.Context, r catalogue.Recipe) {
	if len(r.Versions) == 0 || ctx.Err() != nil {
		return
	}
	tags, err := v.tags(ctx, r.Repository)
	if err != nil {
		v.skip("tags of recipe "+r.Name, err.Error(), false)
		return
	}
	for _, said := range r.Versions {
		if said.Commit != "" {
			v.checkTag(r.Name, said, tags)
		}
	}
}

// checkTag holds what a tag names now against what the catalogue says.
func (v *verification) checkTag(recipe string, said catalogue.Version, tags map[string]git.RemoteTag) {
	tag, there := tags[said.Version]
	f := verifyFinding{Recipe: recipe, Version: said.Version}
	switch {
	case !there:
		f.Kind, f.Message, f.Expected = goneTag, "the repo has no such tag any more", "commit "+said.Commit
	case tag.Commit != said.Commit:
		f.Kind, f.Message, f.Expected, f.Found = movedTag, "the tag was moved", "commit "+said.Commit, "commit "+tag.Commit
	case said.TagObject != "" && tag.Object != said.TagObject:
		f.Kind, f.Severity, f.Message = retagged, severityWarning, "the tag was made again, for the same commit"
		f.Expected, f.Found = "tag "+said.TagObject, "tag "+tag.Object
	default:
		return
	}
	v.add(f)
}

// tags asks a repo for its tags; a repo on this machine is opened in place.
func (v *verification) tags(ctx context.Context, repository string) (map[string]git.RemoteTag, error) {
	if !filepath.IsAbs(repository) {
		return git.RemoteTags(ctx, git.Remote{URL: repository, Trusted: v.local, Limits: tagLimits})
	}
	if !v.local {
		return nil, errors.New("its repo is a folder of the publisher's machine")
	}
	repo, err := git.Open(repository)
	if err != nil {
		return nil, err
	}
	list, err := repo.Tags()
	tags := map[string]git.RemoteTag{}
	for _, tag := range list {
		tags[tag.Name] = git.RemoteTag{Object: tag.Object, Commit: tag.Commit}
	}
	return tags, err
}
