package index

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// secrets lists the swarm secrets that the app can need. Names and versions
// come from the interpolated `name:`, never from the spelling of a variable:
// recipes break that pattern.
func (s *study) secrets() []catalogue.Secret {
	var secrets []catalogue.Secret
	seen := map[string]bool{}
	for _, from := range s.stacks {
		for _, object := range from.Secrets {
			secret := s.secret(from, object)
			if !seen[secret.Name] {
				seen[secret.Name] = true
				secrets = append(secrets, secret)
			}
		}
	}
	slices.SortFunc(secrets, func(a, b catalogue.Secret) int { return cmp.Compare(a.Name, b.Name) })
	return secrets
}

func (s *study) secret(from *stack.Stack, object *stack.Object) catalogue.Secret {
	if object.Name == "" {
		return catalogue.Secret{Name: object.Key, Generate: true}
	}
	variable := versionVariable(s.rawName(from.Files, object.Key))
	name, version := splitName(strings.TrimPrefix(object.Name, from.Name+"_"), variable != "")
	set := s.sampleVar(cmp.Or(variable, "SECRET_"+strings.ToUpper(name)+"_VERSION"))
	length, _ := strconv.Atoi(set.Modifiers["length"])
	return catalogue.Secret{
		Name: name, Version: cmp.Or(version, set.Value), Length: length,
		Charset: set.Modifiers["charset"], Generate: set.Modifiers["generate"] != "false",
	}
}

// versionEnd is a variable at the end of a secret's name as written:
// ${STACK_NAME}_db_password_${SECRET_DB_PASSWORD_VERSION}.
var versionEnd = regexp.MustCompile(`_\$(?:\{(\w+)[^{}]*\}|(\w+))$`)

func versionVariable(raw string) string {
	found := versionEnd.FindStringSubmatch(raw)
	if found == nil {
		return ""
	}
	return found[1] + found[2]
}

var literalVersion = regexp.MustCompile(`_v\d+$`)

// splitName cuts the version off a secret's name, where there is one.
func splitName(name string, versioned bool) (base, version string) {
	at := strings.LastIndexByte(name, '_')
	if at < 0 || !versioned && !literalVersion.MatchString(name) {
		return name, ""
	}
	return name[:at], name[at+1:]
}

// sampleVar is the variable in .env.sample, its last active assignment, else
// its first commented one; modifiers come from wherever they stand.
func (s *study) sampleVar(key string) recipe.EnvVar {
	var found recipe.EnvVar
	if s.recipe.EnvSample == nil {
		return found
	}
	for _, v := range s.recipe.EnvSample.Vars() {
		if v.Key == key {
			found = v
		}
	}
	for _, v := range s.recipe.EnvSample.Commented() {
		if v.Key == key && found.Key == "" {
			found = v
		}
		if v.Key == key && len(found.Modifiers) == 0 {
			found.Modifiers = v.Modifiers
		}
	}
	return found
}

// rawName is a secret's `name:` as written; the last file that has it wins.
func (s *study) rawName(files []string, key string) string {
	for _, path := range slices.Backward(files) {
		for _, file := range s.recipe.Compose {
			if file.Path != path {
				continue
			}
			if name := child(child(child(file.Root, "secrets"), key), "name"); name != nil {
				return name.Value
			}
		}
	}
	return ""
}

// child is the value of a key in a mapping, through an alias; nil where there is none.
func child(node *yaml.Node, key string) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}
