package deploy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy"
	engineclient "coopcloud.tech/catalogue/internal/deploy/swarm"
	"coopcloud.tech/catalogue/test/engine"
)

// registryRig is an app whose image is in a registry that wants a password.
type registryRig struct {
	*rig
	registry *engine.Registry
	docker   string // folder of the operator's config.json
}

// newRegistryRig has an engine of its own: nodes keep what they pulled, and
// would run it whatever the registry says.
func newRegistryRig(t *testing.T) *registryRig {
	t.Helper()
	t.Parallel()
	e := engine.Start(t)
	r := &registryRig{rig: rigOn(t, e, ""), registry: e.Registry(t, 5000), docker: t.TempDir()}
	r.login(engine.RegistryPassword)
	return r
}

// login writes the operator's credential, and connects with it.
func (r *registryRig) login(password string) {
	r.t.Helper()
	r.configure(r.registry.DockerConfig(password))
}

// logout takes it away.
func (r *registryRig) logout() { r.t.Helper(); r.configure("{}") }

func (r *registryRig) configure(config string) {
	r.t.Helper()
	err := os.WriteFile(filepath.Join(r.docker, "config.json"), []byte(config), 0o600)
	if err != nil {
		r.t.Fatal(err)
	}
	client, err := engineclient.Connect(r.t.Context(), r.engine.Host, func(key string) string {
		return map[string]string{"DOCKER_CONFIG": r.docker}[key]
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { client.Close() })
	r.Swarm = client
}

// ask plans a deploy of the image, asking the registry.
func (r *registryRig) ask(image string, o deploy.Options) *deploy.Plan {
	r.t.Helper()
	want, err := deploy.Prepare(r.app, at("1.0.0+1", with(quick, "tiny:1", image)))
	if err != nil {
		r.t.Fatal(err)
	}
	plan, err := r.Plan(r.t.Context(), want, o)
	if err != nil {
		r.t.Fatal(err)
	}
	if data, _ := json.Marshal(plan); strings.Contains(string(data)+plan.Text(true), engine.RegistryPassword) {
		r.t.Error("the plan shows the registry's password")
	}
	return plan
}

func (r *registryRig) take(image string, o deploy.Options) {
	r.t.Helper()
	if err := r.Apply(r.t.Context(), r.ask(image, o), o); err != nil {
		r.t.Fatal(err)
	}
}

func imageOf(service swarm.Service) string { return service.Spec.TaskTemplate.ContainerSpec.Image }

// A deploy pins the digest; the same again writes nothing; a rebuilt image is
// named, and taken only when forced.
func TestRegistryDigestIsPinnedAndKept(t *testing.T) {
	r := newRegistryRig(t)
	image := r.registry.Push(t, "tiny:1", "ENV BUILD=one")
	r.take(image, deploy.Options{})
	first := r.services()["app"]
	if got := imageOf(first); !strings.HasPrefix(got, image+"@sha256:") {
		t.Fatalf("image %s, want %s with a digest", got, image)
	}
	if platforms := first.Spec.TaskTemplate.Placement.Platforms; len(platforms) != 1 || platforms[0].OS != "linux" {
		t.Errorf("platforms: %v", platforms)
	}

	if plan := r.ask(image, deploy.Options{}); plan.Writes() || len(plan.Warnings) != 0 {
		t.Errorf("the same again:\n%s", plan.Text(false))
	}

	r.registry.Push(t, "tiny:1", "ENV BUILD=two")
	plan := r.ask(image, deploy.Options{})
	if plan.Writes() || !strings.Contains(plan.Text(false), "image "+image+" was rebuilt; --force takes the new build") {
		t.Errorf("a rebuilt image:\n%s", plan.Text(false))
	}
	r.take(image, deploy.Options{})
	if now := r.services()["app"]; now.Version.Index != first.Version.Index {
		t.Error("a rebuilt image was taken without --force")
	}

	force := deploy.Options{Choices: deploy.Choices{Force: true}}
	r.take(image, force)
	if now := imageOf(r.services()["app"]); now == imageOf(first) || !strings.HasPrefix(now, image+"@sha256:") {
		t.Errorf("image after --force: %s", now)
	}
	if plan := r.ask(image, deploy.Options{}); plan.Writes() {
		t.Errorf("after --force:\n%s", plan.Text(false))
	}
}

// Nodes pull with the operator's credential: they have no copy of the image.
func TestRegistryCredential(t *testing.T) {
	r := newRegistryRig(t)
	image := r.registry.Push(t, "private:1")
	r.login("wrong-password")
	warnings := strings.Join(r.ask(image, deploy.Options{}).Warnings, "\n")
	for _, words := range []string{"no digest is known for image " + image, "docker login " + r.registry.Addr} {
		if !strings.Contains(warnings, words) {
			t.Errorf("warnings: %s\nwant: %s", warnings, words)
		}
	}
	if strings.Contains(warnings, "wrong-password") {
		t.Error("a warning shows the password")
	}
	err := r.Apply(t.Context(), r.ask(image, deploy.Options{}), deploy.Options{})
	if err == nil || !strings.Contains(err.Error(), "no-image") || strings.Contains(err.Error(), "wrong-password") {
		t.Errorf("%v, want a service without an image", err)
	}
	r.login(engine.RegistryPassword)
	r.take(image, deploy.Options{})
	// An operator without one changes no more than the image: the engine keeps what it has.
	r.logout()
	next := r.registry.Push(t, "private:2")
	if warnings := strings.Join(r.ask(next, deploy.Options{}).Warnings, "\n"); !strings.Contains(warnings, "docker login "+r.registry.Addr) {
		t.Errorf("warnings: %s", warnings)
	}
	r.take(next, deploy.Options{})
	if got := imageOf(r.services()["app"]); got != next {
		t.Errorf("image %s, want %s", got, next)
	}
}

// A saved plan keeps its digests, whatever the tag names by the time it is applied.
func TestRegistrySavedPlanKeepsDigests(t *testing.T) {
	r := newRegistryRig(t)
	image := r.registry.Push(t, "tiny:1", "ENV BUILD=one")
	plan := r.ask(image, deploy.Options{})
	saved, err := plan.Save(deploy.SavedChoices{}, "v1")
	if err != nil {
		t.Fatal(err)
	}
	r.registry.Push(t, "tiny:1", "ENV BUILD=two")
	if err := saved.Check(r.ask(image, deploy.Options{Images: saved.Images}), "v1"); err != nil {
		t.Errorf("with the digests of the plan: %v", err)
	}
	if err := saved.Check(r.ask(image, deploy.Options{}), "v1"); err == nil {
		t.Error("another build would be sent, and nothing says so")
	}
	if got := plan.Images[0].Image; !strings.HasPrefix(got, image+"@sha256:") {
		t.Errorf("image in the plan: %s", got)
	}
}
