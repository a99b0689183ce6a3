package source

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// maxListFile bounds a list file, in bytes.
const maxListFile = 4 << 20

// listFile reads a file of one repo a line:
//
//	LOCATION [NAME]   # comment
//
// LOCATION is a path (relative to the file's folder, without blanks) or an https://,
// http:// or ssh:// URL. NAME is the recipe's; it defaults to the last element of
// LOCATION without `.git`.
func listFile(file string, found *listing) error {
	file, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	limited := &io.LimitedReader{R: f, N: maxListFile}
	lines := bufio.NewScanner(limited)
	for number := 1; lines.Scan(); number++ {
		where := fmt.Sprintf("%s:%d", file, number)
		if err := addLine(where, lines.Text(), filepath.Dir(file), found); err != nil {
			found.problem(where, "left out: %v", err)
		}
	}
	if limited.N == 0 {
		return fmt.Errorf("%s is larger than %d bytes", file, maxListFile)
	}
	return lines.Err()
}

func addLine(where, line, dir string, found *listing) error {
	fields := strings.Fields(strings.TrimPrefix(line, "\ufeff"))
	for i, field := range fields {
		if strings.HasPrefix(field, "#") {
			fields = fields[:i]
			break
		}
	}
	if len(fields) == 0 {
		return nil
	}
	if len(fields) > 2 {
		return errors.New("expected LOCATION [NAME], a location without blanks")
	}
	repo, err := located(fields[0], dir)
	if err != nil {
		return err
	}
	repo.Name = repoName(fields[0])
	if len(fields) == 2 {
		repo.Name = fields[1]
	}
	found.add(where, repo)
	return nil
}

// located makes a Repo of a path or URL. Its errors do not show the URL, which may
// hold a password.
func located(location, dir string) (Repo, error) {
	scheme, _, isURL := strings.Cut(location, "://")
	if !isURL {
		return localRepo(location, dir)
	}
	if scheme != "https" && scheme != "http" && scheme != "ssh" {
		return Repo{}, fmt.Errorf("%s:// is not supported; expected a path, https:// or ssh://", scheme)
	}
	u, err := url.Parse(location)
	if err != nil || u.Host == "" || strings.Trim(u.Path, "/") == "" {
		return Repo{}, fmt.Errorf("not a URL; expected %s://HOST/PATH", scheme)
	}
	_, password := u.User.Password()
	if password || u.User != nil && scheme != "ssh" {
		return Repo{}, errors.New("the URL holds credentials, which would be published; use ssh:// with a key for a private repo")
	}
	repo := Repo{URL: location, Trusted: true}
	if scheme == "ssh" {
		repo.SSHURL = location
	}
	return repo, nil
}

func localRepo(location, dir string) (Repo, error) {
	if host, path, ok := strings.Cut(location, ":"); ok && strings.Contains(host, "@") {
		return Repo{}, fmt.Errorf("expected a path or a URL; write ssh://%s/%s", host, strings.TrimPrefix(path, "/"))
	}
	if !filepath.IsAbs(location) {
		location = filepath.Join(dir, location)
	}
	return Repo{Dir: filepath.Clean(location), Trusted: true}, nil
}
