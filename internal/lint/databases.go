package lint

import (
	"slices"

	"coopcloud.tech/catalogue/internal/stack"
)

// memoryStores keep what they hold in memory, and write it to disk now and then.
var memoryStores = []string{"dragonfly", "keydb", "memcached", "redis", "redis-stack", "redis-stack-server", "valkey"}

// imageNamed reports whether the last part of the service's image is one of the names.
func imageNamed(s *stack.Service, names []string) bool {
	image, ok := parseImage(s)
	return ok && slices.Contains(names, image.Base())
}

// isDatabase reports whether the data folder of the service's image takes one
// process at a time.
func isDatabase(s *stack.Service) bool {
	image, ok := parseImage(s)
	return ok && image.IsDatabase()
}

// dataVolume is the first volume with a name that the service may write to.
func dataVolume(s *stack.Service) (stack.Mount, bool) {
	for _, m := range s.Volumes {
		if m.Type == "volume" && m.Source != "" && !m.ReadOnly {
			return m, true
		}
	}
	return stack.Mount{}, false
}

// keepsData reports whether the service writes to a volume or a folder of the node.
func keepsData(s *stack.Service) bool {
	for _, m := range s.Volumes {
		if (m.Type == "volume" || m.Type == "bind") && m.Source != "" && !m.ReadOnly {
			return true
		}
	}
	return false
}
