package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy/convert"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// specOptions say what `app spec` converts.
type specOptions struct {
	files     []string
	envFile   string
	stack     string
	exposeEnv bool
}

func newAppSpecCommand(v *appVerb) *cobra.Command {
	var o specOptions
	cmd := &cobra.Command{
		Use:     "spec --compose-file FILE… --stack NAME [--env-file FILE]",
		Short:   "Print compose files as Docker Engine API specs, offline",
		Example: "  catalogue app spec --compose-file compose.yml --env-file app.env --stack app --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			specs, err := o.convert()
			if err != nil {
				return err
			}
			encoder := json.NewEncoder(v.stdout)
			encoder.SetIndent("", "  ")
			return encoder.Encode(specs)
		},
	}
	cmd.Flags().StringArrayVar(&o.files, "compose-file", nil, "compose file; repeat for overlays, which are merged in order")
	cmd.Flags().StringVar(&o.envFile, "env-file", "", "the app's env")
	cmd.Flags().StringVar(&o.stack, "stack", "", "name of the stack (default: STACK_NAME of the env)")
	cmd.Flags().BoolVar(&o.exposeEnv, "expose-env", false, "put the whole env into service app, as deploy does")
	return cmd
}

func (o specOptions) convert() (*convert.Specs, error) {
	if len(o.files) == 0 {
		return nil, usagef("app spec: --compose-file is missing")
	}
	root, files, err := commonFolder(o.files)
	if err != nil {
		return nil, refusedf("%w", err)
	}
	fsys, closeRoot, err := recipe.OpenDir(root)
	if err != nil {
		return nil, refusedf("%w", err)
	}
	defer closeRoot()
	env, err := o.env()
	if err != nil {
		return nil, err
	}
	loaded := stack.Load(&recipe.Recipe{FS: fsys}, env, files)
	options := convert.Options{Preview: true, Dir: filepath.Join(root, filepath.Dir(filepath.FromSlash(files[0])))}
	if o.exposeEnv {
		options.Env = env.Vars
	}
	specs, err := convert.Convert(loaded, options)
	if err != nil {
		return nil, refusedf("%w", err)
	}
	return specs, nil
}

// env is the app's env under the exports of the abra.sh that lies beside the
// first compose file. The process's own environment stays out.
func (o specOptions) env() (stack.Env, error) {
	var app *recipe.EnvFile
	if o.envFile != "" {
		data, err := os.ReadFile(o.envFile)
		if err != nil {
			return stack.Env{}, refusedf("--env-file: %w", err)
		}
		app = recipe.ParseEnv(o.envFile, data)
	}
	fsys, closeDir, err := recipe.OpenDir(filepath.Dir(o.files[0]))
	if err != nil {
		return stack.Env{}, refusedf("%w", err)
	}
	defer closeDir()
	r, err := recipe.Read(fsys, "spec")
	if err != nil {
		return stack.Env{}, refusedf("%w", err)
	}
	env := stack.NewEnv(r, app, o.stack)
	if o.stack != "" {
		env.Vars["STACK_NAME"] = o.stack
	}
	if env.Vars["STACK_NAME"] == "" {
		return env, usagef("app spec: --stack is missing")
	}
	return env, nil
}

// commonFolder is the deepest folder that holds all files, and the files as
// paths inside of it.
func commonFolder(files []string) (root string, relative []string, err error) {
	absolute := make([]string, len(files))
	for i, file := range files {
		if absolute[i], err = filepath.Abs(file); err != nil {
			return "", nil, err
		}
		if i == 0 {
			root = filepath.Dir(absolute[0])
		}
		for !strings.HasPrefix(absolute[i], strings.TrimSuffix(root, "/")+"/") {
			root = filepath.Dir(root)
		}
	}
	for _, file := range absolute {
		inside, err := filepath.Rel(root, file)
		if err != nil {
			return "", nil, err
		}
		relative = append(relative, filepath.ToSlash(inside))
	}
	return root, relative, nil
}
