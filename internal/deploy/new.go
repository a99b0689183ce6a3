package deploy

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"coopcloud.tech/catalogue/internal/recipe"
)

// NewApp creates an app's env file from the recipe's .env.sample, with DOMAIN
// and the pinned version set, readable by its owner only. It never overwrites
// one. fill may set more before the file is written, and is nil where nothing is
// to be; its error writes nothing.
func NewApp(dir, server, domain string, source Source, fill func(*recipe.EnvFile) error) (*App, error) {
	if err := errors.Join(validName("an app", domain), validName("a server", server)); err != nil {
		return nil, err
	}
	taken, err := envPaths(dir, domain)
	if err != nil {
		return nil, err
	}
	if len(taken) > 0 {
		return nil, refused(fmt.Errorf("app %s exists already: %s", domain, taken[0]))
	}
	env, err := sampleEnv(source, domain)
	if err != nil {
		return nil, err
	}
	if fill != nil {
		if err := fill(env); err != nil {
			return nil, err
		}
	}
	folder := filepath.Join(dir, "servers", server)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, refused(err)
	}
	path := filepath.Join(folder, domain+".env")
	if err := createFile(path, env.Bytes()); err != nil {
		return nil, err
	}
	return read(path, domain)
}

func sampleEnv(source Source, domain string) (*recipe.EnvFile, error) {
	data, err := recipe.ReadFile(source.FS, ".env.sample")
	if err != nil {
		return nil, refused(fmt.Errorf("recipe %s %s: .env.sample: %w", source.Recipe, source.Version, err))
	}
	env := recipe.ParseEnv(".env.sample", data)
	typeKey := "TYPE"
	if _, ok := env.Get("TYPE"); !ok {
		if _, ok := env.Get("RECIPE"); ok {
			typeKey = "RECIPE"
		}
	}
	if err := env.Set(typeKey, source.Recipe+":"+source.Version); err != nil {
		return nil, err
	}
	return env, env.Set("DOMAIN", domain)
}
