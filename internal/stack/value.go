package stack

import (
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// kind is a set of YAML types.
type kind uint8

const (
	null kind = 1 << iota
	text
	boolean
	integer
	float // a number with a fraction
	list
	mapping
	timestamp

	number = integer | float
	scalar = null | text | boolean | number | timestamp
)

// value is one node of a compose file as Docker's YAML parser sees it: aliases
// and merge keys resolved, each use a copy of its own, and every node knows
// where it was written.
type value struct {
	kind     kind
	data     any    // of a scalar: nil, string, bool, int, uint64, float64; of a timestamp, its text
	source   string // of a scalar: its text in the file
	expanded bool   // interpolation changed the text
	unusable bool   // only Docker can read its ${…}: to be checked, and dropped
	list     []*value
	entries  []entry
	span     recipe.Span
	via      recipe.Span // the alias or merge key that brought it here

	// What Docker refuses only where its schema reads the value: not below x- keys.
	faults []Diagnostic
}

// entry is one key of a mapping, in file order.
type entry struct {
	key   string
	span  recipe.Span // of the key
	value *value
}

// get returns the value of key, nil where there is none. It may be called on nil.
func (v *value) get(key string) *value {
	if v == nil {
		return nil
	}
	for i := range v.entries {
		if v.entries[i].key == key {
			return v.entries[i].value
		}
	}
	return nil
}

// items returns the entries of a list. It may be called on nil.
func (v *value) items() []*value {
	if v == nil {
		return nil
	}
	return v.list
}

// str is the text of a scalar as Docker prints it; "" for null and for nil.
func (v *value) str() string {
	if v == nil {
		return ""
	}
	return show(v.data)
}

// shown is the text for messages: as written, since what ${…} became may be a secret.
func (v *value) shown() string { return clip(v.source) }

// name says what was found, for messages.
func (k kind) name() string {
	names := []string{}
	for _, one := range []struct {
		kind kind
		name string
	}{
		{text, "a string"},
		{float, "a number"},
		{integer, "an integer"},
		{boolean, "a boolean"},
		{timestamp, "a date"},
		{list, "a list"},
		{mapping, "a mapping"},
		{null, "nothing"},
	} {
		if k&one.kind == 0 || one.kind == integer && k&float != 0 {
			continue
		}
		names = append(names, one.name)
	}
	return strings.Join(names, " or ")
}
