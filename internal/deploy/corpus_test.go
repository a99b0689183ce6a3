package deploy_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/convert"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

const corpus = "../../../shared/corpus/stacks"

// sampleEvery keeps the test short; CATALOGUE_TEST_CORPUS=all takes every stack.
const sampleEvery = 25

// Whatever the engine makes of a real stack's specs, a second deploy of them
// must find nothing to write.
func TestCorpusIsDeployedTwiceWithoutASecondWrite(t *testing.T) {
	if _, err := os.Stat(corpus); errors.Is(err, fs.ErrNotExist) {
		t.Skip("the corpus of real stacks is not here")
	}
	r := newRig(t, "")
	tried := 0
	for i, path := range stackFiles(t) {
		if os.Getenv("CATALOGUE_TEST_CORPUS") != "all" && i%sampleEvery != 0 {
			continue
		}
		if want := r.realStack(path); want != nil {
			r.deployTwice(path, want)
			tried++
		}
	}
	t.Logf("%d stacks", tried)
	if tried == 0 {
		t.Error("no stack of the corpus could be converted")
	}
}

func stackFiles(t *testing.T) []string {
	var paths []string
	err := filepath.WalkDir(corpus, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && strings.HasSuffix(path, "ml") {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// realStack converts a stack of the corpus; nil where it cannot be. Its tasks
// fit on no node, so that nothing is pulled.
func (r *rig) realStack(path string) *deploy.Desired {
	fsys, closeDir, err := recipe.OpenDir(filepath.Dir(path))
	if err != nil {
		r.t.Fatal(err)
	}
	defer closeDir()
	env := stack.NewEnv(nil, recipe.ParseEnv("env", []byte("DOMAIN=example.com\nHOME=/root\n")), r.stack)
	loaded := stack.LoadFile(fsys, filepath.Base(path), env)
	specs, err := convert.Convert(loaded, convert.Options{Dir: "/srv"})
	if err != nil || len(specs.Services) == 0 {
		return nil
	}
	for i := range specs.Services {
		task := &specs.Services[i].TaskTemplate
		if task.Placement == nil {
			task.Placement = &swarm.Placement{}
		}
		task.Placement.Constraints = append(task.Placement.Constraints, "node.labels.nowhere == 1")
	}
	r.provide(specs)
	return &deploy.Desired{App: r.app, Source: deploy.Source{Version: "1.0.0"}, Stack: loaded, Specs: specs}
}

// provide creates the external objects that the stack wants.
func (r *rig) provide(specs *convert.Specs) {
	api, ctx := r.engine.API, r.t.Context()
	for _, name := range specs.ExternalNetworks {
		if made, err := api.NetworkCreate(ctx, name, network.CreateOptions{Driver: "overlay", Scope: "swarm"}); err == nil {
			r.t.Cleanup(func() { _ = api.NetworkRemove(r.t.Context(), made.ID) })
		}
	}
	for _, name := range specs.ExternalSecrets {
		if made, err := api.SecretCreate(ctx, swarm.SecretSpec{Annotations: swarm.Annotations{Name: name}, Data: []byte("x")}); err == nil {
			r.t.Cleanup(func() { r.removeSecret(made.ID) })
		}
	}
	for _, name := range specs.ExternalConfigs {
		_, _ = api.ConfigCreate(ctx, swarm.ConfigSpec{Annotations: swarm.Annotations{Name: name}, Data: []byte("x")})
	}
}

func (r *rig) deployTwice(path string, want *deploy.Desired) {
	plan, err := r.Plan(r.t.Context(), want, deploy.Options{Offline: true})
	if err == nil && len(plan.Refused) > 0 {
		return
	}
	if err == nil {
		err = r.Apply(r.t.Context(), plan, deploy.Options{NoWait: true})
	}
	if err != nil {
		r.t.Errorf("%s: %v", path, err)
		r.clean()
		return
	}
	again, err := r.Plan(r.t.Context(), want, deploy.Options{Offline: true})
	switch {
	case err != nil:
		r.t.Errorf("%s: %v", path, err)
	case again.Writes():
		r.t.Errorf("%s: the second deploy would write:\n%s", path, again.Text(false))
	}
	r.clean()
}
