package deploy_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy"
	engineclient "coopcloud.tech/catalogue/internal/deploy/swarm"
	"coopcloud.tech/catalogue/test/engine"
)

var shared engine.Shared

func TestMain(m *testing.M) {
	flag.Parse()
	// The tests wait for the engine most of the time.
	if err := flag.Set("test.parallel", "16"); err != nil {
		panic(err)
	}
	code := m.Run()
	shared.Stop()
	os.Exit(code)
}

// rig is one app on the shared engine.
type rig struct {
	*deploy.Deployer
	t      *testing.T
	engine *engine.Engine
	dir    string
	app    *deploy.App
	stack  string

	mutex  sync.Mutex
	events []deploy.Event
}

// newRig writes an app's env file and connects to the engine.
func newRig(t *testing.T, env string) *rig {
	t.Helper()
	t.Parallel()
	return rigOn(t, shared.Get(t), env)
}

func rigOn(t *testing.T, e *engine.Engine, env string) *rig {
	t.Helper()
	client, err := engineclient.Connect(t.Context(), e.Host, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, engine: e, dir: t.TempDir()}
	t.Cleanup(func() { client.Close() })
	r.Deployer = &deploy.Deployer{Swarm: client, Progress: r.note}
	domain := stackDomain(t.Name())
	folder := filepath.Join(r.dir, "servers", "default")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, domain+".env"), []byte("TYPE=tiny:1.0.0+1\n"+env), 0o600); err != nil {
		t.Fatal(err)
	}
	r.app, err = deploy.Find(r.dir, domain)
	if err != nil {
		t.Fatal(err)
	}
	r.stack = r.app.StackName()
	t.Cleanup(r.clean)
	return r
}

// stackDomain makes a domain of a test's name, short enough for a stack's name.
func stackDomain(test string) string {
	short := strings.ToLower(test[strings.LastIndexAny(test, "/")+1:])
	return strings.TrimPrefix(short[:min(len(short), 30)], "test") + ".test"
}

// clean removes the app, so that a named engine is left as it was found.
func (r *rig) clean() {
	progress := r.Progress
	r.Progress = nil
	defer func() { r.Progress = progress }()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	removal, err := r.PlanRemoval(ctx, r.app)
	if err == nil {
		err = r.Remove(ctx, removal, 0)
	}
	if err != nil {
		r.t.Logf("cleaning up: %v", err)
	}
}

func (r *rig) note(e deploy.Event) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.events = append(r.events, e)
	r.t.Logf("%s %s %s %s %s %s %d/%d %s", e.Time.Format("05.000"), e.Phase, e.Op, e.Kind, e.Name, e.State, e.Running, e.Desired, e.Detail)
}

// image makes an image of the test program.
func (r *rig) image(ref string, changes ...string) {
	r.t.Helper()
	r.engine.Image(r.t, ref, changes...)
}

// at is a recipe of that version with these files.
func at(version string, files map[string]string) deploy.Source {
	tree := fstest.MapFS{}
	for path, text := range files {
		tree[path] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return deploy.Source{FS: tree, Recipe: "tiny", Version: version}
}

func compose(text string) map[string]string { return map[string]string{"compose.yml": text} }

func (r *rig) plan(source deploy.Source, o deploy.Options) (*deploy.Plan, error) {
	want, err := deploy.Prepare(r.app, source)
	if err != nil {
		return nil, err
	}
	o.Offline = true // there is no registry
	return r.Plan(r.t.Context(), want, o)
}

func (r *rig) deploy(source deploy.Source, o deploy.Options) error {
	plan, err := r.plan(source, o)
	if err != nil {
		return err
	}
	return r.Apply(r.t.Context(), plan, o)
}

func (r *rig) mustDeploy(source deploy.Source) {
	r.t.Helper()
	if err := r.deploy(source, deploy.Options{}); err != nil {
		r.t.Fatalf("deploy: %v", err)
	}
}

func ofStack(stack string) filters.Args {
	return filters.NewArgs(filters.Arg("label", "com.docker.stack.namespace="+stack))
}

// services are what the engine holds, by name without the stack.
func (r *rig) services() map[string]swarm.Service {
	r.t.Helper()
	list, err := r.engine.API.ServiceList(r.t.Context(), swarm.ServiceListOptions{Filters: ofStack(r.stack)})
	if err != nil {
		r.t.Fatal(err)
	}
	found := map[string]swarm.Service{}
	for _, service := range list {
		found[strings.TrimPrefix(service.Spec.Name, r.stack+"_")] = service
	}
	return found
}

// running are the IDs of the stack's running tasks, sorted.
func (r *rig) running() []string {
	r.t.Helper()
	list, err := r.engine.API.TaskList(r.t.Context(), swarm.TaskListOptions{Filters: ofStack(r.stack)})
	if err != nil {
		r.t.Fatal(err)
	}
	var ids []string
	for _, task := range list {
		if task.Status.State == swarm.TaskStateRunning && task.DesiredState == swarm.TaskStateRunning {
			ids = append(ids, task.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

func (r *rig) removeSecret(name string) {
	if err := r.engine.API.SecretRemove(context.Background(), name); err != nil {
		r.t.Log(err)
	}
}
