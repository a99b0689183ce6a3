package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"coopcloud.tech/catalogue/examples"
)

// The commands under test run in the test's own binary, as processes.
func TestMain(m *testing.M) {
	// The scripts wait for the engine most of the time.
	if filepath.Base(os.Args[0]) != "catalogue" {
		if err := flag.Set("test.parallel", "8"); err != nil {
			panic(err)
		}
	}
	testscript.Main(m, map[string]func(){"catalogue": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, params("testdata/script"))
}

func params(dir string) testscript.Params {
	return testscript.Params{
		Dir:           dir,
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Setup:         setup,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"rc":       rc,
			"seed":     seed,
			"get":      ask,
			"commit":   commit,
			"grow":     grow,
			"forge":    forge,
			"hung":     hung,
			"registry": startRegistry,
			"push":     pushImages,
			"asked":    registryAsked,
			"down":     stopRegistry,
			"resign":   resign,
			"signtext": signtext,
		},
	}
}

// setup gives each script a data folder, an operator's home and a free port.
func setup(env *testscript.Env) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	env.Setenv("ADDR", listener.Addr().String())
	env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
	env.Setenv("CATALOGUE_DATA", filepath.Join(env.WorkDir, "data"))
	env.Setenv("ABRA_DIR", filepath.Join(env.WorkDir, "abra"))
	env.Setenv("ESC", "\x1b") // for hostile names
	return listener.Close()
}

// rc CODE COMMAND… runs a command that must end with exactly that code.
func rc(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: rc CODE COMMAND [ARG…]")
	}
	code := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// seed DIR makes the git repos of the sample recipes.
func seed(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: seed DIR")
	}
	ts.Check(examples.Build(ts.MkAbs(args[0]), nil))
}

// ask is get STATUS PATH [HEADER VALUE]…: it asks the server at $ADDR, waits for it to
// answer with that status, and prints headers and body.
func ask(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args)%2 != 0 {
		ts.Fatalf("usage: get STATUS PATH [HEADER VALUE]…")
	}
	var last string
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); <-time.After(20 * time.Millisecond) {
		request, err := http.NewRequest(http.MethodGet, "http://"+ts.Getenv("ADDR")+args[1], nil)
		ts.Check(err)
		for i := 2; i < len(args); i += 2 {
			request.Header.Set(args[i], args[i+1])
		}
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			last = err.Error()
			continue
		}
		body, err := io.ReadAll(response.Body)
		ts.Check(err)
		ts.Check(response.Body.Close())
		if last = response.Status; strconv.Itoa(response.StatusCode) == args[0] {
			_ = response.Header.Write(ts.Stdout())
			fmt.Fprintf(ts.Stdout(), "\n%s", body)
			return
		}
	}
	ts.Fatalf("%s: %s, want %s", args[1], last, args[0])
}
