package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/swarm"
)

// copyIn sends what the operator names; a link there is followed.
func (v *runVerb) copyIn(ctx context.Context, app *deploy.App, task *deploy.Task, source string, destination place) (tally, error) {
	info, err := os.Stat(source)
	if err != nil {
		return tally{}, refusedf("%w", err)
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return tally{}, refusedf("%s is neither a file nor a folder", source)
	}
	folder, name, err := remoteTarget(ctx, task, source, destination, info.IsDir())
	if err != nil {
		return tally{}, err
	}
	question := fmt.Sprintf("Copy %s to %s:%s of %s?", source, task.Service, path.Join(folder, name), app.Domain)
	if err := v.confirm(ctx, question); err != nil {
		return tally{}, err
	}
	reader, writer := io.Pipe()
	p := packer{out: writer, warn: func(text string) { v.warn("%s", text) }}
	go func() { writer.CloseWithError(p.pack(ctx, source, name)) }()
	err = task.Engine.CopyTo(ctx, task.Container, folder, reader)
	// Ends the packer where the engine did not read to the end.
	reader.CloseWithError(cmp.Or(err, io.ErrClosedPipe))
	return p.total(), err
}

// remoteTarget decides which folder of the container takes the copy, and under
// which name.
func remoteTarget(ctx context.Context, task *deploy.Task, source string, destination place, isDir bool) (folder, name string, err error) {
	mode, real, err := task.Engine.Stat(ctx, task.Container, path.Clean(destination.path))
	absolute, _ := filepath.Abs(source)
	switch {
	case err == nil && mode.IsDir():
		return real, filepath.Base(absolute), nil
	case err == nil && isDir:
		return "", "", refusedf("%s is a file; a folder cannot take its place", destination)
	case err == nil:
		return path.Dir(real), path.Base(real), nil
	case !errors.Is(err, swarm.ErrNotFound):
		return "", "", fmt.Errorf("%s: %w", destination, err)
	case strings.HasSuffix(destination.path, "/"):
		return "", "", refusedf("%s: there is no such folder in the container", destination)
	}
	parent := path.Dir(path.Clean(destination.path))
	mode, real, err = task.Engine.Stat(ctx, task.Container, parent)
	if err != nil || !mode.IsDir() {
		return "", "", refusedf("%s:%s: there is no such folder in the container", destination.service, parent)
	}
	return real, path.Base(path.Clean(destination.path)), nil
}
