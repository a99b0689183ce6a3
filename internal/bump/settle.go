package bump

import (
	"cmp"
	"fmt"
	"slices"

	"coopcloud.tech/catalogue/internal/edit"
)

// wish is what one use wants a place to say.
type wish struct {
	part
	now     string
	changes bool
	by      int // index of the decision
}

// settle turns the decisions into edits. Uses that share a place have to agree on
// what it says; where they do not, those that would change it stay, and may so
// bring others to stay.
func (j *job) settle(decisions []decision) []edit.Edit {
	for {
		wishes := j.wishes(decisions)
		if !j.yield(decisions, wishes) {
			return append(edits(wishes), j.examples(wishes)...)
		}
	}
}

func (j *job) wishes(decisions []decision) []wish {
	var wishes []wish
	for i := range decisions {
		d := &decisions[i]
		values := make([]string, len(d.use.parts))
		for k, p := range d.use.parts {
			values[k] = p.text
		}
		if d.target != nil {
			now, err := d.use.becomes(*d.target)
			if err != nil {
				d.stay(true, "%s", err)
			} else {
				values = now
			}
		}
		for k, p := range d.use.parts {
			if p.place.file != "" {
				wishes = append(wishes, wish{p, values[k], values[k] != p.text, i})
			}
		}
	}
	slices.SortStableFunc(wishes, func(a, b wish) int {
		return cmp.Or(cmp.Compare(a.place.file, b.place.file), cmp.Compare(a.place.start, b.place.start), cmp.Compare(a.place.end, b.place.end))
	})
	return wishes
}

// yield makes those stay whose wishes contradict others, and says whether there
// were any.
func (j *job) yield(decisions []decision, wishes []wish) bool {
	yielded := false
	for i := 0; i+1 < len(wishes); i++ {
		a, b := wishes[i], wishes[i+1]
		apart := a.place.file != b.place.file || a.place.end <= b.place.start
		if apart || a.place == b.place && a.now == b.now || !a.changes && !b.changes {
			continue
		}
		for _, pair := range [][2]wish{{a, b}, {b, a}} {
			d, other := &decisions[pair[0].by], decisions[pair[1].by].use
			if d.target != nil && pair[0].changes {
				d.stay(true, "its tag is written at %s, which also makes %s of service %s; raise them by hand, or give each a place of its own",
					j.show(pair[0].place), other.ref, other.service)
				yielded = true
			}
		}
	}
	return yielded
}

// edits are the wishes that change something, each once.
func edits(wishes []wish) []edit.Edit {
	var found []edit.Edit
	for _, w := range wishes {
		e := edit.Edit{File: w.place.file, Start: w.place.start, End: w.place.end, Text: w.now}
		if w.changes && !slices.Contains(found, e) {
			found = append(found, e)
		}
	}
	return found
}

// examples are the lines of .env.sample that are commented out and say what one
// variable says by default: they show it to operators. Those that say something else
// show a choice, and stay.
func (j *job) examples(wishes []wish) []edit.Edit {
	var found []edit.Edit
	if j.Recipe.EnvSample == nil {
		return nil
	}
	for _, v := range j.Recipe.EnvSample.Commented() {
		text := j.texts[v.Span.File]
		start, end := text.Place(v.ValueSpan)
		inner, at := unquote(text.String[start:end])
		here := func(w wish) bool { return w.place.file == v.Span.File && w.place.start < end && start < w.place.end }
		same := func(w wish) bool { return w.changes && w.variable == v.Key && w.text == v.Value && inner == v.Value }
		if i := slices.IndexFunc(wishes, same); i >= 0 && !slices.ContainsFunc(wishes, here) {
			found = append(found, edit.Edit{File: v.Span.File, Start: start + at, End: start + at + len(inner), Text: wishes[i].now})
		}
	}
	return found
}

func (j *job) show(p place) string {
	return fmt.Sprintf("%s:%d", p.file, lineOf(j.texts[p.file].String, p.start))
}
