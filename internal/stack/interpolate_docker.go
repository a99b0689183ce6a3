package stack

import (
	"errors"
	"regexp"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"github.com/compose-spec/compose-go/v2/template"
)

// errDockerSubstitution is any refusal of Docker's own substitution.
var errDockerSubstitution = errors.New("invalid interpolation format")

// The grammar of docker/cli's compose/template: no nesting, no :+, and a $name
// without braces takes operators too. The groups are the escape, $name and ${name};
// none of them is an error. Behind the last closing brace no ${…} is looked for: each
// would be read to the end of the text, which takes hours for a megabyte of "${A:-".
const dockerName = `([_a-z][_a-z0-9]*(?::?[-?][^}]*)?)`

var (
	dockerSubstitution = regexp.MustCompile(`\$(?i:(\$)|` + dockerName + `|\{` + dockerName + `\}|())`)
	dockerUnclosed     = regexp.MustCompile(`\$(?i:(\$)|` + dockerName + `|())`)
)

// substituteLikeDocker is what Docker makes of s. Docker forgets an error when
// a later substitution of the same value succeeds; so does this.
func substituteLikeDocker(s string, look template.Mapping) (string, error) {
	var err error
	size := 0
	substitute := func(grammar *regexp.Regexp, s string) string {
		return grammar.ReplaceAllStringFunc(s, func(match string) string {
			groups := grammar.FindStringSubmatch(match)
			if groups[1] != "" {
				return "$"
			}
			var got string
			if got, err = dockerVariable(groups[2]+groups[3], look); err != nil {
				return ""
			}
			if size += len(got); size > recipe.MaxValueSize {
				return "" // our engine refuses such a value anyhow
			}
			return got
		})
	}
	closed := strings.LastIndexByte(s, '}') + 1
	result := substitute(dockerSubstitution, s[:closed]) + substitute(dockerUnclosed, s[closed:])
	return result, err
}

// dockerVariable resolves name, name:-default, name-default, name:?error and
// name?error, tried in this order wherever in the text the operator stands.
func dockerVariable(s string, look template.Mapping) (string, error) {
	if s == "" {
		return "", errDockerSubstitution
	}
	for _, op := range []string{":-", "-", ":?", "?"} {
		name, rest, found := strings.Cut(s, op)
		if !found {
			continue
		}
		value, ok := look(name)
		usable := ok && (value != "" || op[0] != ':')
		switch {
		case usable:
			return value, nil
		case strings.HasSuffix(op, "-"):
			return rest, nil
		default:
			return "", errDockerSubstitution
		}
	}
	value, _ := look(s)
	return value, nil
}
