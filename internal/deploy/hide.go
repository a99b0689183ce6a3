package deploy

import "strings"

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
