package deploy

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// App is one deployed instance of a recipe: one .env file of the operator.
type App struct {
	Domain string
	Server string // the folder that the file lies in: a Docker context, or "default"
	Path   string
	Env    *recipe.EnvFile
}

// Dir is the operator's folder: $ABRA_DIR, or ~/.abra.
func Dir(getenv func(string) string) string {
	return cmp.Or(getenv("ABRA_DIR"), filepath.Join(getenv("HOME"), ".abra"))
}

// Find reads the app with the domain, on whichever server it is.
func Find(dir, domain string) (*App, error) {
	if err := validName("an app", domain); err != nil {
		return nil, err
	}
	paths, err := envPaths(dir, domain)
	switch {
	case err != nil:
		return nil, err
	case len(paths) == 0:
		return nil, refused(fmt.Errorf("no app %s under %s; create it with: catalogue app new RECIPE --domain %[1]s --server SERVER",
			domain, filepath.Join(dir, "servers")))
	case len(paths) > 1:
		return nil, refused(fmt.Errorf("app %s is there more than once: %s; rename or remove all but one", domain, strings.Join(paths, ", ")))
	}
	return read(paths[0], domain)
}

// envPaths lists the files of that domain. The servers folder, and each folder
// in it, may be a symlink: operators keep them in repos of their own.
func envPaths(dir, domain string) ([]string, error) {
	servers := filepath.Join(dir, "servers")
	entries, err := os.ReadDir(servers)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, refused(err)
	}
	var paths []string
	for _, entry := range entries {
		path := filepath.Join(servers, entry.Name(), domain+".env")
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			paths = append(paths, path)
		}
	}
	return paths, nil
}

func read(path, domain string) (*App, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, refused(err)
	}
	if info.Size() > recipe.MaxFileSize {
		return nil, refused(fmt.Errorf("%s has %d bytes; an env file has at most %d", path, info.Size(), recipe.MaxFileSize))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, refused(err)
	}
	return &App{
		Domain: domain,
		Server: filepath.Base(filepath.Dir(path)),
		Path:   path,
		Env:    recipe.ParseEnv(path, data),
	}, nil
}

// Recipe is what TYPE, or its alias RECIPE, says: a recipe's name or URL, and
// the version it is pinned to, "" where it is not.
func (a *App) Recipe() (name, version string, err error) {
	value, ok := a.typeVar()
	if !ok || value.Value == "" {
		return "", "", refused(fmt.Errorf("%s names no recipe: expected a line TYPE=<recipe> or TYPE=<recipe>:<version>", a.Path))
	}
	name, version = splitType(value.Value)
	return name, version, nil
}

// splitType cuts at the last colon that is not part of a URL.
func splitType(value string) (name, version string) {
	at := strings.LastIndex(value, ":")
	if at < 0 || strings.HasPrefix(value[at:], "://") || strings.Contains(value[at:], "/") {
		return value, ""
	}
	return value[:at], value[at+1:]
}

// typeVar is the assignment that names the recipe.
func (a *App) typeVar() (recipe.EnvVar, bool) {
	if found, ok := a.Env.Get("TYPE"); ok {
		return found, true
	}
	return a.Env.Get("RECIPE")
}

// StackName is the name of the app's stack.
func (a *App) StackName() string {
	vars, _ := a.Env.Expand(nil)
	return cmp.Or(vars["STACK_NAME"], stack.Name(a.Domain))
}

// Pin writes the version into TYPE; nothing else in the file changes. It reads the
// file again: a deploy takes minutes, in which someone may have edited it. An
// error wraps ErrUnclear: the app runs, and its env does not say so.
func (a *App) Pin(version string) error {
	if err := a.pin(version); err != nil {
		return &outcome{ErrUnclear, fmt.Errorf("the deploy went well, but %s does not name version %s yet: %w", a.Path, version, err)}
	}
	return nil
}

func (a *App) pin(version string) error {
	now, err := read(a.Path, a.Domain)
	if err != nil {
		return err
	}
	name, pinned, err := now.Recipe()
	if err != nil || pinned == version {
		return err
	}
	found, _ := now.typeVar()
	if err := now.Env.Set(found.Key, name+":"+version); err != nil {
		return err
	}
	a.Env = now.Env
	return replaceFile(a.Path, now.Env.Bytes())
}

// validName refuses what cannot be a file's name: domains and servers become
// paths.
func validName(what, name string) error {
	bad := name == "" || name == "." || name == ".." || len(name) > 200 || strings.HasPrefix(name, "-") ||
		strings.ContainsAny(name, `/\`) || strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) })
	if bad {
		return refused(fmt.Errorf("%q cannot be the name of %s", name, what))
	}
	return nil
}

// ReplaceEnv puts other bytes into the app's env file, and keeps what was in it in
// a file beside it, whose name is returned.
func (a *App) ReplaceEnv(data []byte) (kept string, err error) {
	kept = a.Path + "." + time.Now().UTC().Format("20060102T150405.000Z") + ".bak"
	if err := a.replace(data, kept); err != nil {
		return "", refused(fmt.Errorf("%s is as it was: %w", a.Path, err))
	}
	return kept, nil
}

func (a *App) replace(data []byte, kept string) error {
	now, err := read(a.Path, a.Domain)
	if err != nil {
		return err
	}
	if err := createFile(kept, now.Env.Bytes()); err != nil {
		return err
	}
	if err := replaceFile(a.Path, data); err != nil {
		return err
	}
	a.Env = recipe.ParseEnv(a.Path, data)
	return nil
}
