package git

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/go-git/go-git/v5/plumbing/format/config"
)

// place says where a repository's parts stand (gitrepository-layout(5)).
type place struct {
	git    string // holds HEAD
	common string // holds refs, objects and config where that is another folder: a linked work tree
}

// locate finds the repository of a work tree's root, or the bare one in dir.
func locate(dir string) (place, error) {
	dot := filepath.Join(dir, ".git")
	info, err := os.Stat(dot)
	switch {
	case isMissing(err):
		return open(dir, dir)
	case err != nil:
		return place{}, err
	case !info.IsDir():
		return follow(dir, dot)
	}
	return open(dir, dot)
}

// follow finds the repository that a file in place of .git names. Where it is not
// there, that is not ErrNoRepo: nor is a repository around dir this one.
func follow(dir, file string) (place, error) {
	dot, err := readGitFile(dir, file)
	if err != nil {
		return place{}, err
	}
	at, err := open(dir, dot)
	if errors.Is(err, ErrNoRepo) {
		err = fmt.Errorf("%s names the repository %s, which is not there; a linked work tree or submodule cannot be read without it", file, dot)
	}
	return at, err
}

// open is the repository whose HEAD stands in dot.
func open(dir, dot string) (place, error) {
	common, err := commonDir(dot)
	if err != nil {
		return place{}, err
	}
	at := place{git: dot, common: common}
	return at, at.check(dir)
}

// readGitFile reads `gitdir: PATH`, which linked work trees and submodules have in place of the folder.
func readGitFile(dir, file string) (string, error) {
	text, err := readLine(file)
	if err != nil {
		return "", err
	}
	target, ok := strings.CutPrefix(text, "gitdir:")
	if !ok {
		return "", fmt.Errorf("%s: %w: expected `gitdir: PATH`", file, ErrNoRepo)
	}
	return under(dir, strings.TrimSpace(target)), nil
}

func commonDir(dot string) (string, error) {
	text, err := readLine(filepath.Join(dot, "commondir"))
	if isMissing(err) || err == nil && text == "" {
		return "", nil
	}
	return under(dot, text), err
}

// check asks for what git asks for in setup.c: HEAD and objects.
func (p place) check(dir string) error {
	home := p.git
	if p.common != "" {
		home = p.common
	}
	_, err := os.Lstat(filepath.Join(p.git, "HEAD"))
	if err == nil {
		_, err = os.Stat(filepath.Join(home, "objects"))
	}
	if isMissing(err) {
		return fmt.Errorf("%s: %w", dir, ErrNoRepo)
	}
	return err
}

// checkFormat refuses the two extensions that change how objects and refs are
// stored, and notes whether the clone is partial. The other ones do not matter to a
// reader.
func (r *Repo) checkFormat() error {
	file, err := r.storage.Filesystem().Open("config")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	raw := config.New()
	if err := config.NewDecoder(file).Decode(raw); err != nil {
		return fmt.Errorf("config: %w", err)
	}
	r.partial = isPartial(raw)
	for _, option := range raw.Section("extensions").Options {
		key, value := strings.ToLower(option.Key), strings.ToLower(option.Value)
		if key == "objectformat" && value != "sha1" || key == "refstorage" && value != "files" {
			return fmt.Errorf("config: extensions.%s=%s is not supported; expected SHA-1 objects and refs in files", option.Key, option.Value)
		}
	}
	return nil
}

// readLine reads a small file of one path. Opening a named pipe would wait for
// a writer, so nothing waits.
func readLine(file string) (string, error) {
	f, err := os.OpenFile(file, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s: %w: not a regular file", file, ErrNoRepo)
	}
	text, err := io.ReadAll(io.LimitReader(f, 8<<10))
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(line), err
}

func under(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// isMissing includes paths that go through a regular file.
func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}
