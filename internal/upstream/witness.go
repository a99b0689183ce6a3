package upstream

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// witness asks about single tags: when they were pushed, which digests they name.
type witness struct {
	client  *Client
	pin     pin
	current version
	tags    []Tag          // what is known of them
	at      map[string]int // by name
	minAge  time.Duration
	paged   bool            // what Docker Hub got last was asked for
	before  time.Time       // all other tags were pushed
	exact   map[string]bool // tags whose date is known, not only a bound
	dated   map[string]bool // tags whose date was asked for
	headed  map[string]bool // tags whose digest was asked for
	err     error           // what could not be asked
}

func newWitness(c *Client, p pin, tags []Tag, minAge time.Duration) *witness {
	w := &witness{
		client: c, pin: p, current: parseTag(p.tag), tags: slices.Clone(tags), minAge: minAge,
		at: map[string]int{}, exact: map[string]bool{}, dated: map[string]bool{}, headed: map[string]bool{},
	}
	for i, tag := range w.tags {
		w.at[tag.Name] = i
	}
	return w
}

func (w *witness) isHub() bool { return strings.HasPrefix(w.pin.repository, hubDomain) }

// askPage asks Docker Hub for what was pushed last, once, where dates may change the
// verdict: a cool-down, an upgrade that may lead to a retired scheme, a counter that may
// have begun again.
func (w *witness) askPage(ctx context.Context, v Verdict) bool {
	matters := v.Newest != "" || len(undatedOf(v)) > 0 || w.mayBeReset(v)
	if !w.isHub() || w.paged || !matters {
		return false
	}
	w.paged = true
	page, err := w.client.hubPage(ctx, w.pin.ref)
	w.err = errors.Join(w.err, err)
	for _, tag := range page.tags {
		w.learn(tag)
	}
	w.bound(page.before)
	return true
}

// bound takes the tags that are not on the page for as old as its end. They are older:
// that can keep a rule of Judge from speaking, but makes none speak wrongly, as long as
// the current tag is bound as well.
//
// A pre-release that was pushed with a release speaks against it: a bound must not.
func (w *witness) bound(before time.Time) {
	for i, tag := range w.tags {
		mayAccuse := w.current.stage.maturity == 0 && parseTag(tag.Name).stage.maturity != 0
		if tag.Pushed.IsZero() && !mayAccuse {
			w.tags[i].Pushed = before
		}
	}
	w.before = before
}

// unbind takes back what would make older versions younger than the current one, now
// that its own date is known.
func (w *witness) unbind() {
	for i, tag := range w.tags {
		if !w.exact[tag.Name] && compare(parseTag(tag.Name), w.current) < 0 {
			w.tags[i].Pushed = time.Time{}
		}
	}
}

func (w *witness) learn(tag Tag) {
	if i, listed := w.at[tag.Name]; listed {
		known := &w.tags[i]
		known.Digest = cmp.Or(tag.Digest, known.Digest)
		if !tag.Pushed.IsZero() {
			known.Pushed, w.exact[tag.Name] = tag.Pushed, true
			if tag.Name == w.pin.tag && tag.Pushed.Before(w.before) {
				w.unbind()
			}
		}
	}
}

// look asks about single tags, as long as not too much was asked.
func (w *witness) look(ctx context.Context, v Verdict) bool {
	asked := w.each(append(w.undated(v), w.leap(v)...), w.dated, func(tag string) (Tag, error) { return w.date(ctx, tag) })
	return w.each(w.early(v), w.headed, func(tag string) (Tag, error) { return w.head(ctx, tag) }) || asked
}

func (w *witness) each(tags []string, done map[string]bool, ask func(string) (Tag, error)) bool {
	asked := false
	for _, name := range tags {
		_, isListed := w.at[name]
		if !isListed || done[name] || len(w.dated)+len(w.headed) >= maxLooks {
			continue
		}
		done[name], asked = true, true
		tag, err := ask(name)
		if err != nil {
			w.err = errors.Join(w.err, err)
			continue
		}
		w.learn(tag)
	}
	return asked
}

func (w *witness) head(ctx context.Context, name string) (Tag, error) {
	image, err := w.client.Image(ctx, w.pin.repository+":"+name)
	return Tag{Name: name, Digest: image.Digest}, err
}

// date asks Docker Hub's API, and elsewhere the image itself.
func (w *witness) date(ctx context.Context, name string) (Tag, error) {
	if w.isHub() {
		return w.client.hubTag(ctx, w.pin.ref, name)
	}
	image, err := w.client.Image(ctx, w.pin.repository+":"+name)
	if err != nil {
		return Tag{}, err
	}
	created, err := w.client.created(ctx, image)
	return Tag{Name: name, Pushed: created, Digest: image.Digest}, err
}
