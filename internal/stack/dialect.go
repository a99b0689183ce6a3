package stack

// rule says what docker stack deploy takes at one place of a compose file:
// schema v3.13, written out from its facts, with what Docker does with the
// value and what our engine takes besides.
type rule struct {
	kind     kind                // types that Docker's schema takes
	fields   fields              // of a mapping: the known keys
	rest     *rule               // of a mapping: every other key; nil: none
	key      func(string) bool   // which other keys rest takes; nil: all
	extend   int                 // of a mapping: the minor version that allows x- keys
	open     bool                // of a mapping: other keys pass unread
	opened   int                 // of an open mapping: the minor version that opened it
	form     int                 // the minor version that brought its mapping form
	item     *rule               // of a list; nil: unread
	unique   bool                // a list whose items must differ
	check    func(*value) string // what is wrong with a scalar, "" where nothing is
	required []string            // of a mapping
	since    int                 // the minor version of schema 3.x that brought it
	cast     kind                // what Docker casts an interpolated string to
	also     kind                // types that our engine takes besides
	fate     *fate               // what becomes of the value, where it is not just used
}

type fields map[string]*rule

// fate is a diagnostic that comes with the mere presence of a key.
type fate struct {
	code           string
	docker, engine Effect
	message        string
}

// is takes the types k; a mapping or list among them is not read further.
func is(k kind) *rule { return &rule{kind: k, open: k&mapping != 0} }

// castable is a scalar that Docker casts when interpolation touched it.
func castable(k kind) *rule { return &rule{kind: k, cast: k} }

func listOf(item *rule) *rule { return &rule{kind: list, item: item} }

func setOf(item *rule) *rule { return &rule{kind: list, item: item, unique: true} }

// mapOf is a mapping with free keys.
func mapOf(item *rule) *rule { return &rule{kind: mapping, rest: item} }

// object is a mapping with known keys only.
func object(f fields) *rule { return &rule{kind: mapping, fields: f} }

// openObject is a mapping whose unknown keys Docker passes over.
func openObject(f fields) *rule { return &rule{kind: mapping, fields: f, open: true} }

// or adds another form of the value.
func (r rule) or(other *rule) *rule {
	r.kind |= other.kind
	if other.kind&mapping != 0 {
		r.fields, r.rest, r.key, r.extend, r.required = other.fields, other.rest, other.key, other.extend, other.required
		r.open, r.opened = other.open, other.opened
	}
	if other.kind&list != 0 {
		r.item, r.unique = other.item, other.unique
	}
	if other.check != nil {
		r.check = other.check
	}
	return &r
}

func (r rule) from(minor int) *rule {
	r.since = minor
	return &r
}

// mappingFrom names the version that brought the long form.
func (r rule) mappingFrom(minor int) *rule {
	r.form = minor
	return &r
}

// openFrom names the version since which unknown keys pass.
func (r rule) openFrom(minor int) *rule {
	r.opened = minor
	return &r
}

func (r rule) extensible(minor int) *rule {
	r.extend = minor
	return &r
}

func (r rule) castTo(k kind) *rule {
	r.cast = k
	return &r
}

func (r rule) needs(keys ...string) *rule {
	r.required = keys
	return &r
}

func (r rule) checked(check func(*value) string) *rule {
	r.check = check
	return &r
}

// alsoTaking names types that only our engine takes.
func (r rule) alsoTaking(k kind) *rule {
	r.also = k
	return &r
}

func (r rule) keyed(ok func(string) bool) *rule {
	r.key = ok
	return &r
}

func (r rule) meets(code string, docker, engine Effect, message string) *rule {
	r.fate = &fate{code, docker, engine, message}
	return &r
}

// ignored is a key that Docker names in "Ignoring unsupported options".
func (r rule) ignored(instead string) *rule {
	return r.meets(CodeIgnoredKey, Ignore, Ignore, "Swarm does not support it; "+instead)
}

// foreign is a key of compose-spec that Docker's schema does not know and our
// engine can do.
func (r rule) foreign(engine Effect, message string) *rule {
	return r.meets(CodeUnknownKey, Refuse, engine, message)
}

// forbidden is a key that Docker names to refuse it.
func forbidden(instead string) *rule {
	return is(scalar|list|mapping).meets(CodeForbiddenKey, Refuse, Refuse, instead)
}

// The forms that many keys share.
var (
	anything     = is(scalar | list | mapping)
	textList     = setOf(is(text))
	textOrList   = is(text).or(textList)
	command      = is(text).or(listOf(is(text)))
	natural      = castable(integer).checked(checkNatural)
	keyValues    = setOf(is(text)).or(mapOf(is(text | number | null)).keyed(isNotEmpty))
	options      = mapOf(is(text | number))
	durationText = is(text).checked(checkDuration)
	externalFlag = castable(boolean).or(object(fields{"name": is(text)}))
)
