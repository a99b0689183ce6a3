package stack

import "fmt"

// lost reports what Docker's merge loses or breaks.
func (m *merger) lost(name, message string) {
	path := join(m.path, name)
	m.report(Diagnostic{
		Code: CodeMergeLost, Span: m.spans.at(path), Path: path, Message: message, Docker: Mangle, Engine: Accept,
	})
}

// ports merges by Port.key, where Docker goes by the published number alone.
func (m *merger) ports(dst *[]Port, src []Port) {
	merging := *dst != nil
	keyed(dst, src, Port.key, sortPorts)
	seen := map[uint32]Port{}
	for _, port := range *dst {
		if first, twice := seen[port.Published]; twice && merging {
			m.lost(join("ports", port.key()), fmt.Sprintf(
				"docker stack deploy keeps only one of the ports %s and %s when it merges files; publish different numbers", first.key(), port.key()))
		}
		seen[port.Published] = port
	}
}

// fileRefs merges by FileRef.key, where Docker goes by the source alone.
func (m *merger) fileRefs(name string, dst *[]FileRef, src []FileRef) {
	merging := *dst != nil
	keyed(dst, src, FileRef.key, sortFileRefs)
	seen := map[string]FileRef{}
	for _, ref := range *dst {
		if first, twice := seen[ref.Source]; twice && merging {
			m.lost(join(name, ref.key()), fmt.Sprintf(
				"docker stack deploy keeps only one use of %q when it merges files, %q or %q; define it twice", clip(ref.Source), clip(first.key()), clip(ref.key())))
		}
		seen[ref.Source] = ref
	}
}
