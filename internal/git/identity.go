package git

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing/format/config"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// ErrNoIdentity says that nobody told git who commits.
var ErrNoIdentity = errors.New("git does not know who you are; run git config --global user.name and user.email")

// author is who commits, by the environment and by git's configuration, the nearest
// first. Files that those include are not read.
func (r *Repo) author(getenv func(string) string) (object.Signature, error) {
	who := object.Signature{Name: getenv("GIT_AUTHOR_NAME"), Email: getenv("GIT_AUTHOR_EMAIL")}
	for _, read := range []func() (*config.Section, error){
		func() (*config.Section, error) { return r.userSection() },
		func() (*config.Section, error) { return globalUser(getenv("GIT_CONFIG_GLOBAL")) },
		func() (*config.Section, error) { return globalUser(below(getenv("HOME"), ".gitconfig")) },
		func() (*config.Section, error) {
			return globalUser(below(cmp.Or(getenv("XDG_CONFIG_HOME"), below(getenv("HOME"), ".config")), "git/config"))
		},
	} {
		user, err := read()
		if err != nil {
			return who, err
		}
		who.Name, who.Email = cmp.Or(who.Name, user.Option("name")), cmp.Or(who.Email, user.Option("email"))
	}
	if who.Name == "" || who.Email == "" {
		return who, ErrNoIdentity
	}
	return who, nil
}

func below(dir, name string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, name)
}

func (r *Repo) userSection() (*config.Section, error) {
	file, err := r.storage.Filesystem().Open("config")
	if isMissing(err) {
		return &config.Section{}, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	raw := config.New()
	err = config.NewDecoder(file).Decode(raw)
	return raw.Section("user"), err
}

func globalUser(path string) (*config.Section, error) {
	file, err := os.Open(path)
	if path == "" || isMissing(err) {
		return &config.Section{}, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	raw := config.New()
	if err := config.NewDecoder(file).Decode(raw); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return raw.Section("user"), nil
}
