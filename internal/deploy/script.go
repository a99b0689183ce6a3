package deploy

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// Script is a recipe's abra.sh, whose functions operators call.
type Script struct {
	App       *App
	Text      []byte
	Functions []string // sorted; empty where the script could not be parsed
	Services  []string // of the stack, as the compose files have them
	Env       map[string]string
	parsed    bool
}

// ReadScript reads the recipe's abra.sh. It fails with ErrRefused where the recipe
// has none.
func ReadScript(app *App, source Source) (*Script, error) {
	r, err := source.read()
	if err != nil {
		return nil, err
	}
	text, err := recipe.ReadFile(source.FS, "abra.sh")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, refused(fmt.Errorf("recipe %s %s has no abra.sh, and so no functions", source.Recipe, source.Version))
	}
	if err != nil {
		return nil, refused(fmt.Errorf("recipe %s %s: abra.sh: %w", source.Recipe, source.Version, err))
	}
	env := stack.NewEnv(r, app.Env, stack.Name(app.Domain))
	s := &Script{App: app, Text: text, Env: exposedEnv(app, source, env)}
	for _, service := range stack.Load(r, env, env.Files()).Services {
		s.Services = append(s.Services, service.Key)
	}
	if r.AbraSh != nil {
		s.parsed = len(r.AbraSh.Functions) > 0 || len(r.AbraSh.Faults) == 0
		for _, function := range r.AbraSh.Functions {
			s.Functions = append(s.Functions, function.Name)
		}
	}
	slices.Sort(s.Functions)
	s.Functions = slices.Compact(s.Functions)
	return s, nil
}

// Check fails with ErrRefused where the script has no such function. A script that
// could not be parsed may have it.
func (s *Script) Check(function string) error {
	if !s.parsed || slices.Contains(s.Functions, function) {
		return nil
	}
	if len(s.Functions) == 0 {
		return refused(fmt.Errorf("abra.sh has no function %q, nor any other", function))
	}
	return refused(fmt.Errorf("abra.sh has no function %q; it has: %s", function, strings.Join(s.Functions, ", ")))
}

// Vars is the env that a function gets, sorted: the app's, which service the
// function is for, and the names that abra gives it.
func (s *Script) Vars(service string) []string {
	vars := maps.Clone(s.Env)
	vars["APP_NAME"], vars["STACK_NAME"], vars["TARGET"] = s.App.Domain, s.App.StackName(), service
	var list []string
	for _, key := range slices.Sorted(maps.Keys(vars)) {
		list = append(list, key+"="+vars[key])
	}
	return list
}

const (
	// Functions of recipes may source the script again, under the name that abra
	// gives it.
	placeScript = `rm -f /tmp/abra.sh && umask 022 && set -C && cat > /tmp/abra.sh`
	callScript  = `s=$(command -v bash || command -v sh) && exec "$s" -c '. /tmp/abra.sh; "$@"' abra.sh "$@"`
)

// Call copies the script into the task's container, and calls a function of it
// there, with e's streams and user. It returns the function's exit code.
func (s *Script) Call(ctx context.Context, task *Task, function string, args []string, e engine.Exec) (code int, err error) {
	own, err := task.Engine.ContainerEnv(ctx, task.Container)
	if err != nil {
		return 0, err
	}
	if err := s.place(ctx, task); err != nil {
		return 0, err
	}
	e.Command = append([]string{"sh", "-c", callScript, "abra.sh", function}, args...)
	e.Env = missingVars(s.Vars(task.Service), own)
	return task.Engine.Exec(ctx, task.Container, e)
}

func (s *Script) place(ctx context.Context, task *Task) error {
	var said firstWords
	code, err := task.Engine.Exec(ctx, task.Container, engine.Exec{
		Command: []string{"sh", "-c", placeScript}, User: "0:0",
		Stdin: strings.NewReader(string(s.Text)), Stdout: &said, Stderr: &said,
	})
	if err == nil && code != 0 {
		err = refused(fmt.Errorf("abra.sh could not be copied to /tmp/abra.sh in service %s, which needs sh, cat and rm and a /tmp that can be written: %s",
			task.Service, strings.TrimSpace(said.text.String())))
	}
	return err
}

// firstWords keeps the first KiB of what a command says.
type firstWords struct{ text strings.Builder }

func (w *firstWords) Write(p []byte) (int, error) {
	if room := 1024 - w.text.Len(); room > 0 {
		w.text.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// missingVars leaves out what the container has a value of its own for, such as
// PATH; but a function is always told for which app and service it is called.
func missingVars(vars, own []string) []string {
	has := map[string]bool{}
	for _, entry := range own {
		key, _, _ := strings.Cut(entry, "=")
		has[key] = true
	}
	return slices.DeleteFunc(vars, func(entry string) bool {
		key, _, _ := strings.Cut(entry, "=")
		return has[key] && key != "APP_NAME" && key != "STACK_NAME" && key != "TARGET"
	})
}
