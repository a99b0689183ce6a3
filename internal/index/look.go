package index

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/index/source"
	"coopcloud.tech/catalogue/internal/index/store"
)

// look is a repo and its refs; no file was read yet.
type look struct {
	repo        source.Repo
	git         *git.Repo
	dir         string
	program     string
	branch      string
	head        string // commit; "" where HEAD names none
	tags        []git.Tag
	damaged     error // tags that could not be read
	problems    []catalogue.Problem
	fingerprint string
	images      imageFacts // what is known of its newest version's
	last        lastRead   // of its versions
}

// look opens a local repo, or brings the mirror of a remote one up to date.
func (c *crawl) look(ctx context.Context, j job, known store.Recipe) (*look, error) {
	dir := j.repo.Dir
	if dir == "" {
		dir = mirrorDir(c.opts.Data, j.repo.Name, location(j.repo))
	}
	repo, err := open(ctx, j.repo, dir)
	if err != nil {
		return nil, err
	}
	l := &look{repo: j.repo, git: repo, dir: dir, program: c.opts.Program, images: c.facts[j.repo.Name]}
	if err := l.readRefs(); err != nil {
		return nil, err
	}
	if l.isEmpty() && known.Listed && known.Fingerprint != "" {
		return nil, errors.New("the repo is empty now")
	}
	l.fingerprint = l.sum()
	return l, nil
}

func open(ctx context.Context, repo source.Repo, dir string) (*git.Repo, error) {
	if repo.Dir != "" {
		return git.Open(dir)
	}
	opened, _, err := git.Mirror(ctx, git.Remote{URL: repo.URL, Trusted: repo.Trusted, Token: repo.Token}, dir)
	return opened, err
}

func (l *look) readRefs() (err error) {
	l.branch, l.head, err = l.git.Head()
	switch {
	case errors.Is(err, git.ErrNoCommit):
		l.head = ""
		l.problems = append(l.problems, problemf("HEAD", "%s", l.say(err)))
	case err != nil:
		return err
	}
	l.tags, l.damaged = l.git.Tags()
	if l.damaged != nil {
		l.problems = append(l.problems, problemf("tags", "left out: %s", l.say(l.damaged)))
	}
	return nil
}

// say leaves out where the repo stands on this machine: problems are published.
func (l *look) say(err error) string {
	return strings.ReplaceAll(err.Error(), "git repository "+l.dir+": ", "")
}

func (l *look) isRemote() bool { return l.repo.Dir == "" }

func (l *look) isEmpty() bool { return l.head == "" && len(l.tags) == 0 }

// sum names everything that reading depends on.
func (l *look) sum() string {
	listed := l.repo
	listed.Token = ""
	return digest(l.program, listed, l.branch, l.head, l.tags, l.problems, l.images.sum())
}

// digest names a list of values.
func digest(values ...any) string {
	hash := sha256.New()
	if err := json.NewEncoder(hash).Encode(values); err != nil {
		panic(err) // only plain data is ever passed
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// location is what tells one repo from another, and can be published: no
// credentials.
func location(repo source.Repo) string {
	if repo.Dir != "" {
		return repo.Dir
	}
	u, err := url.Parse(repo.URL)
	if err != nil || u.User == nil {
		return repo.URL
	}
	if u.Scheme == "ssh" {
		u.User = url.User(u.User.Username())
	} else {
		u.User = nil
	}
	return u.String()
}

// mirrorDir holds the location, so that a name that moves to another repo never
// mixes two histories.
func mirrorDir(data, name, location string) string {
	digest := sha256.Sum256([]byte(location))
	return filepath.Join(data, "mirrors", name+"-"+hex.EncodeToString(digest[:6])+".git")
}
