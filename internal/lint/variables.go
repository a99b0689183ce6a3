package lint

import (
	"regexp"
	"strings"
)

// variable is one ${NAME} of a value as written.
type variable struct {
	name       string
	hasDefault bool
}

var dollar = regexp.MustCompile(`\$\$|\$([A-Za-z_][A-Za-z0-9_]*)|\$\{([A-Za-z_][A-Za-z0-9_]*)(:?-)?`)

// variables lists the variables of a value as written; $$ is a dollar sign.
func variables(raw string) []variable {
	if !strings.Contains(raw, "$") {
		return nil
	}
	var out []variable
	for _, m := range dollar.FindAllStringSubmatch(raw, -1) {
		if name := m[1] + m[2]; name != "" {
			out = append(out, variable{name: name, hasDefault: m[3] != ""})
		}
	}
	return out
}
