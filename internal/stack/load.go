package stack

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"

	"coopcloud.tech/catalogue/internal/recipe"
)

// Load is Cache.Load for one stack alone, which nothing else shares.
func Load(r *recipe.Recipe, env Env, files []string) *Stack {
	return NewCache(r, nil).Load(env, files)
}

// LoadFile judges a single compose file (no recipe around it) by the same rules.
func LoadFile(fsys fs.FS, path string, env Env) *Stack {
	return Load(&recipe.Recipe{FS: fsys}, env, []string{path})
}

// loader builds one stack.
type loader struct {
	cache  *Cache
	env    Env
	base   base
	stack  *Stack
	merged *part
	owned  map[string]bool // services that were copied to be merged

	notes
	left     bounds
	unread   budget             // of the files that the compose files name
	contents map[string]content // of those that could be read
}

func newLoader(cache *Cache, env Env, files []string) *loader {
	l := &loader{
		cache: cache, env: env, base: base{dir: "."}, owned: map[string]bool{}, notes: newNotes(),
		left:   bounds{expanded: maxExpanded, parsed: maxParsed, ports: maxPorts},
		unread: maxRead, contents: map[string]content{},
	}
	l.stack = &Stack{Name: env.Vars["STACK_NAME"], Files: files, spans: layers{top: spans{}}}
	if len(files) > 0 {
		l.base.dir = path.Dir(files[0])
	}
	return l
}

// add reads one file and merges it over those before.
func (l *loader) add(name string) {
	known := l.cache.file(name)
	if known.err != nil {
		l.report(Diagnostic{
			Code: CodeUnreadable, Span: recipe.Span{File: name}, Docker: Refuse, Engine: Refuse,
			Message: fmt.Sprintf("the compose file cannot be read: %s", known.err),
		})
		return
	}
	l.reportFaults(known.file)
	if known.file.Root == nil {
		return
	}
	next := known.reading(l)
	for _, d := range next.diagnostics {
		l.report(d)
	}
	l.base.version = cmp.Or(l.base.version, next.version)
	if next.part != nil {
		l.merge(next)
	}
}

func (l *loader) merge(next *reading) {
	l.stack.spans.add(next.spans)
	if l.merged == nil {
		l.merged = next.part.clone()
		return
	}
	m := merger{report: l.report, spans: &l.stack.spans, later: next.spans, owned: l.owned}
	m.merge(l.merged, next.part)
}

// reportFaults passes on what reading the file found.
func (l *loader) reportFaults(file *recipe.ComposeFile) {
	for _, fault := range file.Faults {
		d := Diagnostic{Code: fault.Code, Span: fault.Span, Message: fault.Message, Docker: Refuse, Engine: Refuse}
		if fault.Code == recipe.CodeYAMLDocuments {
			d.Docker, d.Engine = Ignore, Ignore
		}
		l.report(d)
	}
}

// defaultMinor is the newest version of the format, which Docker takes where a
// file says nothing or just "3".
const defaultMinor = 13

// checkVersion judges the version key and returns the minor version whose keys
// Docker would take. Our engine takes those of the newest.
func (r *reader) checkVersion(root *value) int {
	v := root.get("version")
	version, span := "3.13", root.span
	if v != nil {
		span = v.span
		if s := v.str(); s != "" && s != "3" {
			version = s
		}
	}
	say := func(code string, engine Effect, message string) {
		r.report(Diagnostic{Code: code, Span: span, Path: "version", Docker: Refuse, Engine: engine, Message: message})
	}
	r.version = version
	if first := cmp.Or(r.base.version, version); version != first {
		say(CodeVersionMismatch, Refuse, fmt.Sprintf("this file has version %s and the first one %s; write the same version in each", clip(version), clip(first)))
	}
	minor, ok := minorVersion(version)
	if !ok {
		say(CodeVersion, Accept, fmt.Sprintf("docker stack deploy reads the versions 3.0 to 3.13, not %q", clip(version)))
	}
	return minor
}

func minorVersion(version string) (int, bool) {
	for minor := 0; minor <= defaultMinor; minor++ {
		if version == fmt.Sprintf("3.%d", minor) {
			return minor, true
		}
	}
	return defaultMinor, false
}

// finish sorts, names and checks what was merged.
func (l *loader) finish() *Stack {
	if l.merged != nil {
		l.merged.into(l.stack)
	}
	l.stack.number()
	l.check()
	l.stack.Diagnostics = l.all
	l.stack.sortDiagnostics()
	return l.stack
}
