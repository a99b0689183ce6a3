package stack

import (
	"fmt"
	"strconv"
	"strings"
)

// coerce handles a value of a type that the schema does not take: Docker casts
// what interpolation touched, in some fields; our engine takes every scalar
// whose text means one thing. It reports, and returns whether v is usable.
func (c *validator) coerce(v *value, r *rule, path string) bool {
	if v.expanded && r.cast != 0 {
		return c.cast(v, r, path)
	}
	wanted := wanted(v, r, path)
	switch {
	case v.kind&r.also != 0:
		c.say(v, v.span, path, CodeLongForm, Refuse, Accept, wanted+"; docker stack deploy takes only the short form")
		return true
	case v.kind == null:
		c.say(v, v.span, path, CodeWrongType, Refuse, Ignore, wanted+"; fill it in or remove it")
		return false
	}
	data, ok := castScalar(v, r.kind)
	if !ok {
		c.say(v, v.span, path, CodeWrongType, Refuse, Refuse, wanted)
		return false
	}
	hint := "remove the quotes"
	switch {
	case r.kind&text != 0:
		hint = "quote it"
	case v.expanded:
		hint = "docker stack deploy does not convert ${…} here, write the value itself"
	}
	if v.set(data); r.check == nil || r.check(v) == "" { // the check's own message says more
		c.say(v, v.span, path, CodeWrongType, Refuse, Accept, wanted+"; "+hint)
	}
	return true
}

func wanted(v *value, r *rule, path string) string {
	return fmt.Sprintf("%s: found %s, expected %s", lastName(path), v.kind.name(), r.kind.name())
}

// cast converts an interpolated string as Docker does, but for a leading zero.
func (c *validator) cast(v *value, r *rule, path string) bool {
	theirs, err := castLikeDocker(v.str(), r.cast)
	if err != nil {
		c.say(v, v.span, path, CodeInvalidValue, Refuse, Refuse, fmt.Sprintf("%s: what the ${…} became is not %s", lastName(path), r.cast.name()))
		return false
	}
	ours, _ := cast(v.str(), r.cast)
	if show(ours) != show(theirs) {
		c.say(v, v.span, path, CodeScalarMangled, Mangle, Accept, lastName(path)+
			": docker stack deploy reads the ${…} as a decimal number, leading zero or not; write the number itself")
	}
	v.set(ours)
	return true
}

// set replaces a scalar by one of another type.
func (v *value) set(data any) {
	v.data = data
	switch data.(type) {
	case string:
		v.kind = text
	case bool:
		v.kind = boolean
	case float64:
		v.kind = float
	default:
		v.kind = integer
	}
}

// castScalar reads a scalar as one of the types in want.
func castScalar(v *value, want kind) (any, bool) {
	switch {
	case v.kind&scalar == 0:
		return nil, false
	case want&text != 0:
		return v.source, true
	case v.kind != text:
		return nil, false
	}
	data, err := cast(v.str(), want&(boolean|number))
	return data, err == nil
}

// cast reads s as Docker's YAML parser would read it unquoted: 0444 is octal.
func cast(s string, as kind) (any, error) {
	if as&integer != 0 {
		if i, err := strconv.ParseInt(s, 0, 64); err == nil {
			return int(i), nil
		}
	}
	return castLikeDocker(s, as)
}

// castLikeDocker reads s as docker/cli's loader casts an interpolated value.
func castLikeDocker(s string, as kind) (any, error) {
	switch {
	case as&float != 0:
		return strconv.ParseFloat(s, 64)
	case as&integer != 0:
		return strconv.Atoi(s)
	case as&boolean != 0:
		return parseBool(s)
	}
	return nil, fmt.Errorf("%q is no %s", s, as.name())
}

// parseBool knows the booleans of YAML 1.1.
func parseBool(s string) (bool, error) {
	switch strings.ToLower(s) {
	case "y", "yes", "true", "on":
		return true, nil
	case "n", "no", "false", "off":
		return false, nil
	}
	return false, fmt.Errorf("invalid boolean: %s", s)
}
