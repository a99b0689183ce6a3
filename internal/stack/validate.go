package stack

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// validator holds one file against the dialect. It takes out of the tree what
// cannot be used, so that decoding can rely on the types that are left.
type validator struct {
	minor  int // of the version that the file declares
	report func(Diagnostic)
}

// say reports a fault of v, shown at span.
func (c *validator) say(v *value, span recipe.Span, path, code string, docker, engine Effect, message string) {
	c.report(Diagnostic{Code: code, Span: span, Via: v.via, Path: path, Docker: docker, Engine: engine, Message: message})
}

// mustDrop reports whether v cannot be used at all. key is where its name stands.
func (c *validator) mustDrop(v *value, r *rule, path string, key recipe.Span) bool {
	drop := c.meetsFate(v, r, path, key) || v.unusable
	for _, fault := range v.faults {
		c.report(fault)
	}
	if r.since > c.minor {
		c.say(v, key, path, CodeNewerKey, Refuse, Accept, fmt.Sprintf(
			"%s came with version 3.%d of the format and this file declares 3.%d; raise the version", lastName(path), r.since, c.minor))
	}
	if v.kind&r.kind == 0 && !c.coerce(v, r, path) {
		return true
	}
	switch {
	case v.kind&r.kind == 0: // a form that only our engine reads
	case v.kind == mapping:
		c.checkForm(v, r, path)
		return c.mapping(v, r, path, key) || drop
	case v.kind == list:
		c.list(v, r, path)
	default:
		return c.scalar(v, r, path) || drop
	}
	return drop
}

// checkForm reports a long form that the file's version does not have.
func (c *validator) checkForm(v *value, r *rule, path string) {
	if r.form > c.minor {
		c.say(v, v.span, path, CodeNewerKey, Refuse, Accept, fmt.Sprintf(
			"%s: the long form came with version 3.%d of the format and this file declares 3.%d; raise the version", lastName(path), r.form, c.minor))
	}
}

// meetsFate reports what becomes of a key that is not just used.
func (c *validator) meetsFate(v *value, r *rule, path string, key recipe.Span) (drop bool) {
	f := r.fate
	if f == nil {
		return false
	}
	c.say(v, key, path, f.code, f.docker, f.engine, fmt.Sprintf("%s: %s", lastName(path), f.message))
	return f.engine == Refuse || f.engine == Ignore && f.docker == Refuse
}

// scalar checks a single value of the right type.
func (c *validator) scalar(v *value, r *rule, path string) (drop bool) {
	if r.check != nil {
		fault := r.check(v)
		if fault != "" {
			c.say(v, v.span, path, CodeInvalidValue, Refuse, Refuse, fmt.Sprintf("%s: %s", lastName(path), fault))
		}
		return fault != ""
	}
	if v.kind&number != 0 && r.kind&text != 0 && show(v.data) != v.source {
		c.say(v, v.span, path, CodeScalarMangled, Mangle, Mangle, fmt.Sprintf("YAML reads %s as %s; quote it", v.source, show(v.data)))
	}
	return false
}

// lastName is the last key of a path, with the index behind it.
func lastName(path string) string {
	dot := strings.LastIndexByte(path, '.')
	if _, err := strconv.Atoi(path[dot+1:]); err == nil && dot > 0 {
		dot = strings.LastIndexByte(path[:dot], '.')
	}
	return path[dot+1:]
}

// mapping checks the entries of v and drops those that cannot be used.
func (c *validator) mapping(v *value, r *rule, path string, key recipe.Span) (drop bool) {
	kept := v.entries[:0]
	for _, e := range v.entries {
		rule, known := c.ruleFor(e, r, path)
		if !known {
			if rule != nil { // what an object of no valid name holds has faults of its own
				c.mustDrop(e.value, rule, join(path, e.key), e.span)
			}
			continue
		}
		if rule == nil || !c.mustDrop(e.value, rule, join(path, e.key), e.span) {
			kept = append(kept, e)
		}
	}
	v.entries = kept
	for _, name := range r.required {
		if v.get(name) == nil {
			drop = true
			c.report(Diagnostic{
				Code: CodeMissingKey, Span: key, Via: v.via, Path: path, Docker: Refuse, Engine: Refuse,
				Message: fmt.Sprintf("the key %s is missing or wrong; add it", name),
			})
		}
	}
	return drop
}

// ruleFor finds the rule of one key, and whether it is known; nil means that
// anything goes.
func (c *validator) ruleFor(e entry, r *rule, path string) (*rule, bool) {
	if known := r.fields[e.key]; known != nil {
		return known, true
	}
	extension := strings.HasPrefix(e.key, "x-")
	switch {
	case r.rest != nil && (r.key == nil || r.key(e.key)):
		return r.rest, true
	case r.open && c.minor >= r.opened, extension && r.extend > 0 && c.minor >= r.extend:
		return nil, true
	}
	d := Diagnostic{
		Code: CodeUnknownKey, Span: e.span, Via: e.value.via, Path: join(path, e.key), Docker: Refuse, Engine: Refuse,
		Message: fmt.Sprintf("docker stack deploy does not know the key %q here%s; remove it", e.key, suggest(e.key, r.fields)),
	}
	switch {
	case r.open:
		d.Engine, d.Message = Accept, fmt.Sprintf("version 3.%d of the format does not know the key %q here; raise the version to 3.%d, or remove the key", c.minor, e.key, r.opened)
	case r.rest != nil:
		d.Message = fmt.Sprintf("%q cannot be a name here; use letters, digits, dots, dashes and underscores", e.key)
	case extension && r.extend > 0:
		d.Engine, d.Message = Accept, fmt.Sprintf("x- keys came here with version 3.%d of the format; raise the version", r.extend)
	}
	c.report(d)
	return r.rest, d.Engine != Refuse
}

func (c *validator) list(v *value, r *rule, path string) {
	if r.item == nil {
		return
	}
	kept := v.list[:0]
	seen := make(map[string]int, len(v.list))
	for i, item := range v.list {
		at := join(path, strconv.Itoa(i))
		if c.mustDrop(item, r.item, at, item.span) {
			continue
		}
		if r.unique {
			print := fingerprint(item)
			if first, twice := seen[print]; twice {
				c.report(Diagnostic{
					Code: CodeDuplicateItem, Span: item.span, Via: item.via, Path: at, Docker: Refuse, Engine: Accept,
					Message: fmt.Sprintf("this entry equals number %d of the same list; remove one of them", first+1),
				})
				continue
			}
			seen[print] = i
		}
		kept = append(kept, item)
	}
	v.list = kept
}

// fingerprint tells whether two values are equal to a JSON schema.
func fingerprint(v *value) string {
	var b strings.Builder
	switch v.kind {
	case list:
		for _, item := range v.list {
			fmt.Fprintf(&b, "-%q", fingerprint(item))
		}
	case mapping:
		keys := make([]string, 0, len(v.entries))
		for _, e := range v.entries {
			keys = append(keys, fmt.Sprintf("%q:%q", e.key, fingerprint(e.value)))
		}
		sort.Strings(keys)
		return "{" + strings.Join(keys, ",")
	default:
		fmt.Fprintf(&b, "%d %s", v.kind, v.str())
	}
	return b.String()
}
