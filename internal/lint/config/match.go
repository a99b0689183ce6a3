package config

import (
	"path"
	"strings"
)

// match reports whether the glob names the file: * within a folder, ** over
// any number of folders.
func match(pattern, file string) bool {
	return matchParts(strings.Split(path.Clean(pattern), "/"), strings.Split(file, "/"))
}

func matchParts(pattern, parts []string) bool {
	for len(pattern) > 0 && pattern[0] != "**" {
		if len(parts) == 0 {
			return false
		}
		if ok, err := path.Match(pattern[0], parts[0]); !ok || err != nil {
			return false
		}
		pattern, parts = pattern[1:], parts[1:]
	}
	if len(pattern) == 0 {
		return len(parts) == 0
	}
	for i := range len(parts) + 1 {
		if matchParts(pattern[1:], parts[i:]) {
			return true
		}
	}
	return false
}

// checkGlob says what is wrong with a glob; "" where nothing is. Two ** are enough
// for any path, and more would make matching slow.
func checkGlob(pattern string) string {
	switch _, err := path.Match(pattern, ""); {
	case err != nil:
		return "is no glob: brackets must be closed, and a backslash needs a character behind it"
	case strings.HasPrefix(pattern, "/"), strings.HasPrefix(path.Clean(pattern), ".."):
		return "leads out of the config's folder; expected a relative path such as compose.dev.yml"
	case strings.Count(pattern, "**") > 2, len(pattern) > 1000:
		return "is too long; expected at most two ** and 1,000 characters"
	}
	return ""
}
