package deploy

import (
	"context"
	"strings"

	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/swarm"
)

// dataTouched names the services with volumes whose new tasks have run: a
// rollback brings back the program, not the data.
func (a *applier) dataTouched(ctx context.Context, before look) string {
	if len(before.services) == 0 {
		return ""
	}
	after, err := takeLook(ctx, a.Swarm, a.plan.Stack)
	if err != nil {
		return ""
	}
	old := map[string]bool{}
	for _, task := range before.tasks {
		old[task.ID] = true
	}
	var names []string
	for _, action := range a.plan.services(Update, Replace) {
		for _, task := range tasksOf(a.ids[ServiceKind][action.Name], after) {
			if !old[task.ID] && hasVolume(task.Spec) && hasStarted(task) {
				names = append(names, action.Name)
				break
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "\nTasks of the new version have run with the volumes of " + strings.Join(names, ", ") + ": their data may have been changed"
}

func hasVolume(task swarm.TaskSpec) bool {
	if task.ContainerSpec == nil {
		return false
	}
	for _, m := range task.ContainerSpec.Mounts {
		if m.Type == mount.TypeVolume && !m.ReadOnly {
			return true
		}
	}
	return false
}

func hasStarted(task swarm.Task) bool {
	return task.Status.ContainerStatus != nil && task.Status.ContainerStatus.ContainerID != ""
}
