package stack

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/template"
)

// interpolate replaces ${…} in every string below v, keys excepted, as Docker
// does. A value that cannot be expanded is reported and dropped.
func (r *reader) interpolate(v *value, path string) (ok bool) {
	switch v.kind {
	case text:
		return r.expandValue(v, path)
	case list:
		kept := v.list[:0]
		for i, item := range v.list {
			if r.interpolate(item, join(path, strconv.Itoa(i))) {
				kept = append(kept, item)
			}
		}
		v.list = kept
	case mapping:
		kept := v.entries[:0]
		for _, e := range v.entries {
			if r.interpolate(e.value, join(path, e.key)) {
				kept = append(kept, e)
			}
		}
		v.entries = kept
	}
	return true
}

func (r *reader) expandValue(v *value, path string) bool {
	written := v.data.(string)
	if !strings.Contains(written, "$") {
		return true
	}
	x := expansion{look: r.lookup, lack: map[string]bool{}}
	got, err := "", errTooLarge
	docker, dockerErr := "", error(nil)
	if r.left.expanded > 0 {
		got, err = x.expand(written)
		docker, dockerErr = substituteLikeDocker(written, r.lookup)
		if !r.left.expanded.take(len(got) + len(docker)) {
			err = errTooLarge
		}
	}
	if d := judge(written, got, err, docker, dockerErr, x.unset(written)); d.Code != "" {
		d.Span, d.Via, d.Path = v.span, v.via, path
		r.report(d)
	}
	v.data, v.expanded = got, docker != written
	if err != nil && dockerErr == nil && r.left.expanded > 0 { // Docker reads on with this, and may refuse it
		v.data, v.unusable = docker, true
	}
	return err == nil || v.unusable
}

// judge compares what the two readers of ${…} make of one value. Messages show
// what the file says, never what became of it: that may be a secret.
func judge(written, got string, err error, docker string, dockerErr error, unset []string) Diagnostic {
	d := Diagnostic{Code: CodeInterpolation, Docker: Refuse, Engine: Refuse}
	shown := clip(written)
	if err != nil && dockerErr == nil {
		d.Docker = Mangle
	}
	switch required := (*template.MissingRequiredError)(nil); {
	case errors.As(err, &required):
		d.Code = CodeRequiredVariable
		d.Message = fmt.Sprintf("%q needs a value for %s; set it in the app's env", shown, required.Variable)
	case errors.Is(err, errNesting), errors.Is(err, errTooLarge):
		d.Message = fmt.Sprintf("%q: %s; write it shorter", shown, err)
	case err != nil:
		d.Message = fmt.Sprintf("%q is no valid ${…}; write $$ for a literal dollar sign", shown)
	case dockerErr != nil:
		d.Engine = Accept
		d.Message = fmt.Sprintf("docker stack deploy cannot read %q: it knows only $X, ${X}, ${X:-default}, ${X-default}, ${X:?error} and ${X?error}; write $$ for a literal dollar sign", shown)
	case docker != got:
		d.Code, d.Docker, d.Engine = CodeSubstitution, Mangle, Accept
		d.Message = fmt.Sprintf("docker stack deploy misreads %q: it does not nest ${…}, and takes an operator after $X for part of it; write ${X} and one level of defaults", shown)
	case len(unset) > 0:
		d.Code, d.Docker, d.Engine = CodeUnsetVariable, Mangle, Mangle
		d.Message = fmt.Sprintf("%s has no value here and becomes empty; set it, or give a default as in ${%s:-default}", strings.Join(unset, ", "), unset[0])
	default:
		return Diagnostic{}
	}
	return d
}

// clip shortens a value for a message.
func clip(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}
