package engine_test

import (
	"os"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/test/engine"
)

func TestEngineRunsAServiceUntilItsHealthcheckPasses(t *testing.T) {
	e := engine.Start(t)
	e.Image(t, "late:1", "ENV HEALTHY_AFTER=1s")
	created, err := e.API.ServiceCreate(t.Context(), swarm.ServiceSpec{
		Annotations:  swarm.Annotations{Name: "late"},
		TaskTemplate: swarm.TaskSpec{ContainerSpec: &swarm.ContainerSpec{Image: "late:1"}},
	}, swarm.ServiceCreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[swarm.TaskState]bool{}
	for !seen[swarm.TaskStateRunning] {
		tasks, err := e.API.TaskList(t.Context(), swarm.TaskListOptions{Filters: filters.NewArgs(filters.Arg("service", created.ID))})
		if err != nil {
			t.Fatal(err)
		}
		for _, task := range tasks {
			if seen[task.Status.State] = true; task.Status.Err != "" {
				t.Fatalf("task: %s", task.Status.Err)
			}
		}
	}
	if !seen[swarm.TaskStateStarting] {
		t.Error("the task was running before its healthcheck could pass")
	}
}

func TestEngineIsGoneAfterItsTest(t *testing.T) {
	var socket string
	t.Run("using it", func(t *testing.T) {
		e := engine.Start(t, engine.NoSwarm)
		socket = strings.TrimPrefix(e.Host, "unix://")
		if _, err := os.Stat(socket); err != nil {
			t.Error(err)
		}
	})
	if socket == "" {
		t.Skip("no engine here")
	}
	if _, err := os.Stat(socket); !os.IsNotExist(err) {
		t.Errorf("the engine's folder is still there: %v", err)
	}
}
