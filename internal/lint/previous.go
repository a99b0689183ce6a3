package lint

import (
	"regexp"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// before is the last release with all its overlays.
func (in *Input) before() *stack.Stack {
	if in.released == nil {
		r := in.Facts.Previous.Recipe
		env := stack.NewEnv(r, r.EnvSample, stack.Name(placeholderDomain))
		in.released = stack.Load(r, env, with(fileSet(env), paths(r)...))
	}
	return in.released
}

// enabled is the variant that .env.sample enables.
func (in *Input) enabled() *Variant {
	for i := range in.Variants {
		if slices.Equal(in.Variants[i].Files, in.set) {
			return &in.Variants[i]
		}
	}
	return &in.Variants[0]
}

// latest are the tags of the highest version that is known: those of these files,
// else the last release before this commit, else the newest of all.
func (in *Input) latest() []string {
	if len(in.Facts.Released) > 0 {
		return in.Facts.Released
	}
	if previous := in.Facts.Previous; previous != nil {
		return []string{previous.Version}
	}
	var newest *semver.Version
	var names []string
	for _, tag := range *in.Facts.Tags {
		v := parseVersion(tag.Name)
		switch {
		case v == nil || newest != nil && v.LessThan(newest):
		case newest == nil || v.GreaterThan(newest):
			newest, names = v, []string{tag.Name}
		default:
			names = append(names, tag.Name)
		}
	}
	return names
}

// parseVersion reads X.Y.Z+UPSTREAM; of image tags behind the + it takes what
// semver does not. Nil where it is no version.
func parseVersion(s string) *semver.Version {
	core, _, _ := strings.Cut(s, "+")
	if !versionTag.MatchString(core) {
		return nil
	}
	v, err := semver.NewVersion(core)
	if err != nil {
		return nil
	}
	return v
}

// exported is the export of abra.sh with the name.
func (in *Input) exported(name string) (recipe.Export, bool) {
	if in.Recipe.AbraSh == nil {
		return recipe.Export{}, false
	}
	exports := in.Recipe.AbraSh.Exports
	at := slices.IndexFunc(exports, func(e recipe.Export) bool { return e.Name == name })
	if at < 0 {
		return recipe.Export{}, false
	}
	return exports[at], true
}

// versionVariable is the variable that holds a config's version, the last one of
// its name. What names the app, as DOMAIN does, is none.
func (in *Input) versionVariable(v *Variant, key string) (variable, bool) {
	named := variables(in.raw(v, "configs", key, "name"))
	named = slices.DeleteFunc(named, func(v variable) bool { return slices.Contains(toolVariables, v.name) })
	if len(named) == 0 {
		return variable{}, false
	}
	return named[len(named)-1], true
}

var countedVersion = regexp.MustCompile(`^(v?)([0-9]{1,6})$`)
