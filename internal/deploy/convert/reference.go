package convert

import (
	"cmp"
	"os"
	"slices"
	"strconv"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/stack"
)

// file is where a secret or config appears in the container.
type file struct {
	object, target, uid, gid string
	mode                     os.FileMode
}

func (s service) secretRefs() []*swarm.SecretReference {
	refs := []*swarm.SecretReference{}
	for _, f := range s.files("secret", s.Secrets, s.converter.Secrets) {
		refs = append(refs, &swarm.SecretReference{
			SecretName: f.object,
			File:       &swarm.SecretReferenceFileTarget{Name: f.target, UID: f.uid, GID: f.gid, Mode: f.mode},
		})
	}
	return refs
}

func (s service) configRefs() []*swarm.ConfigReference {
	refs := []*swarm.ConfigReference{}
	for _, f := range s.files("config", s.Configs, s.converter.Configs) {
		refs = append(refs, &swarm.ConfigReference{
			ConfigName: f.object,
			File:       &swarm.ConfigReferenceFileTarget{Name: f.target, UID: f.uid, GID: f.gid, Mode: f.mode},
		})
	}
	if o := s.credentialConfig(); o != nil {
		refs = append(refs, &swarm.ConfigReference{ConfigName: s.scope(o.Key, o.Name), Runtime: &swarm.ConfigReferenceRuntimeTarget{}})
	}
	sortByName(refs, func(r *swarm.ConfigReference) string { return r.ConfigName })
	return refs
}

// files are sorted by name, so that another order in the file does not
// restart the service.
func (s service) files(kind string, refs []stack.FileRef, objects []*stack.Object) []file {
	files := make([]file, 0, len(refs))
	for i, ref := range refs {
		o := find(objects, ref.Source)
		if o == nil {
			s.undefined(s.path(kind+"s", strconv.Itoa(i)), kind, ref.Source)
			continue
		}
		files = append(files, newFile(s.scope(o.Key, o.Name), ref))
	}
	slices.SortFunc(files, func(a, b file) int {
		return cmp.Or(cmp.Compare(a.object, b.object), cmp.Compare(a.target, b.target))
	})
	return files
}

// newFile fills in the defaults of compose: named as its key, owned by root,
// readable by all.
func newFile(object string, ref stack.FileRef) file {
	f := file{
		object: object,
		target: cmp.Or(ref.Target, ref.Source),
		uid:    cmp.Or(ref.UID, "0"),
		gid:    cmp.Or(ref.GID, "0"),
		mode:   0o444,
	}
	if ref.Mode != nil {
		f.mode = os.FileMode(*ref.Mode)
	}
	return f
}

func find(objects []*stack.Object, key string) *stack.Object {
	for _, o := range objects {
		if o.Key == key {
			return o
		}
	}
	return nil
}
