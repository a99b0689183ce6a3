package deploy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// SavedPlan is a plan in a file, to be reviewed and then applied as it is. It
// holds neither secrets nor values of the app's env: applying it plans anew from
// the same recipe and today's env, and Check compares.
type SavedPlan struct {
	Format  int       `json:"format"`
	Made    time.Time `json:"made"`
	Client  string    `json:"client"` // version of the program that made it
	App     string    `json:"app"`
	Server  string    `json:"server"`
	Stack   string    `json:"stack"`
	Recipe  string    `json:"recipe"`
	Version string    `json:"version"`
	Commit  string    `json:"commit,omitempty"`
	Chaos   bool      `json:"chaos,omitempty"`

	Choices  SavedChoices            `json:"choices"`
	Images   map[string]engine.Image `json:"images"`   // what the registry said, by familiar reference
	Observed []Observed              `json:"observed"` // what the plan was made for

	EnvHash     string `json:"env_sha256"`  // of the app's env file, to tell whether it is what changed
	Fingerprint string `json:"fingerprint"` // sha256 of everything that would be sent
	Plan        *Plan  `json:"plan"`        // as it was shown, without values of the env
}

// SavedChoices are the operator's choices that a saved plan was made with.
type SavedChoices struct {
	Force         bool `json:"force,omitempty"`
	Pinned        bool `json:"pinned,omitempty"` // the version was the app's pin
	AcceptEnv     bool `json:"accept_env,omitempty"`
	NoLint        bool `json:"no_lint,omitempty"`
	SkipDomain    bool `json:"no_domain_checks,omitempty"`
	RequireDigest bool `json:"require_digest,omitempty"`
}

// Observed is one object of the swarm as a plan found it.
type Observed struct {
	Kind  Kind   `json:"kind"`
	Name  string `json:"name"`
	ID    string `json:"id"`
	Index uint64 `json:"index,omitempty"`  // its version
	Spec  string `json:"sha256,omitempty"` // of what can change in it: indexes move without a change
}

const (
	savedFormat = 1
	// maxSavedPlan is far more than any plan has.
	maxSavedPlan = 16 << 20
)

// Save makes a plan fit for a file. client is the version of this program.
func (p *Plan) Save(choices SavedChoices, client string) (*SavedPlan, error) {
	sum, err := p.fingerprint()
	if err != nil {
		return nil, err
	}
	known := map[string]engine.Image{}
	for ref, image := range p.images {
		if image.Ref != "" {
			known[ref] = image
		}
	}
	env := sha256.Sum256(p.env)
	return &SavedPlan{
		Format: savedFormat, Made: time.Now().UTC().Truncate(time.Second), Client: client,
		App: p.App, Server: p.Server, Stack: p.Stack, Recipe: p.Recipe, Version: p.Version, Commit: p.Commit, Chaos: p.Chaos,
		Choices: choices, Images: known, Observed: p.found(), EnvHash: hex.EncodeToString(env[:]), Fingerprint: sum, Plan: p.withoutEnv(),
	}, nil
}

// withoutEnv is the plan with only the names of the env variables that change.
func (p *Plan) withoutEnv() *Plan {
	shown := *p
	shown.Actions = make([]Action, len(p.Actions))
	for i, a := range p.Actions {
		changes := append([]Change(nil), a.Changes...)
		for j, change := range changes {
			if strings.HasPrefix(change.Field, fieldName(envPath+".")) {
				changes[j].From, changes[j].To = hide(change.From), hide(change.To)
			}
		}
		a.Changes = changes
		shown.Actions[i] = a
	}
	return &shown
}

func hide(value *string) *string {
	if value == nil {
		return nil
	}
	text := hidden
	return &text
}

// WriteFile writes the plan at once, readable by its owner only.
func (s *SavedPlan) WriteFile(path string) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return writePrivate(path, append(data, '\n'))
}

// ReadSavedPlan reads what WriteFile wrote. Errors wrap ErrRefused.
func ReadSavedPlan(path string) (*SavedPlan, error) {
	data, err := readBounded(path, maxSavedPlan)
	if err != nil {
		return nil, refused(fmt.Errorf("saved plan: %w", err))
	}
	s, err := decodeSavedPlan(data)
	if err != nil {
		return nil, refused(fmt.Errorf("%s is no saved plan: %w; make one with: catalogue app plan APP --out FILE", path, err))
	}
	return s, nil
}

func decodeSavedPlan(data []byte) (*SavedPlan, error) {
	var s SavedPlan
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, err
	}
	switch {
	case s.Format != savedFormat:
		return nil, fmt.Errorf("it has format %d, and this program reads %d", s.Format, savedFormat)
	case s.App == "", s.Stack == "", s.Recipe == "", s.Fingerprint == "", s.Plan == nil:
		return nil, fmt.Errorf("it lacks an app, a stack, a recipe, a fingerprint or a plan")
	}
	if s.Images == nil {
		s.Images = map[string]engine.Image{} // not nil: no registry is asked
	}
	return &s, nil
}

// readBounded reads a regular file of at most limit bytes.
func readBounded(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes", path, limit)
	}
	return data, err
}
