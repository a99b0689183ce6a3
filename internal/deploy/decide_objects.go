package deploy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"reflect"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/convert"
)

// LabelHash is the label that remembers what a secret was made from: its value
// cannot be read back. Only secrets from files of the recipe carry it, and
// those are public.
const LabelHash = "tech.coopcloud.sha256"

// maxObjectName is Swarm's limit for names of secrets and configs.
const maxObjectName = 64

// Configs and secrets cannot change. Where the swarm holds other bytes under
// the name, as after a forgotten version bump, the new bytes get a name with
// their hash, and the services follow.

// hashedName is the name under which content goes into the swarm when plain is
// taken by other content.
func hashedName(plain, hash string) string {
	suffix := "_" + hash[:8]
	return plain[:min(len(plain), maxObjectName-len(suffix))] + suffix
}

// contentHash covers all that Swarm refuses to change.
func contentHash(data []byte, templating *swarm.Driver) string {
	hash := sha256.New()
	hash.Write(data)
	if templating != nil {
		hash.Write([]byte{0})
		hash.Write([]byte(templating.Name))
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// configNames lists every name that a config of the stack may have in the
// swarm.
func configNames(want *convert.Specs) []string {
	names := append([]string(nil), want.ExternalConfigs...)
	for _, config := range want.Configs {
		names = append(names, config.Name, hashedName(config.Name, contentHash(config.Data, config.Templating)))
	}
	return names
}

func (d *decider) configs() {
	for _, want := range d.want.Configs {
		plain, hash := want.Name, contentHash(want.Data, want.Templating)
		have, found := d.config(plain)
		if found && !sameConfig(have, want) {
			want.Name = hashedName(plain, hash)
			d.renamed(ConfigKind, plain, want.Name)
			have, found = d.config(want.Name)
		}
		d.object(Action{Kind: ConfigKind, Name: want.Name, config: &want}, found, have.ID, have.Version, have.Spec.Labels, want.Labels)
	}
}

func sameConfig(have swarm.Config, want swarm.ConfigSpec) bool {
	return bytes.Equal(have.Spec.Data, want.Data) && sameDriver(have.Spec.Templating, want.Templating)
}

func sameDriver(a, b *swarm.Driver) bool {
	return (a == nil) == (b == nil) && (a == nil || a.Name == b.Name)
}

func (d *decider) secrets() {
	for _, want := range d.want.Secrets {
		plain, hash := want.Name, contentHash(want.Data, want.Templating)
		want.Labels = maps.Clone(want.Labels)
		have, found := d.secret(plain)
		switch known := have.Spec.Labels[LabelHash]; {
		case want.Driver != nil: // its value is elsewhere
		case found && known == "":
			d.warn("secret %s was made by another tool: whether its value is what the recipe says cannot be checked", plain)
		case found && known != hash:
			want.Name = hashedName(plain, hash)
			d.renamed(SecretKind, plain, want.Name)
			have, found = d.secret(want.Name)
			want.Labels[LabelHash] = hash
		default:
			want.Labels[LabelHash] = hash
		}
		d.object(Action{Kind: SecretKind, Name: want.Name, secret: &want}, found, have.ID, have.Version, have.Spec.Labels, want.Labels)
	}
}

// object plans a secret or config, of which only labels can change.
func (d *decider) object(a Action, found bool, id string, version swarm.Version, have, want map[string]string) {
	a.ID, a.Index = id, version.Index
	switch {
	case !found:
		a.Op, a.Cause = Create, d.causes[a.Name]
	case reflect.DeepEqual(have, want):
		a.Op = Keep
	default:
		a.Op, a.Changes = Update, changes(labelFields(have), labelFields(want))
	}
	d.plan.Actions = append(d.plan.Actions, a)
}

func labelFields(labels map[string]string) fields {
	all := fields{}
	for key, value := range labels {
		all["Labels."+key] = value
	}
	return all
}

// renamed makes the services use the new name.
func (d *decider) renamed(kind Kind, plain, name string) {
	d.causes[name] = string(kind) + " " + plain + " holds other content, which Swarm cannot change"
	for i := range d.want.Services {
		container := d.want.Services[i].TaskTemplate.ContainerSpec
		for _, ref := range container.Secrets {
			if kind == SecretKind && ref.SecretName == plain {
				ref.SecretName = name
			}
		}
		for _, ref := range container.Configs {
			if kind == ConfigKind && ref.ConfigName == plain {
				ref.ConfigName = name
			}
		}
	}
}
