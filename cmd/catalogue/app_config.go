package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"

	"github.com/google/shlex"
	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
)

// configVerb is one `app config`.
type configVerb struct {
	*appVerb
	fromRelease, write, showSecrets bool
}

func newAppConfigCommand(a *appVerb) *cobra.Command {
	v := &configVerb{appVerb: a}
	cmd := &cobra.Command{
		Use:   "config APP [RELEASE]",
		Short: "Edit an app's env, or show and fetch the env that was deployed",
		Long: `config opens the app's env file in $VISUAL or $EDITOR, and says afterwards what is
wrong with it. Without a terminal it prints the path of the file.

With --from-release it shows the env that release RELEASE was deployed with, or
else the release that the app is at: the swarm keeps it, so that what another
operator has deployed can be seen and fetched. Values that look secret are hidden.
With --write it becomes the app's env; what was in the file is kept beside it.`,
		Example: `  catalogue app config cloud.example.org
  catalogue app config cloud.example.org --from-release
  catalogue app config cloud.example.org --from-release 12 --write`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			domain, which := args[0], append(args, "")[1]
			switch _, err := strconv.Atoi(domain); {
			case v.fromRelease && which != "" && err == nil: // --from-release 3 APP
				return v.release(cmd.Context(), which, domain)
			case v.fromRelease:
				return v.release(cmd.Context(), domain, which)
			case which != "" || v.write || v.showSecrets:
				return usagef("app config: RELEASE, --write and --show-secrets go with --from-release")
			}
			return v.edit(domain)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&v.fromRelease, "from-release", false, "show the env that was deployed")
	flags.BoolVar(&v.write, "write", false, "with --from-release: put it into the app's file")
	flags.BoolVar(&v.showSecrets, "show-secrets", false, "with --from-release: hide no values")
	return cmd
}

// edit opens the app's env where someone can edit it.
func (v *configVerb) edit(domain string) error {
	app, err := v.find(domain)
	if err != nil {
		return err
	}
	_, interactive := v.keyboard()
	editor, found := v.editor()
	switch {
	case v.json:
		return json.NewEncoder(v.stdout).Encode(map[string]string{"app": app.Domain, "server": app.Server, "path": app.Path})
	case !interactive || v.noInput:
		v.say("%s", app.Path)
		return nil
	case !found:
		return refusedf("neither VISUAL nor EDITOR is set; edit %s by hand", app.Path)
	}
	if err := v.openEditor(editor, app.Path); err != nil {
		return err
	}
	return v.checkEdited(domain)
}

// editor is the operator's own, with its options.
func (v *configVerb) editor() (words []string, found bool) {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if words, err := shlex.Split(v.getenv(name)); err == nil && len(words) > 0 {
			return words, true
		}
	}
	path, err := exec.LookPath("vi")
	return []string{path}, err == nil
}

// openEditor waits until the editor ends. Ctrl-C is the editor's.
func (v *configVerb) openEditor(words []string, path string) error {
	command := exec.Command(words[0], append(words[1:], path)...)
	command.Stdin, command.Stdout, command.Stderr = v.stdin, v.stdout, v.stderr
	if err := command.Run(); err != nil {
		return refusedf("editor %s: %w", words[0], err)
	}
	return nil
}

// checkEdited reads the file again, and fails where it cannot be deployed.
func (v *configVerb) checkEdited(domain string) error {
	app, err := v.find(domain)
	if err != nil {
		return err
	}
	var errs []error
	for _, fault := range app.CheckEnv() {
		errs = append(errs, fmt.Errorf("%s:%d: %s", app.Path, fault.Span.Line, fault.Message))
	}
	if _, _, err := app.Recipe(); err != nil {
		errs = append(errs, err)
	}
	if len(errs) > 0 {
		return &exitError{exitFailed, errors.Join(errs...)}
	}
	v.say("%s is in order. What it changes, tells: catalogue app diff %s", app.Path, app.Domain)
	return nil
}

// releaseEnv is the env of a release for programs.
type releaseEnv struct {
	App     string   `json:"app"`
	Release int      `json:"release"`
	Version string   `json:"version"`
	Who     string   `json:"who"`
	Env     string   `json:"env"`     // hidden values and all
	Differs []string `json:"differs"` // variables that are another in the app's file
	Written bool     `json:"written"`
	Kept    string   `json:"kept,omitempty"` // where the file's old content is
}

// release shows the env of a release, and fetches it where that is asked for.
func (v *configVerb) release(ctx context.Context, domain, which string) error {
	if err := v.mayWrite(); v.write && err != nil {
		return err
	}
	app, err := v.find(domain)
	if err != nil {
		return err
	}
	records, err := v.records(ctx, domain)
	if err != nil {
		return err
	}
	record, err := deploy.EnvRelease(app, records, which)
	if err != nil {
		return appError(err)
	}
	shown := releaseEnv{App: app.Domain, Release: record.Number, Version: record.Version, Who: record.Who, Env: string(record.Env)}
	shown.Differs = deploy.EnvKeys(app.Env.Bytes(), record.Env)
	if !v.showSecrets {
		shown.Env = deploy.HideEnv(record.Env)
	}
	if !v.json {
		if err := v.printEnv(app, shown); err != nil {
			return err
		}
	}
	if v.write {
		if err := v.fetchEnv(ctx, app, record.Env, &shown); err != nil {
			return err
		}
	}
	if v.json {
		return json.NewEncoder(v.stdout).Encode(shown)
	}
	return nil
}

// printEnv leaves stdout to the env itself.
func (v *configVerb) printEnv(app *deploy.App, shown releaseEnv) error {
	_, err := fmt.Fprint(v.stdout, safeText(shown.Env))
	note := fmt.Sprintf("release %d of %s, version %s, by %s", shown.Release, app.Domain, shown.Version, shown.Who)
	if len(shown.Differs) > 0 {
		note += "; another in " + app.Path + ": " + strings.Join(shown.Differs, ", ")
	}
	fmt.Fprintln(v.stderr, oneLine(note))
	return err
}

func (v *configVerb) fetchEnv(ctx context.Context, app *deploy.App, env []byte, shown *releaseEnv) error {
	if string(env) == string(app.Env.Bytes()) {
		v.say("%s is that env already.", app.Path)
		return nil
	}
	if err := v.confirm(ctx, fmt.Sprintf("Put the env of release %d into %s? What is in it is kept beside it.", shown.Release, app.Path)); err != nil {
		return err
	}
	kept, err := app.ReplaceEnv(env)
	if err != nil {
		return appError(err)
	}
	shown.Written, shown.Kept = true, kept
	v.say("%s is that of release %d now; what was in it is in %s.", app.Path, shown.Release, kept)
	return nil
}
