package deploy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/swarm"
)

// eligible tells why a node may run no task of the spec; "" where it may. It
// decides as the filters of swarmkit's scheduler do (manager/scheduler/filter.go),
// all but those that depend on what runs there already: see room.
func eligible(node swarm.Node, spec swarm.ServiceSpec) (reason string) {
	for _, check := range []func(swarm.Node, swarm.TaskSpec) string{unready, unmetConstraint, otherPlatform, missingPlugin} {
		if reason := check(node, spec.TaskTemplate); reason != "" {
			return reason
		}
	}
	return ""
}

func unready(node swarm.Node, _ swarm.TaskSpec) string {
	switch {
	case node.Status.State != swarm.NodeStateReady:
		return "it is " + string(cmp.Or(node.Status.State, swarm.NodeStateUnknown))
	case node.Spec.Availability != swarm.NodeAvailabilityActive:
		return "its availability is " + string(node.Spec.Availability)
	}
	return ""
}

func unmetConstraint(node swarm.Node, task swarm.TaskSpec) string {
	if task.Placement == nil {
		return ""
	}
	for _, text := range task.Placement.Constraints {
		if c, ok := parseConstraint(text); ok && !c.holds(node) {
			return fmt.Sprintf("constraint %s is not met: %s", text, c.instead(node))
		}
	}
	return ""
}

// otherPlatform goes by the platforms that the image was found to have.
func otherPlatform(node swarm.Node, task swarm.TaskSpec) string {
	if task.Placement == nil || len(task.Placement.Platforms) == 0 {
		return ""
	}
	have := node.Description.Platform
	for _, want := range task.Placement.Platforms {
		sameArch := want.Architecture == "" || plainArch(want.Architecture) == plainArch(have.Architecture)
		if sameArch && (want.OS == "" || want.OS == have.OS) {
			return ""
		}
	}
	return fmt.Sprintf("it is %s; the image is for %s", platformName(have), platformNames(task.Placement.Platforms))
}

// plainArch writes the kernel's names of architectures as images do.
func plainArch(arch string) string {
	switch arch {
	case "x86_64":
		return "amd64"
	case "aarch64":
		return "arm64"
	}
	return arch
}

func platformName(p swarm.Platform) string {
	return cmp.Or(p.OS, "any") + "/" + cmp.Or(plainArch(p.Architecture), "any")
}

func platformNames(platforms []swarm.Platform) string {
	var names []string
	for _, p := range platforms {
		if name := platformName(p); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// missingPlugin looks for the drivers of volumes and of the log. An engine
// that lists no log drivers is too old to list them.
func missingPlugin(node swarm.Node, task swarm.TaskSpec) string {
	plugins := node.Description.Engine.Plugins
	if task.ContainerSpec != nil {
		for _, m := range task.ContainerSpec.Mounts {
			if driver := volumeDriver(m); driver != "local" && !hasPlugin(plugins, "Volume", driver) {
				return fmt.Sprintf("it has no volume driver %s", driver)
			}
		}
	}
	if log := task.LogDriver; log != nil && log.Name != "" && log.Name != "none" {
		if anyPlugin(plugins, "Log") && !hasPlugin(plugins, "Log", log.Name) {
			return fmt.Sprintf("it has no log driver %s", log.Name)
		}
	}
	return ""
}

// volumeDriver is the driver of the volume that a mount asks for.
func volumeDriver(m mount.Mount) string {
	if m.Type != mount.TypeVolume || m.VolumeOptions == nil || m.VolumeOptions.DriverConfig == nil {
		return "local"
	}
	return cmp.Or(m.VolumeOptions.DriverConfig.Name, "local")
}

func hasPlugin(plugins []swarm.PluginDescription, kind, name string) bool {
	return slices.ContainsFunc(plugins, func(p swarm.PluginDescription) bool {
		return p.Type == kind && (p.Name == name || p.Name == name+":latest")
	})
}

func anyPlugin(plugins []swarm.PluginDescription, kind string) bool {
	return slices.ContainsFunc(plugins, func(p swarm.PluginDescription) bool { return p.Type == kind })
}
