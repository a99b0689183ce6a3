package deploy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/deploy/release"
	"coopcloud.tech/catalogue/internal/recipe"
)

// lostChanges tells why a deploy of the app's env would silently undo what
// another operator changed in theirs: for some keys the last release has another
// value, which someone else deployed, and the app's env still has the value from
// before. A value that no release had was changed here, on purpose, and so was
// one that this operator has deployed since. The version has a check of its own.
func lostChanges(p *Plan, who string, o Options) string {
	deployed := slices.DeleteFunc(slices.Clone(p.records), func(r release.Record) bool {
		return r.Env == nil || !r.Stands() || r.Kind == release.Rollback
	})
	if len(deployed) < 2 || o.AcceptEnv {
		return ""
	}
	last, here := envOf(deployed[0]), vars(recipe.ParseEnv("env", p.env))
	var keys []string
	for _, key := range allKeys(last, here) {
		if key != "TYPE" && key != "RECIPE" && last[key] != here[key] && changedElsewhere(deployed, key, here[key], who) {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return ""
	}
	return fmt.Sprintf("release %d, by %s, was deployed with other values of %s, and the app's env still has the values from before. "+
		"Look with: catalogue app config %s --from-release. If yours are right, run again with --accept-env",
		deployed[0].Number, deployed[0].Who, strings.Join(keys, ", "), p.App)
}

// changedElsewhere reports whether the app's value is that of an earlier release,
// and whether everybody who deployed since then was somebody else.
func changedElsewhere(deployed []release.Record, key string, value setting, who string) bool {
	for _, record := range deployed {
		switch {
		case envOf(record)[key] == value:
			return true
		case record.Who == who:
			return false // who had the new value, and chose the old one again
		}
	}
	return false
}

// setting is a value, or that there is none.
type setting struct {
	value string
	set   bool
}

func envOf(r release.Record) map[string]setting { return vars(recipe.ParseEnv("env", r.Env)) }

// vars are the assignments as they are written. The last one of a key counts.
func vars(file *recipe.EnvFile) map[string]setting {
	all := map[string]setting{}
	for _, v := range file.Vars() {
		all[v.Key] = setting{v.Value, true}
	}
	return all
}

func allKeys(a, b map[string]setting) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}
