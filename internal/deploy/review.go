package deploy

import (
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// Step is what one version asks of operators who come from the version before.
type Step struct {
	Version   string     `json:"version"`
	Note      string     `json:"note,omitempty"`      // release/<version>, as its maintainer wrote it
	Variables []Variable `json:"variables,omitempty"` // to be set in the app's env
	Secrets   []string   `json:"secrets,omitempty"`   // to be generated or inserted
	Changes   []Change   `json:"changes,omitempty"`   // of configs' and secrets' versions and published ports
}

// Variable is a line of the env sample that the app's env lacks.
type Variable struct {
	Name   string `json:"name"`
	Sample string `json:"sample"` // the value that the sample gives it
}

// Empty reports whether the step asks for nothing and says nothing.
func (s Step) Empty() bool {
	return s.Note == "" && len(s.Variables)+len(s.Secrets)+len(s.Changes) == 0
}

// Review says what the version asks of an app that has the env. before is the
// version before it, and nil where that is not known.
func Review(env *recipe.EnvFile, before *Source, version Source) (Step, error) {
	now, err := version.read()
	if err != nil {
		return Step{}, err
	}
	step := Step{Version: version.Version, Note: noteOf(now, version.Version)}
	known := &recipe.EnvFile{}
	if before != nil {
		old, err := before.read()
		if err != nil {
			return Step{}, err
		}
		known = sampleOf(old)
		step.compare(env, old, now)
	}
	for _, line := range sampleOf(now).Vars() {
		_, old := known.Get(line.Key)
		if _, set := env.Get(line.Key); !old && !set {
			step.add(line)
		}
	}
	return step, nil
}

func sampleOf(r *recipe.Recipe) *recipe.EnvFile {
	if r.EnvSample == nil {
		return &recipe.EnvFile{}
	}
	return r.EnvSample
}

func noteOf(r *recipe.Recipe, version string) string {
	at := slices.IndexFunc(r.Notes, func(n recipe.Note) bool { return n.Version == version })
	if at < 0 {
		return ""
	}
	return strings.TrimSpace(r.Notes[at].Text)
}

func (s *Step) add(line recipe.EnvVar) {
	named := func(v Variable) bool { return v.Name == line.Key }
	if slices.ContainsFunc(s.Variables, named) {
		return
	}
	s.Variables = append(s.Variables, Variable{line.Key, line.Value})
	if name, isSecret := strings.CutPrefix(line.Key, "SECRET_"); isSecret {
		if name, isVersion := strings.CutSuffix(name, "_VERSION"); isVersion {
			s.Secrets = append(s.Secrets, strings.ToLower(name))
		}
	}
}
