package convert

import (
	"maps"
	"slices"
	"strings"
)

const capAll = "ALL"

// effectiveCaps normalises both lists: upper case, CAP_ in front, sorted, no
// duplicates; ALL swallows the rest of its list, and adding beats dropping.
func effectiveCaps(add, drop []string) (capAdd, capDrop []string) {
	added, dropped := capSet(add), capSet(drop)
	maps.DeleteFunc(dropped, func(name string, _ bool) bool { return added[name] })
	return slices.Sorted(maps.Keys(added)), slices.Sorted(maps.Keys(dropped))
}

func capSet(names []string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		if name = normalCap(name); name == capAll {
			return map[string]bool{capAll: true}
		} else if name != "RESET" { // only means something to `service update`
			set[name] = true
		}
	}
	return set
}

func normalCap(name string) string {
	name = strings.ToUpper(strings.TrimSpace(name))
	if name == capAll || name == "RESET" || strings.HasPrefix(name, "CAP_") {
		return name
	}
	return "CAP_" + name
}
