package stack

// Bounds of one load, all files together. A file of 1 MiB can name the same
// large env file, range of ports or variable many thousand times.
const (
	maxExpanded    = 16 << 20 // bytes that interpolation writes
	maxRead        = 8 << 20  // bytes of the files that the compose files name
	maxParsed      = 8 << 20  // bytes of env files, each as often as it is named
	maxPorts       = 1 << 16  // published ports
	maxDiagnostics = 10_000   // that refuse, and as many that do not
)

// budget is what is left of a bound.
type budget int

// take reports whether n more fit, and takes them if so. What does not fit
// spends the rest.
func (b *budget) take(n int) bool {
	if n > int(*b) {
		*b = 0
		return false
	}
	*b -= budget(n)
	return true
}

// bounds are the budgets of one load that its files share.
type bounds struct{ expanded, parsed, ports budget }

// cover says whether cost leaves something of each.
func (b bounds) cover(cost bounds) bool {
	return b.expanded > cost.expanded && b.parsed > cost.parsed && b.ports > cost.ports
}

func (b *bounds) spend(cost bounds) {
	b.expanded -= cost.expanded
	b.parsed -= cost.parsed
	b.ports -= cost.ports
}

// exhausted says whether nothing is left of one.
func (b bounds) exhausted() bool { return !b.cover(bounds{}) }
