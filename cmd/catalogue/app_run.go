package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/swarm"
)

// runVerb is how a command runs in a container, for `run` and `cmd`.
type runVerb struct {
	*appVerb
	user, dir, slot string
	tty, noTTY      bool
}

func newAppRunCommand(a *appVerb) *cobra.Command {
	v := &runVerb{appVerb: a}
	cmd := &cobra.Command{
		Use:   "run [flags] APP SERVICE [--] COMMAND [ARG…]",
		Short: "Run a command in a running container of an app",
		Long: `run starts COMMAND in the newest running task of SERVICE, on whichever node that
is. Where stdin and stdout are terminals the command gets one too; elsewhere
stdin, stdout and stderr are passed on as they are.

The exit status is the command's. Where it could not be started: 2 for wrong
usage, 3 where the service or its node cannot be reached. Flags come before APP.`,
		Example: `  catalogue app run cloud.example.org app sh
  catalogue app run -u www-data cloud.example.org app php occ status
  catalogue app run -T db.example.org db pg_dumpall -U postgres > dump.sql`,
		Args: cobra.MinimumNArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			command := args[2:]
			if command[0] == "--" {
				command = command[1:]
			}
			if len(command) == 0 {
				return usagef("app run: the command is missing")
			}
			return v.run(cmd.Context(), args[0], args[1], command)
		},
	}
	v.flags(cmd)
	return cmd
}

// flags are those of a command in a container. What follows APP is the command's
// own, dashes included.
func (v *runVerb) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SetInterspersed(false)
	flags.StringVarP(&v.user, "user", "u", "", "user, or user:group, to run it as (default: the container's)")
	flags.StringVarP(&v.dir, "workdir", "w", "", "folder in the container to run it in (default: the container's)")
	flags.StringVar(&v.slot, "slot", "", "slot of the task, or the node of a global service's (default: the newest that runs)")
	flags.BoolVarP(&v.tty, "tty", "t", false, "give the command a terminal, whatever stdin is")
	flags.BoolVarP(&v.noTTY, "no-tty", "T", false, "give the command no terminal")
	cmd.MarkFlagsMutuallyExclusive("tty", "no-tty")
}

func (v *runVerb) run(ctx context.Context, domain, service string, command []string) error {
	app, task, done, err := v.task(ctx, domain, service)
	if err != nil {
		return err
	}
	defer done()
	e := swarm.Exec{Command: command, User: v.user, Dir: v.dir}
	return v.exec(ctx, app, task, e, func(e swarm.Exec) (int, error) { return task.Engine.Exec(ctx, task.Container, e) })
}

// task finds the container that the command goes to.
func (v *runVerb) task(ctx context.Context, domain, service string) (*deploy.App, *deploy.Task, func(), error) {
	if strings.HasPrefix(domain, "-") || strings.HasPrefix(service, "-") {
		return nil, nil, nil, usagef("flags come before APP: what follows it is the command's own")
	}
	app, d, done, err := v.reach(ctx, domain)
	if err != nil {
		return nil, nil, nil, err
	}
	task, err := d.Task(ctx, app, service, v.slot)
	if err != nil {
		done()
		return nil, nil, nil, taskError(err)
	}
	return app, task, func() { task.Close(); done() }, nil
}

func taskError(err error) error {
	if errors.Is(err, deploy.ErrNotDeployed) {
		return refusedf("%w", err)
	}
	return appError(err)
}

// exec starts a command on our own stdin, stdout and stderr.
func (v *runVerb) exec(ctx context.Context, app *deploy.App, task *deploy.Task, e swarm.Exec, start func(swarm.Exec) (int, error)) error {
	e.Stdin, e.Stdout, e.Stderr = v.stdin, v.stdout, v.stderr
	restore, err := v.attach(&e)
	if err != nil {
		return err
	}
	code, err := start(e)
	restore()
	switch {
	case ctx.Err() != nil:
		return &exitError{exitUnclear, fmt.Errorf("interrupted; the command may still run in %s.%s of %s on node %s", task.Service, task.Slot, app.Domain, task.Node)}
	case swarm.Refused(err), errors.Is(err, deploy.ErrRefused):
		return &exitError{exitRefused, err}
	case err != nil:
		return &exitError{exitUnclear, err}
	case code != 0:
		return &exitError{code, errors.New("")} // the command has said why
	}
	return nil
}

// attach gives the command a terminal where one is wanted. Call restore before
// anything else is written.
func (v *runVerb) attach(e *swarm.Exec) (restore func(), err error) {
	_, typing := v.keyboard()
	seeing, _ := v.terminal(v.stdout)
	e.TTY = !v.noTTY && (v.tty || typing && seeing)
	if !e.TTY || !typing {
		return func() {}, nil
	}
	return v.rawTerminal(e)
}
