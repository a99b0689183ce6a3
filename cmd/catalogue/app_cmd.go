package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/swarm"
)

// cmdVerb is one `app cmd`.
type cmdVerb struct {
	runVerb
	local, list, chaos bool
}

func newAppCmdCommand(a *appVerb) *cobra.Command {
	v := &cmdVerb{runVerb: runVerb{appVerb: a}}
	cmd := &cobra.Command{
		Use:   "cmd [flags] APP [SERVICE] FUNCTION [--] [ARG…]",
		Short: "Call a function of the recipe's abra.sh in a container",
		Long: `cmd copies the abra.sh of the recipe, at the version that the app pins, to
/tmp/abra.sh in a running task of SERVICE (app where no service of that name is
given), sources it there with bash, or sh where there is none, and calls FUNCTION.
The app's env is there too; what the container sets itself stays.

With --local the function runs on this machine instead, as you: that executes code
of the recipe, so it asks first. Flags come before APP; the exit status is the
function's, as with run.`,
		Example: `  catalogue app cmd --list cloud.example.org
  catalogue app cmd cloud.example.org run_occ status
  catalogue app cmd -u postgres cloud.example.org db migrate 12
  catalogue app cmd --local cloud.example.org set_up_dns`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd.Context(), args[0], args[1:]) },
	}
	v.flags(cmd)
	flags := cmd.Flags()
	flags.BoolVarP(&v.local, "local", "l", false, "run the function on this machine, as you")
	flags.BoolVar(&v.list, "list", false, "list the functions and stop")
	flags.BoolVarP(&v.chaos, "chaos", "C", false, "take the abra.sh of the local copy of the recipe")
	return cmd
}

func (v *cmdVerb) run(ctx context.Context, domain string, words []string) error {
	if len(words) == 0 && !v.list {
		return usagef("app cmd: the function is missing; list them with --list")
	}
	app, err := v.find(domain)
	if err != nil {
		return err
	}
	source, err := v.source(ctx, app, "", v.chaos)
	if err != nil {
		return err
	}
	script, err := deploy.ReadScript(app, source)
	if err != nil {
		return appError(err)
	}
	if v.list {
		return v.printFunctions(script)
	}
	service := "app"
	if !v.local && len(words) > 1 && slices.Contains(script.Services, words[0]) {
		service, words = words[0], words[1:]
	}
	if len(words) > 1 && words[1] == "--" {
		words = slices.Delete(words, 1, 2)
	}
	if err := script.Check(words[0]); err != nil {
		return appError(err)
	}
	if v.local {
		return v.runLocal(ctx, script, source, words)
	}
	return v.call(ctx, script, service, words)
}

func (v *cmdVerb) printFunctions(script *deploy.Script) error {
	if v.json {
		return json.NewEncoder(v.stdout).Encode(append([]string{}, script.Functions...))
	}
	for _, name := range script.Functions {
		fmt.Fprintln(v.stdout, safeText(name))
	}
	return nil
}

func (v *cmdVerb) call(ctx context.Context, script *deploy.Script, service string, words []string) error {
	app, task, done, err := v.task(ctx, script.App.Domain, service)
	if err != nil {
		return err
	}
	defer done()
	start := func(e swarm.Exec) (int, error) { return script.Call(ctx, task, words[0], words[1:], e) }
	return v.exec(ctx, app, task, swarm.Exec{User: v.user, Dir: v.dir}, start)
}
