package deploy

import (
	"slices"
	"strings"

	"github.com/docker/docker/api/types/swarm"
)

// hidden stands for a value that must not be shown.
const hidden = "(hidden)"

// secretWords in the name of a variable tell that its value may be one: not
// every recipe keeps its passwords in Swarm secrets.
var secretWords = []string{"PASS", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "PRIVATE", "DSN", "AUTH"}

// secretive reports whether one of the values has to be hidden. Paths of files
// and versions of secrets are no secrets, and worth seeing.
func secretive(path string, values ...string) bool {
	name, ok := strings.CutPrefix(path, envPath+".")
	if !ok {
		return strings.Contains(path, ".basicauth.users") && present(values)
	}
	name = strings.ToUpper(name)
	if strings.HasSuffix(name, "_VERSION") || strings.HasSuffix(name, "_FILE") {
		return false
	}
	for _, value := range values {
		// https://user:password@host
		if _, rest, ok := strings.Cut(value, "://"); ok && strings.Contains(rest, "@") {
			return true
		}
	}
	for _, word := range secretWords {
		if strings.Contains(name, word) {
			return present(values)
		}
	}
	return false
}

// present reports whether a value is there to hide.
func present(values []string) bool {
	for _, value := range values {
		if value != "" && !strings.HasPrefix(value, "/run/secrets/") {
			return true
		}
	}
	return false
}

// minPassword is the length from which a value is looked for elsewhere. Shorter
// ones are words such as true.
const minPassword = 6

// passwords are the values that the services' envs give to secretive names. A
// recipe may also put them into a command or a healthcheck.
func passwords(have []swarm.Service, want []swarm.ServiceSpec) []string {
	specs := slices.Clone(want)
	for _, service := range have {
		specs = append(specs, service.Spec)
	}
	var list []string
	for _, spec := range specs {
		if spec.TaskTemplate.ContainerSpec == nil {
			continue
		}
		for _, entry := range spec.TaskTemplate.ContainerSpec.Env {
			name, value, _ := strings.Cut(entry, "=")
			if len(value) >= minPassword && secretive(join(envPath, name), value) {
				list = append(list, value)
			}
		}
	}
	slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) }) // one may hold another
	return list
}

// mask hides passwords in changes. Labels are left: routers and tools read them,
// and a host's name may well stand behind a name with KEY.
func mask(list []Change, passwords []string) {
	for _, change := range list {
		if strings.Contains(change.Field, "label ") {
			continue
		}
		for _, value := range []*string{change.From, change.To} {
			for _, password := range passwords {
				if value != nil {
					*value = strings.ReplaceAll(*value, password, hidden)
				}
			}
		}
	}
}
