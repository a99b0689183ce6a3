package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"coopcloud.tech/catalogue/internal/deploy"
)

// localGrace is how long a local function has to end after Ctrl-C.
const localGrace = 10 * time.Second

// runLocal executes code of the recipe on this machine, which nothing else does:
// only when it is asked for by name, and confirmed.
func (v *cmdVerb) runLocal(ctx context.Context, script *deploy.Script, source deploy.Source, words []string) error {
	question := fmt.Sprintf("Execute function %s of recipe %s %s on this machine, with your rights?", words[0], source.Recipe, source.Version)
	if err := v.confirm(ctx, question); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "catalogue-cmd-")
	if err != nil {
		return refusedf("%w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "abra.sh")
	if err := os.WriteFile(path, script.Text, 0o600); err != nil {
		return refusedf("%w", err)
	}
	shell, err := exec.LookPath("bash")
	if err != nil {
		shell = "sh"
	}
	command := exec.CommandContext(ctx, shell, append([]string{"-c", `. "$0"; "$@"`, path}, words...)...)
	command.Stdin, command.Stdout, command.Stderr = v.stdin, v.stdout, v.stderr
	command.Env = append(command.Environ(), script.Vars("")...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = localGrace
	err = command.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() > 0 {
		return &exitError{exit.ExitCode(), errors.New("")}
	}
	return err
}
