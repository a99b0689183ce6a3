package index_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index"
	"coopcloud.tech/catalogue/internal/index/lifecycle"
	"coopcloud.tech/catalogue/internal/upstream"
	"coopcloud.tech/catalogue/internal/upstream/upstreamtest"
)

// recipeOf is an archive of one version of a recipe.
func recipeOf(name, version string, images ...string) string {
	text := fmt.Sprintf("-- %s/%s/compose.yml --\nversion: \"3.8\"\nservices:\n", name, version)
	for i, image := range images {
		service := "app"
		if i > 0 {
			service = fmt.Sprint("s", i)
		}
		text += fmt.Sprintf("  %s:\n    image: %s\n", service, image)
	}
	return text
}

func startRegistry(t *testing.T, front func(http.Handler) http.Handler) *upstreamtest.Registry {
	t.Helper()
	r := upstreamtest.StartBehind(front)
	t.Cleanup(r.Close)
	return r
}

func plainly(next http.Handler) http.Handler { return next }

func (l *lab) push(r *upstreamtest.Registry, image, label string, platforms ...string) string {
	l.t.Helper()
	digest, err := r.Push(image, v1.Config{Labels: map[string]string{"a": label}}, platforms...)
	l.must(err)
	return digest
}

// checksImages makes the lab's crawls ask these registries, as a new process would, with
// the answers of the last one in the data folder.
func (l *lab) checksImages(registries ...*upstreamtest.Registry) {
	var hosts []string
	for _, r := range registries {
		hosts = append(hosts, r.Host)
	}
	l.options.Images = &index.Images{Registries: upstream.New(upstream.Options{
		CacheDir: l.options.Data + "/registries", Anonymous: true, Private: hosts, Now: func() time.Time { return l.now },
	})}
}

// checks are those of a recipe, by service.
func (l *lab) checks(recipe string) map[string]catalogue.Check {
	l.t.Helper()
	checks := map[string]catalogue.Check{}
	for _, c := range l.recipe(recipe).Upstream {
		checks[c.Service] = c
	}
	return checks
}

func (l *lab) plain() []byte {
	l.t.Helper()
	data, err := catalogue.EncodePlain(l.load())
	l.must(err)
	return data
}

func TestImagesAreChecked(t *testing.T) {
	r := startRegistry(t, plainly)
	l := newLab(t)
	app := l.push(r, "app:1.0.0", "x", "linux/amd64", "linux/arm64")
	l.push(r, "app:1.1.0", "y", "linux/amd64")
	l.push(r, "db:16", "z", "linux/arm64")
	l.build(recipeOf("shop", "0.1.0+0.9.0", r.Host+"/app:0.9.0") + recipeOf("shop", "1.0.0+1.0.0", r.Host+"/app:1.0.0", r.Host+"/db:16"))
	l.build(recipeOf("wiki", "1.0.0+1.0.0", r.Host+"/app:1.0.0"))

	l.crawl()
	if asked := r.Asked(); len(asked) > 0 || l.recipe("shop").Upstream != nil {
		t.Errorf("not told to, but asked %q", asked)
	}
	before := l.plain()

	l.checksImages(r)
	report := l.crawl()
	if *report.Images != (index.ImageReport{Due: 2, Checked: 2}) {
		t.Errorf("report %+v", report.Images)
	}
	lists := slices.DeleteFunc(r.Asked(), func(s string) bool { return !strings.HasSuffix(s, "/tags/list") })
	slices.Sort(lists)
	if want := []string{"GET /v2/app/tags/list", "GET /v2/db/tags/list"}; !slices.Equal(lists, want) {
		t.Errorf("asked %q, want each repository listed once", lists)
	}
	shop := l.recipe("shop")
	got := l.checks("shop")["app"]
	if got.Verdict != "minor" || got.Newest != "1.1.0" || got.Steps.Minor != "1.1.0" || got.Digest != app || got.Status != catalogue.OK ||
		got.Image != r.Host+"/app:1.0.0" || !got.CheckedAt.Equal(l.now) || !got.ValidUntil.After(l.now) ||
		!slices.Equal(got.Platforms, []string{"linux/amd64", "linux/arm64"}) {
		t.Errorf("app: %+v", got)
	}
	service := shop.Versions[1].Services[0]
	if service.Digest != app || !slices.Equal(service.Platforms, got.Platforms) || shop.Versions[0].Services[0].Digest != "" {
		t.Errorf("services: %+v, and of the old version %+v", service, shop.Versions[0].Services)
	}
	if common := catalogue.SumUpstream(shop.Upstream).Platforms; !slices.Equal(common, []string{"linux/arm64"}) {
		t.Errorf("it runs on %q", common)
	}
	if !bytes.Equal(before, l.plain()) {
		t.Error("recipes.json changed")
	}

	report = l.crawl()
	if asked := r.Asked(); len(asked) > 0 || report.Images.Due != 0 {
		t.Errorf("an hour later: %+v, asked %q", report.Images, asked)
	}
}

// What was answered before stays, and says that it is old; what never was is unknown.
func TestRegistryGoesDown(t *testing.T) {
	r := startRegistry(t, plainly)
	l := newLab(t)
	l.push(r, "app:1.0.0", "x", "linux/amd64")
	l.push(r, "app:2.0.0", "y", "linux/amd64")
	l.build(recipeOf("shop", "1.0.0+1.0.0", r.Host+"/app:1.0.0"))
	l.checksImages(r)
	l.crawl()
	good := l.checks("shop")["app"]

	r.Close()
	l.build(recipeOf("wiki", "1.0.0+2.0.0", r.Host+"/app:2.0.0", r.Host+"/other:1.0"))
	l.now = l.now.Add(upstream.TagExpiry)
	l.checksImages(r)
	report := l.crawl()
	if report.Images.Failed != 3 {
		t.Errorf("report %+v", report.Images)
	}
	stale := l.checks("shop")["app"]
	if stale.Status != catalogue.Stale || stale.Verdict != "major" || stale.Newest != "2.0.0" || stale.Digest != good.Digest ||
		!stale.CheckedAt.Equal(good.CheckedAt) || !strings.Contains(stale.Error, r.Host) {
		t.Errorf("%+v", stale)
	}
	for name, c := range l.checks("wiki") {
		if c.Status != catalogue.Unknown || c.Verdict != catalogue.UnknownVerdict || c.Error == "" || !c.CheckedAt.IsZero() {
			t.Errorf("%s, never answered for: %+v", name, c)
		}
	}
	// A new version has the older answer too, but what its tag names was not seen.
	l.build(recipeOf("shop", "1.0.0+1.0.0", r.Host+"/app:1.0.0") + recipeOf("shop", "1.0.1+1.0.0", r.Host+"/app:1.0.0"))
	l.crawl()
	if c := l.checks("shop")["app"]; c.Status != catalogue.Stale || c.Verdict != "major" {
		t.Errorf("a new version: %+v", c)
	}
	if versions := l.recipe("shop").Versions; versions[0].Services[0].Digest != good.Digest || versions[1].Services[0].Digest != "" {
		t.Errorf("recorded: %+v", versions)
	}
	// Without asking at all, an answer grows old by itself.
	l.options.Images = nil
	l.now = good.ValidUntil
	l.crawl()
	if c := l.checks("shop")["app"]; c.Status != catalogue.Stale {
		t.Errorf("much later: %+v", c)
	}
}

// A host that is out of patience is left alone, and others do not wait for it.
func TestRegistryOutOfPatience(t *testing.T) {
	var refused atomic.Int32
	limited := startRegistry(t, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			refused.Add(1)
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
		})
	})
	r := startRegistry(t, plainly)
	l := newLab(t)
	l.push(r, "app:1.0.0", "x", "linux/amd64")
	for i := range 20 {
		l.build(recipeOf(fmt.Sprint("r", i), "1.0.0+1.0.0", fmt.Sprintf("%s/app%d:1.0.0", limited.Host, i)))
	}
	l.build(recipeOf("wiki", "1.0.0+1.0.0", r.Host+"/app:1.0.0"))
	l.checksImages(limited, r)
	report := l.crawl()
	if report.Images.Failed != 20 || report.Images.Checked != 21 || refused.Load() > 8 {
		t.Errorf("report %+v, after %d refusals", report.Images, refused.Load())
	}
	if c := l.checks("wiki")["app"]; c.Status != catalogue.OK || c.Verdict != "none" {
		t.Errorf("the other host's: %+v", c)
	}
	if c := l.checks("r1")["app"]; c.Status != catalogue.Unknown || !strings.Contains(c.Error, "too many requests") {
		t.Errorf("%+v", c)
	}
}

// The linter judges by the same answers: a tag that is gone, and one that moved.
func TestLintKnowsImages(t *testing.T) {
	r := startRegistry(t, plainly)
	l := newLab(t)
	first := l.push(r, "app:1.0.0", "x", "linux/amd64")
	l.build(recipeOf("shop", "1.0.0+1.0.0", r.Host+"/app:1.0.0", r.Host+"/gone:1.0.0"))
	l.checksImages(r)
	l.crawl()
	if got := l.checks("shop")["s1"]; !got.Missing || got.Verdict != catalogue.UnknownVerdict || got.Status != catalogue.Unknown {
		t.Errorf("gone: %+v", got)
	}
	shop := l.recipe("shop")
	for name, lint := range map[string]catalogue.Lint{"the version": shop.Versions[0].Lint, "the branch": shop.Lint} {
		if !found(lint, "R162") || found(lint, "R161") {
			t.Errorf("%s: %+v", name, lint.Findings)
		}
	}

	second := l.push(r, "app:1.0.0", "rebuilt", "linux/amd64")
	l.now = l.now.Add(upstream.TagExpiry)
	l.crawl()
	shop = l.recipe("shop")
	if c := l.checks("shop")["app"]; c.Verdict != "rebuild" || c.Digest != second || shop.Versions[0].Services[0].Digest != first {
		t.Errorf("rebuilt: %+v; recorded %s", c, shop.Versions[0].Services[0].Digest)
	}
	if !found(shop.Versions[0].Lint, "R161") {
		t.Errorf("the version: %+v", shop.Versions[0].Lint.Findings)
	}
	// The same without a registry: what is known stays.
	before, err := json.Marshal(shop)
	l.must(err)
	l.options.Images, l.now = nil, l.now.Add(-time.Hour)
	l.crawl()
	if after, err := json.Marshal(l.recipe("shop")); err != nil || !bytes.Equal(before, after) {
		t.Errorf("changed to\n%s\nfrom\n%s", after, before)
	}
}

func found(l catalogue.Lint, rule string) bool {
	return slices.ContainsFunc(l.Findings, func(f catalogue.Finding) bool { return f.Rule == rule })
}

// A crawl that runs out of time leaves the rest to the next one.
func TestImageChecksGoOn(t *testing.T) {
	r := startRegistry(t, plainly)
	l := newLab(t)
	l.push(r, "app:1.0.0", "x", "linux/amd64")
	l.build(recipeOf("shop", "1.0.0+1.0.0", r.Host+"/app:1.0.0"))
	l.checksImages(r)
	l.options.Images.Within = time.Nanosecond
	if report := l.crawl(); *report.Images != (index.ImageReport{Due: 1}) || l.recipe("shop").Upstream != nil {
		t.Errorf("report %+v", report.Images)
	}
	l.options.Images.Within = 0
	if report := l.crawl(); report.Images.Checked != 1 || l.checks("shop")["app"].Status != catalogue.OK {
		t.Errorf("report %+v", report.Images)
	}
}

// The end of life stands beside the verdict, whether a registry answers or not.
func TestEndOfLife(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `[{"cycle":"16","eol":"2026-03-02"},{"cycle":"15","eol":true}]`)
	}))
	l := newLab(t)
	l.build(recipeOf("shop", "1.0.0+1.0.0", "postgres:16.4-alpine", "postgres:15", "postgres:14"))
	ends, err := lifecycle.New(lifecycle.Options{URL: server.URL, Now: func() time.Time { return l.now }})
	l.must(err)
	l.options.Images = &index.Images{Registries: upstream.New(upstream.Options{Offline: true}), EndOfLife: ends}
	l.crawl()
	for service, want := range map[string]string{"app": "16 2026-03-02 false", "s1": "15  true", "s2": ""} {
		c := l.checks("shop")[service]
		if c.Status != catalogue.Unknown || end(c) != want {
			t.Errorf("%s: %q, want %q: %+v", service, end(c), want, c)
		}
	}
	server.Close()
	l.now = l.now.Add(25 * time.Hour)
	l.crawl()
	if c := l.checks("shop")["app"]; end(c) != "16 2026-03-02 true" {
		t.Errorf("on the day, with nobody to ask: %q", end(c))
	}
}

func end(c catalogue.Check) string {
	if c.EndOfLife == nil {
		return ""
	}
	return fmt.Sprintf("%s %s %v", c.EndOfLife.Cycle, c.EndOfLife.Date, c.EndOfLife.Ended)
}

// A tag that no list names is not gone where the registry has it all the same: under the
// digest that the recipe names, too.
func TestHiddenTags(t *testing.T) {
	r := startRegistry(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if strings.HasSuffix(req.URL.Path, "/hidden/tags/list") {
				fmt.Fprint(w, `{"name":"hidden","tags":["2.0.0"]}`)
				return
			}
			next.ServeHTTP(w, req)
		})
	})
	l := newLab(t)
	digest := l.push(r, "app:1.0.0", "x", "linux/arm64", "linux/amd64")
	l.push(r, "hidden:1.0.0", "x", "linux/arm64", "linux/amd64")
	l.build(recipeOf("shop", "1.0.0+1.0.0", r.Host+"/app:0.9.0@"+digest, r.Host+"/hidden:1.0.0", r.Host+"/app@"+digest))
	l.checksImages(r)
	l.crawl()
	checks := l.checks("shop")
	for service, verdict := range map[string]string{"app": "major", "s1": "major", "s2": "unordered"} {
		c := checks[service]
		if c.Missing || c.Verdict != verdict || c.Status != catalogue.OK || c.Digest == "" || len(c.Platforms) != 2 {
			t.Errorf("%s, want %s: %+v", service, verdict, c)
		}
	}
	if found(l.recipe("shop").Versions[0].Lint, "R162") {
		t.Error("the linter takes an image for missing")
	}
}

// What a crawl publishes of images meets the schemas.
func TestChecksMeetTheSchemas(t *testing.T) {
	r := startRegistry(t, plainly)
	l := newLab(t)
	l.push(r, "app:1.0.0", "x", "linux/amd64", "linux/arm/v7", "windows/amd64")
	l.build(recipeOf("shop", "1.0.0+1.0.0", r.Host+"/app:1.0.0", r.Host+"/gone:1.0.0"))
	l.checksImages(r)
	l.options.Images.Registries = upstream.New(upstream.Options{Offline: true})
	l.crawl()
	unknown := l.recipe("shop")
	l.now = l.now.Add(time.Hour)
	l.checksImages(r)
	l.crawl()
	for _, recipe := range []catalogue.Recipe{unknown, l.recipe("shop")} {
		data, err := catalogue.EncodeRecipe(recipe)
		l.must(err)
		l.must(validate(t, "recipe.json", data))
		data, err = catalogue.EncodeIndex(l.now, []catalogue.Summary{catalogue.NewSummary(recipe, data)})
		l.must(err)
		l.must(validate(t, "index.json", data))
	}
}

func validate(t *testing.T, name string, data []byte) error {
	t.Helper()
	files, err := catalogue.Schemas()
	if err != nil {
		return err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	for name, data := range files {
		schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err := errors.Join(err, compiler.AddResource("https://catalogue.test/"+name, schema)); err != nil {
			return err
		}
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}
	return compiler.MustCompile("https://catalogue.test/" + name).Validate(doc)
}
