package stack

import (
	"fmt"
	"io/fs"
	"path"

	"coopcloud.tech/catalogue/internal/recipe"
)

// Load merges the named files of the recipe (all paths must be files of r.FS) and types the result. Faults
// become diagnostics; the stack holds whatever could be understood.
func Load(r *recipe.Recipe, env Env, files []string) *Stack {
	l := newLoader(r.FS, env, files)
	for _, name := range files {
		file := l.composeFile(r, name)
		if file == nil {
			continue
		}
		l.add(file)
	}
	return l.finish()
}

// LoadFile judges a single compose file (no recipe around it) by the same rules.
func LoadFile(fsys fs.FS, path string, env Env) *Stack {
	return Load(&recipe.Recipe{FS: fsys}, env, []string{path})
}

// loader builds one stack.
type loader struct {
	fsys    fs.FS
	env     Env
	dir     string // of the first file: relative paths start here
	version string // of the first file, as Docker counts it
	stack   *Stack
	merged  *part

	reported                      map[Diagnostic]bool
	refusals, remarks             budget
	expanded, read, parsed, ports budget
	contents                      map[string][]byte // of the files that the compose files name
}

func newLoader(fsys fs.FS, env Env, files []string) *loader {
	l := &loader{
		fsys: fsys, env: env, dir: ".",
		reported: map[Diagnostic]bool{}, refusals: maxDiagnostics, remarks: maxDiagnostics,
		expanded: maxExpanded, read: maxRead, parsed: maxParsed, ports: maxPorts,
		contents: map[string][]byte{},
	}
	l.stack = &Stack{Name: env.Vars["STACK_NAME"], Files: files, spans: spans{}}
	if len(files) > 0 {
		l.dir = path.Dir(files[0])
	}
	return l
}

func (l *loader) report(d Diagnostic) {
	if l.reported[d] {
		return // three files can merge into the same fault twice
	}
	left := &l.remarks
	if d.Engine == Refuse {
		left = &l.refusals // of which at least one must stay
	}
	if left.take(1) {
		l.reported[d] = true
		l.stack.Diagnostics = append(l.stack.Diagnostics, d)
	}
}

// composeFile returns the recipe's own reading of a file, or reads the file.
func (l *loader) composeFile(r *recipe.Recipe, name string) *recipe.ComposeFile {
	for _, file := range r.Compose {
		if file.Path == name {
			return file
		}
	}
	data, err := recipe.ReadFile(r.FS, name)
	if err != nil {
		l.report(Diagnostic{
			Code: CodeUnreadable, Span: recipe.Span{File: name}, Docker: Refuse, Engine: Refuse,
			Message: fmt.Sprintf("the compose file cannot be read: %s", err),
		})
		return nil
	}
	return recipe.ParseCompose(name, data)
}

// add loads one file and merges it over those before.
func (l *loader) add(file *recipe.ComposeFile) {
	l.reportFaults(file)
	if file.Root == nil {
		return
	}
	root := (&tree{file: file, report: l.report}).build(file.Root, "", recipe.Span{})
	minor := l.checkVersion(root)
	l.interpolate(root, "")
	check := validator{minor: minor, report: l.report}
	if check.mustDrop(root, fileRule, "", root.span) {
		return
	}
	d := decoder{loader: l, spans: spans{}}
	next := d.file(root)
	l.stack.spans.overlay(d.spans)
	if l.merged == nil {
		l.merged = next
		return
	}
	m := merger{report: l.report, spans: l.stack.spans, later: d.spans}
	m.merge(l.merged, next)
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
func (l *loader) checkVersion(root *value) int {
	v := root.get("version")
	version, span := "3.13", root.span
	if v != nil {
		span = v.span
		if s := v.str(); s != "" && s != "3" {
			version = s
		}
	}
	say := func(code, message string) {
		l.report(Diagnostic{Code: code, Span: span, Path: "version", Docker: Refuse, Engine: Accept, Message: message})
	}
	if l.version == "" {
		l.version = version
	}
	if version != l.version {
		say(CodeVersionMismatch, fmt.Sprintf("this file has version %s and the first one %s; write the same version in each", clip(version), clip(l.version)))
	}
	minor, ok := minorVersion(version)
	if !ok {
		say(CodeVersion, fmt.Sprintf("docker stack deploy reads the versions 3.0 to 3.13, not %q", clip(version)))
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
	l.stack.sortDiagnostics()
	return l.stack
}
