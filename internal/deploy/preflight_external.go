package deploy

import (
	"cmp"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/swarm"
	"github.com/docker/docker/api/types/versions"
)

// externalVolumes warns of those that are nowhere to be seen: Swarm asks nobody,
// and the task's node makes an empty volume of that name.
func (p *preflight) externalVolumes() {
	if p.around.VolumesUnread {
		return
	}
	used := volumeNames(specsOf(p.around.Services))
	seen := map[string]bool{}
	for _, m := range volumeMounts(p.want) {
		if seen[m.Source] || m.VolumeOptions == nil || ownVolume(m) || slices.Contains(used, m.Source) || p.hasVolume(m.Source) {
			continue
		}
		seen[m.Source] = true
		where := "does not exist"
		if len(p.around.Nodes) != 1 {
			where = "is not on the node that was asked, and no service uses it"
		}
		p.warn("external volume %s %s: a node that lacks it makes an empty one of that name; "+
			"where its data is to be there first, make it: docker volume create %[1]s%[3]s", m.Source, where, p.volumePlace(m.Source))
	}
}

func (p *preflight) hasVolume(name string) bool {
	for _, v := range p.around.Volumes {
		if v.Name == name {
			return true
		}
	}
	return false
}

// clusterAPI is the first that knows cluster volumes (engine 23.0).
const clusterAPI = "1.42"

// clusterVolumes refuses them where the engine does not know them, and warns of
// those that do not exist: tasks would wait for them.
func (p *preflight) clusterVolumes() {
	for _, service := range p.want {
		for _, m := range clusterMounts(service) {
			switch {
			case p.have.API != "" && versions.LessThan(p.have.API, clusterAPI):
				p.refuse("service %s: %s is a cluster volume, which engines know from version 23.0 (API %s) on, and this one speaks API %s: "+
					"update the engines, or use type: volume%s", service.Name, cmp.Or(m.Source, m.Target), clusterAPI, p.have.API, p.at(service.Name, "volumes"))
			case strings.HasPrefix(m.Source, "group:"), p.around.VolumesUnread, p.hasVolume(m.Source):
			default:
				p.warn("service %s: cluster volume %s does not exist, and its tasks wait until it does; make it with docker volume create%s",
					service.Name, m.Source, p.at(service.Name, "volumes"))
			}
		}
	}
}

// clusterMounts are the mounts of volumes that a driver of the swarm provides.
func clusterMounts(service swarm.ServiceSpec) []mount.Mount {
	if service.TaskTemplate.ContainerSpec == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(service.TaskTemplate.ContainerSpec.Mounts), func(m mount.Mount) bool { return m.Type != mount.TypeCluster })
}
