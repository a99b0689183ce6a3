package recipe

import "strings"

// circled are the ranges of digits in circles that old READMEs score with.
var circled = []struct{ zero, first, last rune }{
	{'①' - 1, '①', '⑨'},
	{'⓵' - 1, '⓵', '⓽'},
	{'❶' - 1, '❶', '❾'},
	{'➀' - 1, '➀', '➈'},
	{'➊' - 1, '➊', '➒'},
	{'⓪', '⓪', '⓪'},
	{'⓿', '⓿', '⓿'},
	{'🄋', '🄋', '🄋'},
	{'🄌', '🄌', '🄌'},
}

// decoration is what stands around such digits: hearts that repeat the score as a
// colour, and the parts of keycap emoji (1️⃣).
const decoration = "❤💔💙💚💛💜🖤🤍🤎🧡🩵🩶🩷\ufe0f\u20e3"

// cleanScore turns "❶💚" into "1".
func cleanScore(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		for _, c := range circled {
			if c.first <= r && r <= c.last {
				return '0' + r - c.zero
			}
		}
		if strings.ContainsRune(decoration, r) {
			return -1
		}
		return r
	}, s))
}
