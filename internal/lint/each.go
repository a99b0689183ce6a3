package lint

import (
	"slices"
	"strconv"

	"coopcloud.tech/catalogue/internal/stack"
)

// eachVariant makes a check of one variant into a check of the recipe: equal
// findings become one, which names its variants unless it holds in every one
// that its file is part of.
func eachVariant(check func(in *Input, v *Variant) []Finding) func(*Input) []Finding {
	return func(in *Input) []Finding {
		var merged []Finding
		var holds [][]string
		known := map[string]int{}
		for i := range in.Variants {
			v := &in.Variants[i]
			times := map[string]int{}
			for _, finding := range check(in, v) {
				id := string(finding.Severity) + "\x00" + finding.Span.File + "\x00" + finding.Evidence
				times[id]++ // the second of its kind in one variant is another finding
				id += "\x00" + strconv.Itoa(times[id])
				at, ok := known[id]
				if !ok {
					at = len(merged)
					known[id] = at
					merged, holds = append(merged, finding), append(holds, nil)
				}
				holds[at] = with(holds[at], v.Name)
			}
		}
		for i := range merged {
			merged[i].Variants = in.only(merged[i].Span.File, holds[i])
		}
		return merged
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
