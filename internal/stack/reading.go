package stack

import (
	"coopcloud.tech/catalogue/internal/recipe"
)

// reading is what one compose file says before it is merged with others. It is
// never changed once it is made: stacks share it.
type reading struct {
	terms
	diagnostics []Diagnostic
	version     string // of the format, as Docker counts it
	part        *part  // nil where nothing of the file can be used
	spans       spans
}

// terms are all that a reading depends on besides its file.
type terms struct {
	base      base
	variables map[string]variable // that were asked for
	contents  []content           // of the files that it names, as asked for
	cost      bounds              // what it took of the stack's bounds
	exhausted bool                // it took the last of one
}

// base is what the first file of a stack decides for those behind it.
type base struct {
	dir     string // where relative paths start
	version string // "" for the first file itself
}

// variable is what the env answers to a name.
type variable struct {
	value string
	set   bool
}

// accepts says whether reading the file again, for this stack, would give the
// same. If so, it takes from the stack's bounds what that would take.
func (l *loader) accepts(t *terms) bool {
	if t.base != l.base || !l.left.cover(t.cost) {
		return false
	}
	for name, v := range t.variables {
		if value, set := l.env.Vars[name]; value != v.value || set != v.set {
			return false
		}
	}
	for _, c := range t.contents { // with all else the same, the same files are asked for up to the first that differs
		if !l.contentOf(c.path).equal(c) {
			return false
		}
	}
	l.left.spend(t.cost)
	return true
}

// reader takes one file through the steps before the merge, and notes what that
// depends on.
type reader struct {
	*reading
	notes
	loader *loader
	left   *bounds // of the stack
}

// read reads the file for this stack.
func (l *loader) read(file *recipe.ComposeFile) *reading {
	r := &reader{reading: &reading{spans: spans{}}, notes: newNotes(), loader: l, left: &l.left}
	r.terms = terms{base: l.base, variables: map[string]variable{}}
	before := l.left
	r.steps(file)
	r.diagnostics = r.notes.all
	r.cost = before
	r.cost.spend(l.left)
	r.exhausted = l.left.exhausted() || l.unread == 0
	return r.reading
}

func (r *reader) steps(file *recipe.ComposeFile) {
	root := (&tree{file: file, report: r.report}).build(file.Root, "", recipe.Span{})
	minor := r.checkVersion(root)
	r.interpolate(root, "")
	check := validator{minor: minor, report: r.report}
	if !check.mustDrop(root, fileRule, "", root.span) {
		d := decoder{r}
		r.part = d.file(root)
	}
}

// lookup asks the env for a variable.
func (r *reader) lookup(name string) (string, bool) {
	value, set := r.loader.env.Vars[name]
	r.variables[name] = variable{value, set}
	return value, set
}

// contentOf reads a file of the recipe.
func (r *reader) contentOf(inside string) ([]byte, error) {
	c := r.loader.contentOf(inside)
	r.contents = append(r.contents, c)
	return c.data, c.err
}
