package bump

import (
	"slices"

	"coopcloud.tech/catalogue/internal/upstream"
)

// Levels are the steps that --allow takes, each with those before it: whoever takes
// a minor release takes patches, too, and the same release on another base or built
// again.
var Levels = []upstream.Step{upstream.Rebuild, upstream.Base, upstream.Patch, upstream.Minor, upstream.Major}

// within says whether a step is one, and not beyond the level.
func within(step, level upstream.Step) bool {
	rank := slices.Index(Levels, step)
	return rank >= 0 && rank <= slices.Index(Levels, level)
}

// larger is the larger of two steps; "" is none.
func larger(a, b upstream.Step) upstream.Step {
	if slices.Index(Levels, b) > slices.Index(Levels, a) {
		return b
	}
	return a
}

// versionStep is the part of the recipe's version that a step of an image raises: a
// new base and a rebuild are the same release of the software.
func versionStep(step upstream.Step) upstream.Step {
	if step == upstream.Base || step == upstream.Rebuild {
		return upstream.Patch
	}
	return step
}
