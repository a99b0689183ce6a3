package deploy

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/convert"
)

// volumeNames lists the named volumes of the stack, those of the swarm included.
func volumeNames(services []swarm.ServiceSpec) []string {
	names := map[string]bool{}
	for _, m := range volumeMounts(services) {
		names[m.Source] = true
	}
	for _, service := range services {
		for _, m := range clusterMounts(service) {
			names[m.Source] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// volumeMounts are the mounts of named volumes.
func volumeMounts(services []swarm.ServiceSpec) []mount.Mount {
	var found []mount.Mount
	for _, service := range services {
		if service.TaskTemplate.ContainerSpec == nil {
			continue
		}
		for _, m := range service.TaskTemplate.ContainerSpec.Mounts {
			if m.Type == mount.TypeVolume && m.Source != "" {
				found = append(found, m)
			}
		}
	}
	return found
}

// volumes warns of those that were made with another driver or other options:
// Swarm makes a volume once, and says nothing when its options change
// (moby#36167). Values are not shown: mount options hold passwords.
func (p *preflight) volumes() {
	seen := map[string]bool{}
	for _, m := range volumeMounts(p.want) {
		if seen[m.Source] || !ownVolume(m) {
			continue
		}
		seen[m.Source] = true
		want := volumeFields(m)
		if differ := differing(p.madeVolume(m.Source, want), want); len(differ) > 0 {
			p.warn("volume %s was made with another %s, and Swarm keeps it as it is; to change it, save its data, "+
				"remove it on every node that has it, and deploy again%s", m.Source, strings.Join(differ, ", "), p.volumePlace(m.Source))
		}
	}
}

// ownVolume leaves out external ones: whoever made them chose.
func ownVolume(m mount.Mount) bool {
	return m.VolumeOptions != nil && m.VolumeOptions.Labels[convert.LabelNamespace] != ""
}

// madeVolume is how the volume was made: as the connected node has it, or as a
// service that runs asks for it. It is as wanted where nobody knows.
func (p *preflight) madeVolume(name string, want fields) fields {
	for _, v := range p.around.Volumes {
		if v.Name == name {
			return driverFields(v.Driver, v.Options)
		}
	}
	for _, m := range volumeMounts(specsOf(p.have.Services)) {
		if m.Source == name && ownVolume(m) {
			return volumeFields(m)
		}
	}
	return want
}

func specsOf(services []swarm.Service) []swarm.ServiceSpec {
	specs := make([]swarm.ServiceSpec, len(services))
	for i, s := range services {
		specs[i] = s.Spec
	}
	return specs
}

func volumeFields(m mount.Mount) fields {
	if driver := m.VolumeOptions.DriverConfig; driver != nil {
		return driverFields(driver.Name, driver.Options)
	}
	return driverFields("", nil)
}

func driverFields(driver string, options map[string]string) fields {
	all := fields{"driver": cmp.Or(driver, "local")}
	for key, value := range options {
		all["driver_opts."+key] = value
	}
	return all
}

// volumePlace is where the files define the volume.
func (p *preflight) volumePlace(name string) string {
	return p.place("volumes", strings.TrimPrefix(name, p.plan.Stack+"_"))
}
