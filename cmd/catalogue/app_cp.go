package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/docker/go-units"
	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/swarm"
)

func newAppCopyCommand(a *appVerb) *cobra.Command {
	v := &runVerb{appVerb: a}
	cmd := &cobra.Command{
		Use:   "cp APP SERVICE:PATH PATH | APP PATH SERVICE:PATH",
		Short: "Copy a file or a folder out of a container, or into it",
		Long: `cp copies between this machine and a running task of SERVICE, as docker cp does: a
folder that exists takes the source in, and any other destination is the new
name. A file that stands there is replaced, after a question.

What is copied in belongs to the user that the container runs as. What comes out is
yours, without set-user-ID bits; links that lead out of what is copied, devices,
pipes and sockets are left out, and named. A PATH of this machine that holds a
colon starts with ./ or /.`,
		Example: `  catalogue app cp cloud.example.org app:/var/www/html/config/config.php .
  catalogue app cp cloud.example.org ./theme app:/var/www/html/themes/`,
		Args: cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return v.copy(cmd.Context(), args[0], args[1], args[2])
		},
	}
	cmd.Flags().StringVar(&v.slot, "slot", "", "slot of the task, as app ps shows it (default: the newest that runs)")
	return cmd
}

// place is one side of a copy.
type place struct {
	service string // "": this machine
	path    string
}

func (p place) String() string {
	if p.service == "" {
		return p.path
	}
	return p.service + ":" + p.path
}

var servicePath = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9_-]*):(.*)$`)

func parsePlace(arg string) (place, error) {
	match := servicePath.FindStringSubmatch(arg)
	switch {
	case arg == "":
		return place{}, usagef("app cp: a path is empty")
	case match == nil:
		return place{path: arg}, nil
	case !path.IsAbs(match[2]):
		return place{}, usagef("app cp: %s: expected SERVICE:PATH with a PATH that starts with /", arg)
	}
	return place{service: match[1], path: match[2]}, nil
}

func (v *runVerb) copy(ctx context.Context, domain, from, to string) error {
	source, err := parsePlace(from)
	destination, err2 := parsePlace(to)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	if (source.service == "") == (destination.service == "") {
		return usagef("app cp: expected SERVICE:PATH on one side, and a path of this machine on the other")
	}
	app, task, done, err := v.task(ctx, domain, source.service+destination.service)
	if err != nil {
		return err
	}
	defer done()
	var copied tally
	if source.service != "" {
		copied, err = v.copyOut(ctx, task, source, destination.path)
	} else {
		copied, err = v.copyIn(ctx, app, task, source.path, destination)
	}
	if err != nil {
		return copyError(err)
	}
	if v.json {
		return json.NewEncoder(v.stdout).Encode(copied)
	}
	v.say("Copied %s to %s: %d files, %s.", source, destination, copied.Files, units.HumanSize(float64(copied.Bytes)))
	return nil
}

// tally is what was copied.
type tally struct {
	Files int   `json:"files"` // folders and links not counted
	Bytes int64 `json:"bytes"`
}

// copyError: half of a folder may have been copied.
func copyError(err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return &exitError{exitUnclear, errors.New("interrupted; a part may have been copied")}
	case swarm.Refused(err):
		return &exitError{exitRefused, err}
	}
	return err
}

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
	reader.CloseWithError(cmpErr(err, io.ErrClosedPipe))
	return p.total(), err
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
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
