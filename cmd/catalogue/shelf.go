package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// shelf is where the files of a catalogue are read from.
type shelf interface {
	// read returns a file of at most limit bytes; fs.ErrNotExist where there is none.
	read(ctx context.Context, path string, limit int64) ([]byte, error)
}

// shelfAt is the catalogue at a URL or in a folder.
func shelfAt(where string) shelf {
	if base, ok := webAddress(where); ok {
		return webShelf{base}
	}
	return folderShelf(where)
}

// webAddress is where a catalogue on the web stands.
func webAddress(where string) (*url.URL, bool) {
	u, err := url.Parse(where)
	return u, err == nil && (u.Scheme == "http" || u.Scheme == "https")
}

// folderShelf follows no symlink out of the folder.
type folderShelf string

func (f folderShelf) read(_ context.Context, path string, limit int64) ([]byte, error) {
	root, err := os.OpenRoot(string(f))
	if err != nil {
		return nil, fmt.Errorf("%v", err) // not fs.ErrNotExist: no folder is not one without the file
	}
	defer root.Close()
	return catalogue.ReadFile(root.FS(), path, limit)
}

type webShelf struct{ base *url.URL }

func (w webShelf) read(ctx context.Context, path string, limit int64) ([]byte, error) {
	parts := strings.Split(path, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return get(ctx, w.base.JoinPath(parts...), limit)
}

const downloadTimeout = 30 * time.Second

// get reads at most limit bytes; a 404 is fs.ErrNotExist.
func get(ctx context.Context, u *url.URL, limit int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, downloadTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusNotFound:
		return nil, fmt.Errorf("%s: %w", u.Redacted(), fs.ErrNotExist)
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s answers %s", u.Redacted(), response.Status)
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes", u.Redacted(), limit)
	}
	return data, err
}

// isAbsent reports whether a shelf lacks the file.
func isAbsent(err error) bool { return errors.Is(err, fs.ErrNotExist) }
