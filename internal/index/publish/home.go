package publish

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// maxTeaser is how much of a description a card shows, in bytes.
const maxTeaser = 240

// home is the list of all recipes.
type home struct {
	Cards      []card
	Categories []category
	Versions   int
	Stale      int
	Generated  time.Time
	Arm64      bool // some recipe is known to run there
}

// listed are the features that cards show.
var listed = []string{"Backups", "Healthcheck", "Email", "Single sign-on"}

// FeatureNames are the features that the list can be narrowed to.
func (h home) FeatureNames() []string {
	if !h.Arm64 {
		return listed
	}
	return append(slices.Clip(listed), arm64)
}

type category struct {
	Name  string
	Count int
}

// card is one recipe in the list.
type card struct {
	Name        string
	Href        string
	Mark        mark
	Category    string
	Description string
	Latest      release
	Score       score
	Features    []feature // those that it has, in part or in whole
	Lint        verdict
	Upstream    *update // nil where no image was checked
	Status      catalogue.Status
	CheckedAt   time.Time
	Images      string // to be searched, not shown
}

// release is a version taken apart.
type release struct {
	Version  string // the tag; empty where there is none
	Own, App string // before and after the plus
	Date     time.Time
	Legacy   bool
}

func newHome(c catalogue.Catalogue) home {
	h := home{Generated: c.GeneratedAt}
	counts := map[string]int{}
	for _, r := range c.Recipes {
		card := newCard(r)
		h.Cards = append(h.Cards, card)
		h.Versions += len(r.Versions)
		counts[card.Category]++
		h.Arm64 = h.Arm64 || slices.ContainsFunc(card.Features, func(f feature) bool { return f.Name == arm64 })
		if r.Status != catalogue.OK {
			h.Stale++
		}
	}
	for name, n := range counts {
		h.Categories = append(h.Categories, category{name, n})
	}
	slices.SortFunc(h.Categories, func(a, b category) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(h.Cards, func(a, b card) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Name, b.Name))
	})
	return h
}

func newCard(r catalogue.Recipe) card {
	if r.Status != catalogue.OK && r.Status != catalogue.Stale {
		r.Status = catalogue.Unknown
	}
	c := card{
		Name: r.Name, Href: recipeHref(r.Name), Mark: newMark(r.Name),
		Category: cmp.Or(cut(strings.TrimSpace(r.Category), 40), "Other"), Description: cut(r.Description, maxTeaser),
		Latest: newest(r), Score: newScore(r.Features.Status), Lint: newVerdict(r.Lint, r.Status),
		Status: r.Status, CheckedAt: r.CheckedAt, Images: cut(images(r), maxTeaser),
	}
	for _, f := range features(r.Features) {
		if slices.Contains(listed, f.Name) && (f.Level == "yes" || f.Level == "part") {
			c.Features = append(c.Features, f)
		}
	}
	upstream := catalogue.SumUpstream(r.Upstream)
	if f := upstreamFeature(upstream); f != nil {
		c.Features = append(c.Features, *f)
	}
	c.Upstream = newImagesUpdate(upstream)
	clean(reflect.ValueOf(&c).Elem())
	return c
}

// newest is the latest version, else the last legacy one.
func newest(r catalogue.Recipe) release {
	if latest, ok := r.Latest(); ok {
		return newRelease(latest)
	}
	if n := len(r.Versions); n > 0 {
		return newRelease(r.Versions[n-1])
	}
	return release{}
}

func newRelease(v catalogue.Version) release {
	own, app, _ := strings.Cut(v.Version, "+")
	return release{Version: v.Version, Own: own, App: app, Date: v.Date, Legacy: v.Legacy}
}

// images lists the images of the newest version.
func images(r catalogue.Recipe) string {
	latest, _ := r.Version(newest(r).Version)
	var names []string
	for _, s := range latest.Services {
		names = append(names, s.Image)
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), " ")
}
