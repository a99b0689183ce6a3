package deploy

import (
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// HideEnv is an env file for the screen: values that look secret, commented
// lines included, are hidden, also where another value or a comment repeats them.
func HideEnv(data []byte) string {
	env := recipe.ParseEnv("env", data)
	lines := strings.SplitAfter(string(data), "\n")
	var secrets []string
	for _, a := range slices.Concat(env.Vars(), env.Commented()) {
		if !secretive(join(envPath, a.Key), a.Value) {
			continue
		}
		if len(a.Value) >= minPassword {
			secrets = append(secrets, a.Value)
		}
		hideSpan(lines, a.Span, a.Key+"="+hidden)
	}
	for _, fault := range env.Faults { // what cannot be read may be anything
		hideSpan(lines, fault.Span, "# (a line that cannot be read)")
	}
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	text := strings.Join(lines, "")
	for _, secret := range secrets {
		text = strings.ReplaceAll(text, secret, hidden)
	}
	return text
}

// hideSpan puts text in place of whole lines: a value may reach over several, and
// its comment may say more of it.
func hideSpan(lines []string, span recipe.Span, text string) {
	first, last := span.Line-1, max(span.Line, span.EndLine)-1
	if first < 0 || last >= len(lines) {
		return
	}
	if strings.HasPrefix(strings.TrimSpace(lines[first]), "#") {
		text = "#" + strings.TrimPrefix(text, "#")
	}
	for i := first; i <= last; i++ {
		lines[i] = ""
	}
	lines[first] = text + "\n"
}

// EnvKeys lists the variables whose values differ between two env files, sorted.
func EnvKeys(a, b []byte) []string {
	from, to := fields{}, fields{}
	for _, side := range []struct {
		all  fields
		data []byte
	}{{from, a}, {to, b}} {
		for _, line := range recipe.ParseEnv("env", side.data).Vars() {
			side.all[line.Key] = line.Value
		}
	}
	return differing(from, to)
}

// CheckEnv lists what is wrong with an app's env, each with its line.
func (a *App) CheckEnv() []recipe.Fault {
	_, faults := a.Env.Expand(nil)
	return slices.Concat(a.Env.Faults, faults)
}
