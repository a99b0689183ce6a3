package publish

import (
	"cmp"
	"html/template"
	"reflect"
	"slices"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// Bounds of what one page lists; the JSON has the rest.
const (
	maxVersions = 200
	maxRows     = 300
)

// recipeView is the page of one recipe.
type recipeView struct {
	Name, Category, Description string
	Mark                        mark
	Website, Repository, JSON   string
	DefaultBranch               string
	Image                       imageView
	Score                       score
	Features                    []feature
	Latest                      release
	Domain                      string    // for the examples
	Now                         *newApp   // nil where there is no version to deploy
	Versions                    []version // newest first
	Older                       int       // versions that are not listed
	Upstream                    rows[imageCheck]
	RunsOn                      string // platforms of all images
	Lint                        verdict
	Findings                    rows[catalogue.Finding]
	Problems                    rows[catalogue.Problem]
	Readme                      template.HTML
	ReadmeCut                   bool
	Status                      catalogue.Status
	CheckedAt, ValidUntil       time.Time
}

// imageView is the image of service app as the README describes it.
type imageView struct {
	Name, Link, Rating, Source string
}

// newApp is what someone who deploys the latest version has to know.
type newApp struct {
	Env      rows[catalogue.EnvVar]
	Secrets  rows[catalogue.Secret]
	Generate bool               // some secrets are to be generated
	Insert   []catalogue.Secret // others have to be inserted
	Errors   int                // that the linter found
}

// rows is a list that may be cut.
type rows[T any] struct {
	Shown []T
	More  int
}

func limit[T any](list []T) rows[T] {
	n := min(len(list), maxRows)
	return rows[T]{list[:n], len(list) - n}
}

// newRecipeView takes r over: its texts are cleaned in place.
func (s *site) newRecipeView(r catalogue.Recipe) recipeView {
	clean(reflect.ValueOf(&r).Elem(), "Readme", "Notes")
	html, whole := s.readme.render(r.Readme)
	view := recipeView{
		Name: r.Name, Category: cut(r.Category, 40), Description: r.Description, Mark: newMark(r.Name),
		Website: webLink(r.Website), Repository: repositoryLink(r.Repository), JSON: jsonHref(r.Name),
		DefaultBranch: r.DefaultBranch, Image: newImageView(r.Features.Image), Score: newScore(r.Features.Status),
		Features: features(r.Features), Latest: newest(r), Domain: exampleDomain(r.Name), Now: newNewApp(r),
		Lint: newVerdict(r.Lint, r.Status), Findings: limit(bySeverity(r.Lint.Findings)), Problems: limit(r.Problems),
		Readme: html, ReadmeCut: !whole, Status: r.Status, CheckedAt: r.CheckedAt, ValidUntil: r.ValidUntil,
	}
	view.Versions = newVersions(r.Versions)
	view.Upstream = newImageChecks(r.Upstream)
	view.RunsOn = strings.Join(shortPlatforms(catalogue.CommonPlatforms(r.Upstream)), ", ")
	view.Older = len(r.Versions) - len(view.Versions)
	return view
}

func newImageView(i catalogue.Image) imageView {
	return imageView{Name: i.Image, Link: webLink(i.URL), Rating: ratings[digit(i.Rating)][1], Source: i.Source}
}

func newNewApp(r catalogue.Recipe) *newApp {
	latest, ok := r.Latest()
	if !ok {
		return nil
	}
	app := &newApp{Env: limit(latest.Env), Secrets: limit(latest.Secrets), Errors: latest.Lint.Error}
	for _, secret := range app.Secrets.Shown {
		if secret.Generate {
			app.Generate = true
		} else {
			app.Insert = append(app.Insert, secret)
		}
	}
	return app
}

var severities = map[string]int{"error": 0, "warning": 1, "info": 2}

// bySeverity puts the worst first and keeps the order otherwise.
func bySeverity(findings []catalogue.Finding) []catalogue.Finding {
	rank := func(f catalogue.Finding) int {
		if n, ok := severities[f.Severity]; ok {
			return n
		}
		return len(severities)
	}
	return slices.SortedStableFunc(slices.Values(findings), func(a, b catalogue.Finding) int {
		return cmp.Compare(rank(a), rank(b))
	})
}
