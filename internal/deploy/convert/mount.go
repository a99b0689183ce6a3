package convert

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/mount"

	"coopcloud.tech/catalogue/internal/stack"
)

// mounts keeps the file's order. Volumes are not created up front: the node
// that runs the task makes them from the mount's options.
func (s service) mounts() []mount.Mount {
	mounts := make([]mount.Mount, 0, len(s.Volumes))
	for i, v := range s.Volumes {
		at := s.path("volumes", strconv.Itoa(i))
		s.checkTarget(at, i, v)
		m := mount.Mount{
			Type:        mount.Type(v.Type),
			Source:      v.Source,
			Target:      v.Target,
			ReadOnly:    v.ReadOnly,
			Consistency: mount.Consistency(v.Consistency),
		}
		s.mountOptions(at, v, &m)
		mounts = append(mounts, m)
	}
	return mounts
}

func (s service) mountOptions(at path, v stack.Mount, m *mount.Mount) {
	switch v.Type {
	case "volume", "":
		s.volumeMount(at, v, m)
	case "bind":
		s.bindMount(at, v, m)
	case "tmpfs":
		s.tmpfsMount(at, v, m)
	case "npipe":
		s.checkSource(at, v)
		m.BindOptions = bindOptions(v)
	case "cluster":
		s.clusterMount(at, v, m)
	default:
		s.failAt(at, "mount type %q: expected volume, bind, tmpfs, npipe or cluster", v.Type)
	}
}

func (s service) volumeMount(at path, v stack.Mount, m *mount.Mount) {
	if v.Source == "" { // anonymous
		return
	}
	volume := s.volume(at, v.Source)
	if volume == nil {
		return
	}
	m.Source = s.volumeName(volume)
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
	s.failAt(at, "undefined volume %q; define it under volumes:, or start a path with / or ./", key)
	return nil
}

func (s service) volumeName(v *stack.Volume) string {
	if v.External && v.Name == "" {
		return v.Key
	}
	return s.scope(v.Key, v.Name)
}

func (s service) bindMount(at path, v stack.Mount, m *mount.Mount) {
	s.checkSource(at, v)
	m.BindOptions = bindOptions(v)
	s.oneOf(at.at("bind", "propagation"), v.Propagation, propagations()...)
	switch {
	case v.Source == "" || filepath.IsAbs(v.Source) || windowsPath(v.Source):
	case strings.HasPrefix(v.Source, "~"):
		s.failAt(at, "bind source %q: ~ is the operator's home, not the server's; write an absolute path", v.Source)
	case s.opts.Dir == "":
		s.failAt(at, "bind source %q is relative to the recipe, which is not on the server; use a config, a named volume or an absolute path", v.Source)
	default:
		m.Source = filepath.Join(s.opts.Dir, v.Source)
	}
}

// windowsPath knows C:\… and C:/…, and \\server\share, which are absolute on
// a Windows node.
func windowsPath(p string) bool {
	drive := len(p) > 2 && p[1] == ':' && (p[2] == '\\' || p[2] == '/')
	return drive || strings.HasPrefix(p, `\\`)
}

func bindOptions(v stack.Mount) *mount.BindOptions {
	if v.Propagation == "" {
		return nil
	}
	return &mount.BindOptions{Propagation: mount.Propagation(v.Propagation)}
}

func propagations() []string {
	names := make([]string, 0, len(mount.Propagations))
	for _, p := range mount.Propagations {
		names = append(names, string(p))
	}
	return names
}

func (s service) tmpfsMount(at path, v stack.Mount, m *mount.Mount) {
	if v.Source != "" {
		s.failAt(at, "tmpfs has no source; remove %q", v.Source)
	}
	if v.TmpfsSize != 0 || v.TmpfsMode != 0 {
		m.TmpfsOptions = &mount.TmpfsOptions{SizeBytes: v.TmpfsSize, Mode: os.FileMode(v.TmpfsMode)}
	}
}

func (s service) clusterMount(at path, v stack.Mount, m *mount.Mount) {
	s.checkSource(at, v)
	m.ClusterOptions = &mount.ClusterOptions{}
	if strings.HasPrefix(v.Source, "group:") { // a volume group belongs to the swarm, not to a stack
		return
	}
	if volume := s.volume(at, v.Source); volume != nil {
		m.Source = s.volumeName(volume)
	}
}

func (s service) checkSource(at path, v stack.Mount) {
	if v.Source == "" {
		s.failAt(at, "%s mount on %q has no source", v.Type, v.Target)
	}
}

// checkTarget refuses what the engine refuses: here the service is not even
// created, there its tasks are rejected one after another.
func (s service) checkTarget(at path, i int, v stack.Mount) {
	if !filepath.IsAbs(v.Target) && v.Type != "npipe" && !windowsPath(v.Target) {
		s.failAt(at, "mount target %q: expected an absolute path", v.Target)
	}
	same := func(other stack.Mount) bool { return other.Target == v.Target }
	if slices.ContainsFunc(s.Volumes[:i], same) {
		s.failAt(at, "two mounts on %q", v.Target)
	}
}
