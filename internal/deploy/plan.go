package deploy

import (
	"slices"
	"time"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/convert"
	"coopcloud.tech/catalogue/internal/deploy/release"
)

// Op is what a plan does to one object of the swarm.
type Op string

const (
	Create  Op = "create"
	Update  Op = "update"
	Replace Op = "replace" // delete and create: Swarm cannot change it in place
	Keep    Op = "keep"    // no call at all
	Remove  Op = "remove"
)

// Kind is the kind of an object.
type Kind string

const (
	NetworkKind Kind = "network"
	SecretKind  Kind = "secret"
	ConfigKind  Kind = "config"
	ServiceKind Kind = "service"
)

// Plan is everything that a deploy does, decided before anything is written.
type Plan struct {
	App     string `json:"app"`
	Server  string `json:"server"`
	Stack   string `json:"stack"`
	Recipe  string `json:"recipe"`
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Running string `json:"running,omitempty"` // version label of what runs now
	Chaos   bool   `json:"chaos,omitempty"`   // a local recipe, of no released version

	Voucher *Voucher `json:"catalogue,omitempty"` // nil where no catalogue has a say

	Actions  []Action       `json:"actions"`            // in the order in which they are done
	Images   []ServiceImage `json:"images,omitempty"`   // what the services run afterwards
	Data     []Risk         `json:"data,omitempty"`     // what it means for volumes
	Warnings []string       `json:"warnings,omitempty"` // what the operator should know
	Refused  []string       `json:"refused,omitempty"`  // why it cannot be applied

	// DependsOn says which services each waits for, by full names; no circles.
	DependsOn map[string][]string `json:"depends_on,omitempty"`

	observed *swarmState
	auths    map[string]string     // repository → encoded registry credential
	images   map[string]imageFacts // familiar reference → what the registry says
	timeout  time.Duration         // 0: the default
	records  []release.Record      // of the stack, newest first
	env      []byte                // the app's env file
	kind     release.Kind          // "": Deploy or Upgrade, as the versions say
}

// Action is what becomes of one object. Exactly the payload of its kind is set,
// but for Remove, which needs none.
type Action struct {
	Op      Op       `json:"op"`
	Kind    Kind     `json:"kind"`
	Name    string   `json:"name"`
	Cause   string   `json:"cause,omitempty"`   // why, where the changes do not say it
	Changes []Change `json:"changes,omitempty"` // field by field
	ID      string   `json:"id,omitempty"`      // of the existing object
	Index   uint64   `json:"index,omitempty"`   // its version when the plan was made

	service *swarm.ServiceSpec
	network *convert.Network
	secret  *swarm.SecretSpec
	config  *swarm.ConfigSpec
}

// Change is one field that differs. From is nil for a field that is new, To
// for one that goes away. Values that look like passwords are replaced.
type Change struct {
	Field string  `json:"field"`
	From  *string `json:"from,omitempty"`
	To    *string `json:"to,omitempty"`
	Cause string  `json:"cause,omitempty"` // where neither the recipe nor the env is it
}

// Writes reports whether applying the plan changes anything.
func (p *Plan) Writes() bool {
	return slices.ContainsFunc(p.Actions, func(a Action) bool { return a.Op != Keep })
}

// auth is the registry credential for what the service runs; "" where there is
// none.
func (p *Plan) auth(spec swarm.ServiceSpec) string {
	return p.auths[repository(spec.TaskTemplate.ContainerSpec.Image)]
}

// services are the actions on services with one of the ops.
func (p *Plan) services(ops ...Op) []Action {
	var found []Action
	for _, a := range p.Actions {
		if a.Kind == ServiceKind && slices.Contains(ops, a.Op) {
			found = append(found, a)
		}
	}
	return found
}
