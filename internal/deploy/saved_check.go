package deploy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Check compares the saved plan with the same plan made anew. It fails, with
// ErrRefused and what is another, where it would not do exactly what was saved.
func (s *SavedPlan) Check(now *Plan, client string) error {
	moved := s.moved(now)
	if len(moved) > 0 {
		return refused(fmt.Errorf("the swarm is not what it was when the plan was saved:\n%s\nPlan again: catalogue app plan %s --out FILE", strings.Join(moved, "\n"), s.App))
	}
	sum, err := now.fingerprint()
	if err != nil {
		return refused(err)
	}
	if sum != s.Fingerprint {
		return refused(fmt.Errorf("the saved plan would not be applied as it was saved: %s. Plan again: catalogue app plan %s --out FILE", s.reason(now, client), s.App))
	}
	return nil
}

// CheckSource tells whether the recipe is the one that the plan was made from.
func (s *SavedPlan) CheckSource(source Source) error {
	switch {
	case source.Recipe != s.Recipe:
		return refused(fmt.Errorf("the plan was made for recipe %s, and the app's env names %s now", s.Recipe, source.Recipe))
	case source.Commit != s.Commit:
		return refused(fmt.Errorf("the plan was made from commit %.8s of recipe %s, and %s is commit %.8s now", s.Commit, s.Recipe, source.Version, source.Commit))
	}
	return nil
}

// CheckApp tells whether the plan was made for the app.
func (s *SavedPlan) CheckApp(app *App) error {
	if s.App != app.Domain || s.Server != app.Server || s.Stack != app.StackName() {
		return refused(fmt.Errorf("the plan was made for app %s on server %s (stack %s), and this is app %s on server %s (stack %s)",
			s.App, s.Server, s.Stack, app.Domain, app.Server, app.StackName()))
	}
	return nil
}

// reason tells why something else would be sent.
func (s *SavedPlan) reason(now *Plan, client string) string {
	env := sha256.Sum256(now.env)
	switch {
	case hex.EncodeToString(env[:]) != s.EnvHash:
		return "the app's env was changed since"
	case s.Chaos:
		return "the local copy of the recipe was changed since"
	case s.Client != client:
		return fmt.Sprintf("it was made by version %s of this program, and version %s plans otherwise", s.Client, client)
	}
	return "the file is not as it was written"
}

// moved lists what happened to the objects that the plan was made for.
func (s *SavedPlan) moved(now *Plan) []string {
	var lines []string
	is := now.found()
	for _, was := range s.Observed {
		at := slices.IndexFunc(is, was.same)
		switch {
		case at < 0:
			lines = append(lines, fmt.Sprintf("%s %s: someone removed it", was.Kind, was.Name))
		case was.changed(is[at]):
			lines = append(lines, fmt.Sprintf("%s %s: someone changed it", was.Kind, was.Name))
		}
	}
	for _, one := range is {
		if !slices.ContainsFunc(s.Observed, one.same) {
			lines = append(lines, fmt.Sprintf("%s %s: someone made it", one.Kind, one.Name))
		}
	}
	return lines
}

func (o Observed) same(other Observed) bool { return o.Kind == other.Kind && o.Name == other.Name }

// changed tells whether it is another object, or has another spec. The
// orchestrator itself moves indexes while it works.
func (o Observed) changed(now Observed) bool {
	return o.ID != now.ID || o.Index != now.Index && o.Spec != now.Spec
}

// found are the objects of the swarm that the plan has to do with.
func (p *Plan) found() []Observed {
	list := []Observed{}
	for _, service := range p.observed.Services {
		list = append(list, Observed{ServiceKind, service.Spec.Name, service.ID, service.Version.Index, hashOf(service.Spec)})
	}
	for _, o := range p.named() {
		if have := find(p.observed, o); have.id != "" {
			one := Observed{Kind: o.kind, Name: o.name, ID: have.id, Index: have.version.Index}
			if o.kind != NetworkKind {
				one.Spec = hashOf(have.labels)
			}
			list = append(list, one)
		}
	}
	return list
}

// named are the networks, secrets and configs that the plan's services use, each
// once.
func (p *Plan) named() []object {
	specs := p.specs()
	var list []object
	for kind, names := range map[Kind][]string{NetworkKind: specs.NetworkNames(), SecretKind: specs.SecretNames(), ConfigKind: specs.ConfigNames()} {
		for _, name := range names {
			list = append(list, object{kind, name})
		}
	}
	for _, a := range p.Actions {
		if a.Kind != ServiceKind && !slices.Contains(list, a.object()) {
			list = append(list, a.object())
		}
	}
	slices.SortFunc(list, func(a, b object) int {
		return strings.Compare(string(a.kind)+" "+a.name, string(b.kind)+" "+b.name)
	})
	return list
}

// fingerprint covers every byte that applying the plan would send.
func (p *Plan) fingerprint() (string, error) {
	hash := sha256.New()
	encoder := json.NewEncoder(hash)
	var errs []error
	for _, a := range p.Actions {
		if a.Op != Keep {
			errs = append(errs, encoder.Encode([]any{a.Op, a.Kind, a.Name, a.ID, a.service, a.network, a.secret, a.config}))
		}
	}
	return hex.EncodeToString(hash.Sum(nil)), errors.Join(errs...)
}

func hashOf(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		panic("deploy: a spec of the engine does not survive JSON: " + err.Error())
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
