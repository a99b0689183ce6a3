package bump

import (
	"regexp"
	"strings"
)

// rewrite says what each part becomes, so that together they say text: where one
// part can do it alone it does, a variable before plain text; else all variables may
// change, and what stands between them stays. It fails where there is no way, or
// more than one.
func rewrite(parts []part, text string) ([]string, bool) {
	now := make([]string, len(parts))
	for i, p := range parts {
		now[i] = p.text
	}
	if strings.Join(now, "") == text {
		return now, true
	}
	for _, variable := range []bool{true, false} {
		for i, p := range parts {
			if (p.variable != "") == variable && p.place.file != "" && rewriteOne(now, i, text) {
				return now, true
			}
		}
	}
	return rewriteVariables(parts, text)
}

func rewriteOne(now []string, i int, text string) bool {
	before, after := strings.Join(now[:i], ""), strings.Join(now[i+1:], "")
	middle := len(text) - len(before) - len(after)
	if middle <= 0 || !strings.HasPrefix(text, before) || !strings.HasSuffix(text, after) {
		return false
	}
	now[i] = text[len(before) : len(before)+middle]
	return true
}

// rewriteVariables finds values for all variables. Greedy and reluctant matching
// agree where there is only one way.
func rewriteVariables(parts []part, text string) ([]string, bool) {
	greedy, reluctant := match(parts, text, `(.+)`), match(parts, text, `(.+?)`)
	if greedy == nil || strings.Join(greedy, "\x00") != strings.Join(reluctant, "\x00") {
		return nil, false
	}
	return greedy, true
}

func match(parts []part, text, variable string) []string {
	pattern, groups := "^", 0
	for _, p := range parts {
		if p.variable == "" || p.place.file == "" {
			pattern += regexp.QuoteMeta(p.text)
			continue
		}
		pattern += variable
		groups++
	}
	if groups == 0 || groups > 20 {
		return nil
	}
	found := regexp.MustCompile(pattern + "$").FindStringSubmatch(text)
	if found == nil {
		return nil
	}
	values := make([]string, len(parts))
	next := 1
	for i, p := range parts {
		values[i] = p.text
		if p.variable != "" && p.place.file != "" {
			values[i] = found[next]
			next++
		}
	}
	return values
}
