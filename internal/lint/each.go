package lint

import (
	"slices"
	"strconv"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

// eachVariant makes a check of one variant into a check of the recipe: equal
// findings become one, which names its variants unless it holds in every one
// that its file is part of.
func eachVariant(check func(in *Input, v *Variant) []Finding) func(*Input) []Finding {
	return func(in *Input) []Finding {
		var all merged
		for i := range in.Variants {
			v := &in.Variants[i]
			all.add(v.Name, check(in, v))
		}
		for i := range all.findings {
			f := &all.findings[i]
			f.Variants = in.only(f.Span.File, f.Variants)
		}
		return all.findings
	}
}

// merged are findings with all the variants that they hold in.
type merged struct {
	findings []Finding
	index    map[string]int
}

func (m *merged) add(variant string, findings []Finding) {
	if m.index == nil {
		m.index = map[string]int{}
	}
	times := map[string]int{}
	for _, f := range findings {
		id := strings.Join([]string{string(f.Severity), f.Span.File, f.Evidence}, "\x00")
		times[id]++ // the second of its kind in one variant is another finding
		id += "\x00" + strconv.Itoa(times[id])
		at, known := m.index[id]
		if !known {
			at = len(m.findings)
			m.index[id] = at
			m.findings = append(m.findings, f)
		}
		m.findings[at].Variants = append(m.findings[at].Variants, variant)
	}
}

// only drops what says nothing: all variants that the file is part of, and
// "all overlays" where smaller variants show the same.
func (in *Input) only(file string, holds []string) []string {
	possible := 0
	for _, v := range in.Variants {
		if slices.Contains(v.Files, file) {
			possible++
		}
	}
	if possible == 0 { // no compose file: part of all
		possible = len(in.Variants)
	}
	if len(holds) >= possible {
		return nil
	}
	if len(holds) > 1 {
		holds = slices.DeleteFunc(holds, func(name string) bool { return name == allOverlays })
	}
	return holds
}

// eachService runs the check on every service of every variant.
func eachService(check func(in *Input, v *Variant, s *stack.Service) []Finding) func(*Input) []Finding {
	return eachVariant(func(in *Input, v *Variant) []Finding {
		var found []Finding
		for _, s := range v.Stack.Services {
			found = append(found, check(in, v, s)...)
		}
		return found
	})
}
