package bump

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// exampleDomain stands for the domain of an app that is not there yet.
const exampleDomain = "app.example.com"

// scope is a recipe in one env: what ${…} stands for, and where that is written.
type scope struct {
	recipe *recipe.Recipe
	cache  *stack.Cache
	texts  map[string]*recipe.Text  // of the files that hold tags
	vars   map[string]recipe.EnvVar // of .env.sample, those that count
	shell  map[string][]part        // exports of abra.sh
	env    stack.Env
}

// scopes are the envs that a recipe is judged in: that of an app that was made
// from .env.sample as it is, and that of one whose operator set none of the
// variables that have a default. A variable that is commented out counts as set
// where nothing else gives it a value: the operator has to uncomment it.
func scopes(r *recipe.Recipe, texts map[string]*recipe.Text, cache *stack.Cache) []*scope {
	defaulted := defaultedVariables(r)
	sampled := &scope{recipe: r, cache: cache, texts: texts, vars: map[string]recipe.EnvVar{}, shell: exports(r, texts["abra.sh"])}
	sampled.env = stack.NewEnv(r, r.EnvSample, stack.Name(exampleDomain))
	bare := *sampled
	bare.vars, bare.env.Vars = map[string]recipe.EnvVar{}, maps.Clone(sampled.env.Vars)
	if r.EnvSample == nil {
		return []*scope{sampled}
	}
	differs := false
	for _, v := range r.EnvSample.Vars() {
		sampled.vars[v.Key] = v // the last one counts
		if _, exported := sampled.shell[v.Key]; defaulted[v.Key] && !exported && v.Key != "COMPOSE_FILE" && v.Key != "STACK_NAME" {
			delete(bare.env.Vars, v.Key)
			differs = true
		} else {
			bare.vars[v.Key] = v
		}
	}
	for _, s := range []*scope{sampled, &bare} {
		s.uncomment(defaulted)
	}
	if !differs {
		return []*scope{sampled}
	}
	return []*scope{sampled, &bare}
}

// uncomment sets the variables that nothing else gives a value.
func (s *scope) uncomment(defaulted map[string]bool) {
	var added strings.Builder
	for _, v := range s.recipe.EnvSample.Commented() {
		if _, set := s.env.Vars[v.Key]; set || defaulted[v.Key] || s.vars[v.Key].Key != "" || v.Key == "COMPOSE_FILE" {
			continue
		}
		s.vars[v.Key] = v
		added.WriteString(v.Key + "=" + quoted(v) + "\n")
	}
	if added.Len() > 0 {
		s.env.Vars, _ = recipe.ParseEnv(".env.sample", []byte(added.String())).Expand(s.env.Vars)
	}
}

func quoted(v recipe.EnvVar) string {
	if v.Quote == 0 {
		return v.Value
	}
	return string(v.Quote) + v.Value + string(v.Quote)
}

var defaultOf = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*):?-`)

// defaultedVariables are those that have a default somewhere in the compose files.
func defaultedVariables(r *recipe.Recipe) map[string]bool {
	names := map[string]bool{}
	for _, file := range r.Compose {
		for _, m := range defaultOf.FindAllSubmatch(file.Data, -1) {
			names[string(m[1])] = true
		}
	}
	return names
}

// exports are the values that abra.sh exports. One that is not written word for
// word cannot be changed.
func exports(r *recipe.Recipe, text *recipe.Text) map[string][]part {
	found := map[string][]part{}
	if r.AbraSh == nil {
		return found
	}
	for _, e := range r.AbraSh.Exports {
		p := part{text: e.Value, variable: e.Name}
		start, end := text.Place(e.Span)
		start += len(e.Name) + 1
		if inner, at := unquote(text.String[min(start, end):end]); inner == e.Value && inner != "" {
			p.place = place{e.Span.File, start + at, start + at + len(inner)}
		}
		found[e.Name] = []part{p}
	}
	return found
}

// unquote returns what stands between the quotes of a text, if it has any, and
// where that begins.
func unquote(text string) (inner string, at int) {
	if n := len(text); n >= 2 && (text[0] == '"' || text[0] == '\'') && text[n-1] == text[0] {
		return text[1 : n-1], 1
	}
	return text, 0
}

// value is what a variable is put together from; variable is the outermost one.
func (s *scope) value(name string, depth int, variable string) (parts []part, set bool, err error) {
	if name == "STACK_NAME" {
		return []part{{text: s.env.Vars[name], variable: variable}}, true, nil
	}
	if exported, ok := s.shell[name]; ok {
		parts = slices.Clone(exported)
		parts[0].variable = variable
		return parts, true, nil
	}
	v, ok := s.vars[name]
	if !ok {
		return nil, false, nil
	}
	text := s.texts[v.Span.File]
	start, end := text.Place(v.ValueSpan)
	inner, at := unquote(text.String[start:end])
	switch {
	case strings.Contains(inner, `\`):
		return nil, true, errNotPlain
	case v.Quote == '\'' || !strings.Contains(inner, "$"):
		if inner == "" {
			return nil, true, nil
		}
		return []part{{inner, place{v.Span.File, start + at, start + at + len(inner)}, variable}}, true, nil
	}
	parts, err = s.split(v.Span.File, inner, start+at, depth, variable)
	return parts, true, err
}
