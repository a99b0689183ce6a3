package convert

import (
	"maps"
	"slices"
)

// env is KEY=value, or a bare KEY where nothing sets it: the engine then takes
// the image's value out. Docker sorts the whole strings, not the keys.
func (s service) env() []string {
	merged := maps.Clone(s.Environment)
	if s.Key == appService {
		merged = s.exposed(merged)
	}
	list := make([]string, 0, len(merged))
	for key, value := range merged {
		if value != nil {
			key += "=" + *value
		}
		list = append(list, key)
	}
	slices.Sort(list)
	return list
}

// exposed puts the app's env below the explicit environment. Templates of
// configs read it from the container (coop-cloud convention).
func (s service) exposed(explicit map[string]*string) map[string]*string {
	if explicit == nil {
		explicit = map[string]*string{}
	}
	for key, value := range s.opts.Env {
		if explicit[key] == nil {
			explicit[key] = &value
		}
	}
	return explicit
}
