package stack

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func (d *decoder) mounts(v *value, path string) []Mount {
	if v == nil {
		return nil
	}
	mounts := make([]Mount, 0, len(v.list))
	for i, item := range v.list {
		mount, err := parseVolume(item.str())
		if item.kind == mapping {
			mount, err = longMount(item), nil
		}
		if err != nil && !overlongDrive(item.str()) {
			continue // the dialect's check has reported it
		}
		if item.kind == text && windowsDrive.MatchString(item.str()) {
			effect := Accept
			if err != nil {
				effect = Refuse
			}
			d.report(Diagnostic{
				Code: CodeWindowsDrive, Span: item.span, Via: item.via, Path: join(path, strconv.Itoa(i)), Docker: Mangle, Engine: effect,
				Message: "docker stack deploy takes the volume's one-letter name for a Windows drive; give it a longer name, or write the long form",
			})
		}
		if err != nil {
			continue
		}
		d.expandHome(&mount)
		if mount.Type == "bind" && mount.Source == "" {
			d.fault(item, join(path, strconv.Itoa(i)), "a bind needs a source")
			continue
		}
		d.spans[join(path, mount.Target)] = item.span
		mounts = append(mounts, mount)
	}
	return mounts
}

// expandHome puts the app's HOME for a leading ~, as Docker does.
func (d *decoder) expandHome(m *Mount) {
	if m.Type != "bind" || !strings.HasPrefix(m.Source, "~") {
		return
	}
	if home, ok := d.lookup("HOME"); ok {
		m.Source = home + m.Source[1:]
	}
}

var windowsDrive = regexp.MustCompile(`^[a-zA-Z]:`)

// overlongDrive says whether a mount has a colon too many, and Docker does not
// see it: it takes the first one for that of a drive.
func overlongDrive(spec string) bool {
	_, err := parseVolume(spec)
	return err != nil && windowsDrive.MatchString(spec) && !slices.Contains(strings.Split(spec, ":"), "")
}

func longMount(v *value) Mount {
	tmpfs := v.get("tmpfs")
	size, _ := whole(tmpfs.get("size"))
	return Mount{
		Type:        v.get("type").str(),
		Source:      v.get("source").str(),
		Target:      v.get("target").str(),
		Consistency: v.get("consistency").str(),
		ReadOnly:    flag(v.get("read_only")),
		Propagation: v.get("bind").get("propagation").str(),
		NoCopy:      flag(v.get("volume").get("nocopy")),
		Subpath:     v.get("volume").get("subpath").str(),
		TmpfsSize:   size,
	}
}

// propagations are the bind options of the short form.
var propagations = []string{"rprivate", "private", "rshared", "shared", "rslave", "slave"}

// parseVolume decodes [source:]target[:options]. Unlike Docker it knows no
// Windows drives: swarms that recipes meet are Linux, and a volume may be named d.
func parseVolume(spec string) (Mount, error) {
	parts := strings.Split(spec, ":")
	switch {
	case spec == "":
		return Mount{}, errors.New("it is empty")
	case len(spec) > 2 && slices.Contains(parts, ""):
		return Mount{}, errors.New("nothing stands between two colons")
	case len(spec) <= 2 || len(parts) == 1:
		return Mount{Type: "volume", Target: spec}, nil
	case len(parts) > 3:
		return Mount{}, errors.New("it has too many colons")
	}
	mount := Mount{Type: "volume", Source: parts[0], Target: parts[1]}
	if strings.ContainsRune("./~", rune(parts[0][0])) {
		mount.Type = "bind"
	}
	if len(parts) == 3 {
		mount.options(parts[2])
	}
	return mount, nil
}

// options reads the short form's options; Docker passes over unknown ones.
func (m *Mount) options(spec string) {
	for option := range strings.SplitSeq(spec, ",") {
		switch {
		case option == "ro":
			m.ReadOnly = true
		case option == "rw":
			m.ReadOnly = false
		case option == "nocopy":
			m.NoCopy = true
		case slices.Contains(propagations, option):
			m.Propagation = option
		}
	}
}

func sortMounts(mounts []Mount) {
	slices.SortStableFunc(mounts, func(a, b Mount) int { return cmp.Compare(a.Target, b.Target) })
}

// fileRefs decodes the uses of secrets or configs.
func (d *decoder) fileRefs(v *value, path string) []FileRef {
	if v == nil {
		return nil
	}
	refs := make([]FileRef, 0, len(v.list))
	for _, item := range v.list {
		ref := FileRef{Source: item.str()}
		if item.kind == mapping {
			ref = FileRef{
				Source: item.get("source").str(), Target: item.get("target").str(),
				UID: item.get("uid").str(), GID: item.get("gid").str(),
			}
			if item.get("mode") != nil {
				ref.Mode = new(short(item.get("mode")))
			}
		}
		d.spans[join(path, ref.key())] = item.span
		refs = append(refs, ref)
	}
	return refs
}

// key is what a use is merged by: the file that it makes. Docker goes by the
// source and so loses a secret that is mounted twice.
func (r FileRef) key() string { return cmp.Or(r.Target, r.Source) }

func sortFileRefs(refs []FileRef) {
	slices.SortStableFunc(refs, func(a, b FileRef) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Target, b.Target))
	})
}
