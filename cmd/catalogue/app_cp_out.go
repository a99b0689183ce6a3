package main

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"coopcloud.tech/catalogue/internal/deploy"
)

// copyOut reads what a link leads to, under the link's name.
func (v *runVerb) copyOut(ctx context.Context, task *deploy.Task, source place, destination string) (copied tally, err error) {
	mode, real, err := task.Engine.Stat(ctx, task.Container, path.Clean(source.path))
	if err != nil {
		return copied, fmt.Errorf("%s: %w", source, err)
	}
	if real == "/" {
		return copied, usagef("app cp: %s: name a file or a folder below /", source)
	}
	if !mode.IsDir() && !mode.IsRegular() {
		return copied, refusedf("%s is neither a file nor a folder", source)
	}
	root, name, err := localTarget(destination, path.Base(path.Clean(source.path)), mode.IsDir())
	if err != nil {
		return copied, err
	}
	defer root.Close()
	if _, err := root.Lstat(name); err == nil {
		if err := v.confirm(ctx, fmt.Sprintf("%s exists. Replace what it has in common with %s?", filepath.Join(root.Name(), name), source)); err != nil {
			return copied, err
		}
	}
	stream, err := task.Engine.CopyFrom(ctx, task.Container, real)
	if err != nil {
		return copied, fmt.Errorf("%s: %w", source, err)
	}
	defer stream.Close()
	u := unpacker{warn: func(text string) { v.warn("%s", text) }}
	err = u.unpack(ctx, stream, root, name, mode.IsDir())
	return u.tally, err
}

// localTarget decides which folder of this machine takes the copy, and under
// which name.
func localTarget(destination, base string, isDir bool) (root *os.Root, name string, err error) {
	folder, name := filepath.Split(filepath.Clean(destination))
	info, err := os.Stat(destination)
	switch {
	case err == nil && info.IsDir():
		folder, name = destination, base
	case err == nil && isDir:
		return nil, "", refusedf("%s is a file; a folder cannot take its place", destination)
	case err != nil && os.IsPathSeparator(destination[len(destination)-1]):
		return nil, "", refusedf("%s: there is no such folder", destination)
	}
	if folder == "" {
		folder = "."
	}
	root, err = os.OpenRoot(folder)
	if err != nil {
		return nil, "", refusedf("%w", err)
	}
	if info, err := root.Lstat(name); err == nil && info.IsDir() != isDir {
		root.Close()
		return nil, "", refusedf("%s: a file and a folder cannot take each other's place", filepath.Join(folder, name))
	}
	return root, name, nil
}
