package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"coopcloud.tech/catalogue/test/engine"
)

// TestFacts holds what docker stack deploy gets wrong against what we make of
// the same files: each script first shows the docker command failing on a real
// engine, then ours doing it right (docs/swarm.md).
func TestFacts(t *testing.T) {
	t.Parallel()
	engine.NeedsCommand(t)
	e := engine.Start(t)
	factImages(t, e)
	docker := t.TempDir()
	p := params("testdata/facts")
	p.Setup = func(env *testscript.Env) error {
		number := strings.TrimPrefix(filepath.Base(env.WorkDir), "script-")[:2]
		env.Setenv("DOCKER_HOST", e.Host)
		env.Setenv("DOCKER_CONFIG", docker)
		env.Setenv("PATH", os.Getenv("PATH"))
		env.Setenv("PEER", "peer"+number)
		env.Setenv("APP", "ours"+number+".test")
		env.Setenv("OURS", "ours"+number+"_test")
		return setup(env)
	}
	p.Cmds["peer"], p.Cmds["ours"], p.Cmds["until"], p.Cmds["stuck"] = peer, ours, until, stuck
	p.Condition = func(name string) (bool, error) { return name == "jobs" && canWait(), nil }
	p.Cmds["registry"] = func(ts *testscript.TestScript, _ bool, _ []string) {
		r := e.Registry(t, 5000)
		r.Push(t, "private:1", "HEALTHCHECK NONE")
		ts.Check(os.WriteFile(filepath.Join(docker, "config.json"), []byte(r.DockerConfig(engine.RegistryPassword)), 0o600))
	}
	testscript.Run(t, p)
}

func factImages(t *testing.T, e *engine.Engine) {
	for _, ref := range []string{"good:1", "good:2"} {
		e.Image(t, ref, "HEALTHCHECK NONE")
	}
	e.Image(t, "crash:1", "ENV CRASH=broken-on-purpose", "HEALTHCHECK NONE")
	e.Image(t, "job:1", "ENV EXIT=0", "HEALTHCHECK NONE")
	e.Image(t, "ill:1", "ENV UNHEALTHY=1")
	e.Shell(t, "stubborn:1", "HEALTHCHECK NONE")
}

// peer CODE FILE [FLAG…] deploys the file as stack $PEER with docker.
func peer(ts *testscript.TestScript, _ bool, args []string) {
	rc(ts, false, append([]string{args[0]}, stackDeploy(ts, args[1:])...))
}

func stackDeploy(ts *testscript.TestScript, args []string) []string {
	command := []string{"docker", "stack", "deploy", "-c", args[0]}
	if !slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "--resolve-image") }) {
		command = append(command, "--resolve-image=never") // there is no registry
	}
	for _, flag := range args[1:] {
		if flag != wait || canWait() {
			command = append(command, flag)
		}
	}
	return append(command, ts.Getenv("PEER"))
}

// wait makes docker wait for the stack. Older ones never do, and never notice.
const wait = "--detach=false"

// canWait tells a docker command that waits, and knows jobs, from an older one
// (Debian 12 has 20.10).
func canWait() bool {
	help, _ := exec.Command("docker", "stack", "deploy", "--help").Output()
	return bytes.Contains(help, []byte("--detach"))
}

// ours CODE FILE [FLAG…] deploys the file as app $APP.
func ours(ts *testscript.TestScript, _ bool, args []string) {
	recipe := filepath.Join(ts.Getenv("ABRA_DIR"), "recipes", "fact")
	env := filepath.Join(ts.Getenv("ABRA_DIR"), "servers", "default", ts.Getenv("APP")+".env")
	ts.Check(os.MkdirAll(recipe, 0o755))
	ts.Check(os.MkdirAll(filepath.Dir(env), 0o755))
	ts.Check(os.WriteFile(env, []byte("TYPE=fact\n"), 0o600))
	if files := ts.MkAbs("files"); isDir(files) {
		ts.Check(os.RemoveAll(filepath.Join(recipe, "files")))
		ts.Check(os.CopyFS(filepath.Join(recipe, "files"), os.DirFS(files)))
	}
	ts.Check(os.WriteFile(filepath.Join(recipe, "compose.yml"), []byte(ts.ReadFile(args[1])), 0o600))
	rc(ts, false, slices.Concat([]string{args[0], "catalogue", "app", "deploy", "-n", "-C", "--no-lint", "--no-domain-checks", ts.Getenv("APP")}, args[2:]))
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// until PATTERN COMMAND… repeats the command until its output matches.
func until(ts *testscript.TestScript, _ bool, args []string) {
	pattern, err := regexp.Compile("(?s)" + args[0])
	ts.Check(err)
	// A docker command costs more than what it looks at.
	pause := 100 * time.Millisecond
	for deadline := time.Now().Add(3 * time.Minute); ; <-time.After(pause) {
		pause = min(2*pause, time.Second)
		_ = ts.Exec(args[1], args[2:]...)
		said := ts.ReadFile("stdout")
		if pattern.MatchString(said) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%q does not come; the last output was\n%s", args[0], said)
		}
	}
}

// grace is how long the peer may take to notice what can be seen.
const grace = 3 * time.Second

// stuck FILE PATTERN COMMAND… deploys the file with docker, waits until the
// output of the command matches, and wants docker to be still waiting some time
// later, or to call it a success.
func stuck(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	deploy := stackDeploy(ts, []string{args[0], wait})
	command := exec.CommandContext(ctx, deploy[0], deploy[1:]...)
	command.Dir = ts.MkAbs(".")
	for _, name := range []string{"DOCKER_HOST", "DOCKER_CONFIG", "PATH", "HOME", "PEER"} {
		command.Env = append(command.Env, name+"="+ts.Getenv(name))
	}
	ts.Check(command.Start())
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	until(ts, false, args[1:])
	select {
	case err := <-ended:
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			ts.Fatalf("docker noticed: %v", err)
		}
	case <-time.After(grace):
		cancel()
		<-ended
	}
}
