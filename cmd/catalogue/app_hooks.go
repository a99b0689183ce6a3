package main

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/swarm"
)

// hooks are the functions of abra.sh that the app's env names to be called once
// the app is up: POST_DEPLOY_CMDS or POST_UPGRADE_CMDS.
type hooks struct {
	*appVerb
	deployer *deploy.Deployer
	script   *deploy.Script
	variable string
	list     []deploy.Hook
	version  string
}

// hooks decides before anything is written what is to be called afterwards, so that
// a hook that cannot be called refuses the deploy. It is nil where there is none,
// or where nobody waits until the app is up.
func (v *deployVerb) hooks(ctx context.Context, d *deploy.Deployer, want *deploy.Desired, plan *deploy.Plan) (*hooks, error) {
	vars, _ := want.App.Env.Expand(nil)
	if v.noHooks || vars[deploy.PostDeploy] == "" && vars[deploy.PostUpgrade] == "" {
		return nil, nil
	}
	variable, err := d.HookVariable(ctx, plan)
	if err != nil || vars[variable] == "" {
		return nil, appError(err)
	}
	if v.noWait {
		v.warn("%s is not called, for nobody waits until the app is up", variable)
		return nil, nil
	}
	script, err := deploy.ReadScript(want.App, want.Source)
	if err != nil {
		return nil, refusedf("%s: %s needs a function of abra.sh: %w", want.App.Path, variable, err)
	}
	list, err := script.Hooks(variable)
	return &hooks{v.appVerb, d, script, variable, list, plan.Version}, appError(err)
}

// run calls the functions one after another, up to the first that fails. The app
// is up by then, and stays so.
func (h *hooks) run(ctx context.Context) error {
	if h == nil {
		return nil
	}
	for _, hook := range h.list {
		h.say("%s: calling %s", h.variable, hook)
		if err := h.call(ctx, hook); err != nil {
			return &exitError{exitUnclear, fmt.Errorf("%s is up at version %s, but %s failed: %s: %w\nNothing was rolled back. Once that is mended, run: catalogue app cmd %[1]s %[4]s",
				h.script.App.Domain, h.version, h.variable, hook, err)}
		}
	}
	return nil
}

func (h *hooks) call(ctx context.Context, hook deploy.Hook) error {
	task, err := h.deployer.Task(ctx, h.script.App, hook.Service, "")
	if err != nil {
		return err
	}
	defer task.Close()
	said := &safeLines{out: h.stderr}
	defer said.flush()
	code, err := h.script.Call(ctx, task, hook.Function, hook.Args, swarm.Exec{Stdout: said, Stderr: said})
	if err == nil && code != 0 {
		err = fmt.Errorf("it ended with %d", code)
	}
	return err
}

// safeLines passes text of strangers on, line by line, without what could command
// the terminal.
type safeLines struct {
	out  io.Writer
	rest []byte
}

// maxLine is how much of a line is held back until its end comes.
const maxLine = 64 << 10

func (s *safeLines) Write(p []byte) (int, error) {
	s.rest = append(s.rest, p...)
	end := bytes.LastIndexByte(s.rest, '\n') + 1
	if end == 0 && len(s.rest) > maxLine {
		end = len(s.rest)
	}
	_, err := io.WriteString(s.out, safeText(string(s.rest[:end])))
	s.rest = s.rest[end:]
	return len(p), err
}

func (s *safeLines) flush() {
	if len(s.rest) > 0 {
		fmt.Fprintln(s.out, safeText(string(s.rest)))
	}
	s.rest = nil
}
