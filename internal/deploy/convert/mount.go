package convert

import (
	"maps"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/mount"

	"coopcloud.tech/catalogue/internal/stack"
)

// mounts keeps the stack's order. Volumes are not created up front: the node
// that runs the task makes them from the mount's options.
func (s service) mounts() []mount.Mount {
	mounts := make([]mount.Mount, 0, len(s.Volumes))
	for i, v := range s.Volumes {
		m := mount.Mount{
			Type:        mount.Type(v.Type),
			Source:      v.Source,
			Target:      v.Target,
			ReadOnly:    v.ReadOnly,
			Consistency: mount.Consistency(v.Consistency),
		}
		s.mountOptions(s.path("volumes", strconv.Itoa(i)), v, &m)
		mounts = append(mounts, m)
	}
	return mounts
}

func (s service) mountOptions(at path, v stack.Mount, m *mount.Mount) {
	switch v.Type {
	case "volume", "":
		s.volumeMount(at, v, m)
	case "bind":
		s.bindMount(v, m)
	case "tmpfs":
		if v.TmpfsSize != 0 {
			m.TmpfsOptions = &mount.TmpfsOptions{SizeBytes: v.TmpfsSize}
		}
	case "cluster":
		s.clusterMount(at, v, m)
	}
}

// volumeMount leaves an external volume's labels and driver alone. Without a
// source the volume is anonymous.
func (s service) volumeMount(at path, v stack.Mount, m *mount.Mount) {
	if v.Source == "" {
		return
	}
	volume := s.volume(at, v.Source)
	if volume == nil {
		return
	}
	m.Source = s.scope(volume.Key, volume.Name)
	m.VolumeOptions = &mount.VolumeOptions{NoCopy: v.NoCopy, Subpath: v.Subpath}
	if volume.External {
		return
	}
	m.VolumeOptions.Labels = s.labels(volume.Labels)
	if volume.Driver != "" || volume.DriverOpts != nil {
		m.VolumeOptions.DriverConfig = &mount.Driver{Name: volume.Driver, Options: maps.Clone(volume.DriverOpts)}
	}
}

func (s service) volume(at path, key string) *stack.Volume {
	for _, v := range s.converter.Volumes {
		if v.Key == key {
			return v
		}
	}
	s.undefined(at, "volume", key)
	return nil
}

func (s service) bindMount(v stack.Mount, m *mount.Mount) {
	if !filepath.IsAbs(v.Source) { // refused where Dir is not set
		m.Source = filepath.Join(s.opts.Dir, v.Source)
	}
	if v.Propagation != "" {
		m.BindOptions = &mount.BindOptions{Propagation: mount.Propagation(v.Propagation)}
	}
}

// clusterMount leaves a volume group as it is: it belongs to the swarm, not to
// a stack.
func (s service) clusterMount(at path, v stack.Mount, m *mount.Mount) {
	m.ClusterOptions = &mount.ClusterOptions{}
	if strings.HasPrefix(v.Source, "group:") {
		return
	}
	if volume := s.volume(at, v.Source); volume != nil {
		m.Source = s.scope(volume.Key, volume.Name)
	}
}
