package deploy

import "coopcloud.tech/catalogue/internal/recipe"

// VarState is how one variable stands in an app's env and in the recipe's
// .env.sample.
type VarState string

const (
	VarSet      VarState = "set"      // in both
	VarMissing  VarState = "missing"  // the sample sets it, the env does not
	VarOptional VarState = "optional" // commented out in the sample, and not set
	VarUnknown  VarState = "unknown"  // the sample does not know it
)

// CheckedVar is one variable of an app's env or of the sample.
type CheckedVar struct {
	Name   string   `json:"name"`
	State  VarState `json:"state"`
	Sample string   `json:"sample,omitempty"` // what the sample says, where the env does not
}

// Check compares an app's env with the sample of the recipe: first what the sample
// knows, then what only the env has, each in the order of its file.
func Check(app *App, source Source) ([]CheckedVar, error) {
	r, err := source.read()
	if err != nil {
		return nil, err
	}
	c := checker{env: app.Env, seen: map[string]bool{}, list: []CheckedVar{}}
	sample := sampleOf(r)
	for _, line := range sample.Vars() {
		c.add(line, VarMissing)
	}
	for _, line := range sample.Commented() {
		c.add(line, VarOptional)
	}
	for _, line := range app.Env.Vars() {
		if !c.seen[line.Key] {
			c.seen[line.Key] = true
			c.list = append(c.list, CheckedVar{Name: line.Key, State: VarUnknown})
		}
	}
	return c.list, nil
}

type checker struct {
	env  *recipe.EnvFile
	seen map[string]bool
	list []CheckedVar
}

// add notes a variable of the sample once; unset is how it stands where the env
// lacks it.
func (c *checker) add(line recipe.EnvVar, unset VarState) {
	if c.seen[line.Key] {
		return
	}
	c.seen[line.Key] = true
	if _, set := c.env.Get(line.Key); set {
		c.list = append(c.list, CheckedVar{Name: line.Key, State: VarSet})
		return
	}
	c.list = append(c.list, CheckedVar{Name: line.Key, State: unset, Sample: line.Value})
}
