package stack

import (
	"fmt"
	"path"
	"strings"
)

// check judges the merged stack by what Docker finds only when it converts, and
// the engine only when it creates.
func (l *loader) check() {
	for _, service := range l.stack.Services {
		c := checker{loader: l, service: service, path: join("services", service.Key)}
		c.image()
		c.references()
		c.settings()
		c.health()
		c.ports()
		c.mounts()
		c.files("secrets", service.Secrets)
		c.files("configs", service.Configs)
	}
	l.checkPublished()
	l.addDefaultNetwork()
	l.checkNames()
	l.checkSubnets()
	l.checkObjects("secrets", l.stack.Secrets, maxSecretSize)
	l.checkObjects("configs", l.stack.Configs, maxConfigSize)
}

// refuse reports what neither Docker nor our engine deploys.
func (l *loader) refuse(code, path, message string) {
	l.diagnose(code, path, Refuse, Refuse, message)
}

func (l *loader) diagnose(code, path string, docker, engine Effect, message string) {
	l.report(Diagnostic{
		Code: code, Span: l.stack.spans.at(path), Path: path, Message: message, Docker: docker, Engine: engine, Late: true,
	})
}

// checker judges one service.
type checker struct {
	*loader
	service *Service
	path    string
}

func (c *checker) at(name string) string { return join(c.path, name) }

func (c *checker) invalid(name, message string) {
	c.refuse(CodeInvalidSetting, c.at(name), message)
}

func (c *checker) image() {
	if c.service.Image == "" {
		c.refuse(CodeMissingImage, c.at("image"), fmt.Sprintf(
			"service %s has no image with these files; add image, or the file that defines the service", c.service.Key))
		return
	}
	if _, err := ParseImage(c.service.Image); err != nil {
		c.refuse(CodeInvalidImage, c.at("image"), "the image is no valid reference; write it as in registry.example/name:tag, in lower case")
	}
}

// references checks the names that the service uses.
func (c *checker) references() {
	for _, network := range c.service.Networks {
		if network.Key != defaultNetwork && !has(c.merged.networks, network.Key) {
			c.undefined(CodeUndefinedNetwork, "networks", network.Key)
		}
	}
	for i, mount := range c.service.Volumes {
		if mount.Type == "volume" && mount.Source != "" && !has(c.merged.volumes, mount.Source) {
			c.undefined(CodeUndefinedVolume, fmt.Sprintf("volumes.%d", i), mount.Source)
		}
	}
	for i, ref := range c.service.Secrets {
		if !has(c.merged.secrets, ref.Source) {
			c.undefined(CodeUndefinedSecret, fmt.Sprintf("secrets.%d", i), ref.Source)
		}
	}
	for i, ref := range c.service.Configs {
		if !has(c.merged.configs, ref.Source) {
			c.undefined(CodeUndefinedConfig, fmt.Sprintf("configs.%d", i), ref.Source)
		}
	}
	if spec := c.service.CredentialSpec; spec != nil && spec.Config != "" && !has(c.merged.configs, spec.Config) {
		c.undefined(CodeUndefinedConfig, "credential_spec.config", spec.Config)
	}
}

func (c *checker) undefined(code, name, key string) {
	kind := strings.TrimPrefix(code, "undefined-")
	c.refuse(code, c.at(name), fmt.Sprintf("the %s %q is not defined; add it to the top-level %ss", kind, clip(key), kind))
}

func has[T any](m map[string]*T, key string) bool {
	_, ok := m[key]
	return ok
}

func (c *checker) mounts() {
	seen := map[string]bool{}
	for i, mount := range c.service.Volumes {
		name := fmt.Sprintf("volumes.%d", i)
		for _, fault := range mount.faults() {
			c.invalid(name, fault)
		}
		target := path.Clean(mount.Target)
		if seen[target] {
			c.invalid(name, fmt.Sprintf("a second volume is mounted at %s", clip(target)))
		}
		seen[target] = true
		if mount.Type == "bind" && mount.Source[0] != '/' {
			c.diagnose(CodeRelativeBind, c.at(name), Mangle, Refuse, fmt.Sprintf(
				"docker stack deploy reads the source %q as a path on the operator's machine; name a path on the node, or use a config or a volume", clip(mount.Source)))
		}
	}
}

// faults lists what conversion or the engine refuses of a mount.
func (m Mount) faults() []string {
	var faults []string
	for _, rule := range []struct {
		broken  bool
		message string
	}{
		{!oneOf(m.Type, "bind", "volume", "tmpfs", "npipe", "cluster"), "the type is none of volume, bind, tmpfs, npipe, cluster"},
		{!strings.HasPrefix(m.Target, "/"), "the target must be an absolute path"},
		{m.Propagation != "" && m.Type != "bind", "only a bind has a propagation"},
		{m.Propagation != "" && !oneOf(m.Propagation, propagations...), "the propagation is none of " + strings.Join(propagations, ", ")},
		{m.NoCopy && m.Type != "volume", "only a volume has nocopy"},
		{m.Subpath != "" && m.Type != "volume", "only a volume has a subpath"},
		{m.TmpfsSize != 0 && m.Type != "tmpfs", "only a tmpfs has a size"},
		{m.Source != "" && m.Type == "tmpfs", "a tmpfs has no source"},
	} {
		if rule.broken {
			faults = append(faults, rule.message)
		}
	}
	return faults
}

func oneOf(s string, all ...string) bool {
	for _, one := range all {
		if s == one {
			return true
		}
	}
	return false
}

// files checks that no two secrets, or configs, become the same file.
func (c *checker) files(name string, refs []FileRef) {
	seen := map[string]bool{}
	for i, ref := range refs {
		if seen[ref.key()] {
			c.refuse(CodeConflict, c.at(fmt.Sprintf("%s.%d", name, i)), fmt.Sprintf("two entries become the file %q; give one another target", clip(ref.key())))
		}
		seen[ref.key()] = true
	}
}
