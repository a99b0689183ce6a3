package main

import (
	"context"
	"encoding/json"
	"errors"
	"path"
	"regexp"

	"github.com/docker/go-units"
	"github.com/spf13/cobra"

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
	cmd.Flags().StringVar(&v.slot, "slot", "", "slot of the task, or the node of a global service's (default: the newest that runs)")
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
