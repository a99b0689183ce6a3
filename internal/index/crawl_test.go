package index_test

import (
	"context"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index"
)

func TestCrawlReadsARecipe(t *testing.T) {
	l := newLab(t, "shop.txtar")
	report := l.crawl()
	if report.Read != 1 || report.Total() != 1 || report.Incomplete() {
		t.Errorf("report %+v", report)
	}

	r := l.recipe("shop")
	if want := []string{"1.0.0+2.3", "1.1.0+2.4", "1.10.0+2.5"}; !reflect.DeepEqual(tags(r), want) {
		t.Errorf("versions %v, want %v", tags(r), want)
	}
	if r.Category != "Apps" || r.Description != "Sells things." || r.DefaultBranch != "main" ||
		r.Features.Status != 3 || r.Features.Image.Rating != "4" || !strings.Contains(r.Readme, "# Shop") {
		t.Errorf("recipe %+v", r)
	}
	if r.Status != catalogue.OK || !r.CheckedAt.Equal(l.now) || !r.ValidUntil.Equal(l.now.Add(24*time.Hour)) || len(r.Problems) != 0 {
		t.Errorf("status %s, checked %s, valid until %s, problems %v", r.Status, r.CheckedAt, r.ValidUntil, r.Problems)
	}
	checkFirstVersion(t, r.Versions[0])
	if notes := r.Versions[1].Notes; notes != "The database is gone.\n" {
		t.Errorf("notes %q", notes)
	}
	if r.Versions[2].Notes != "" {
		t.Errorf("the last version has notes: %q", r.Versions[2].Notes)
	}
}

func checkFirstVersion(t *testing.T, v catalogue.Version) {
	t.Helper()
	digest := "sha256:" + strings.Repeat("a", 64)
	services := []catalogue.Service{
		{Name: "app", Image: "nginx", Tag: "1.27.3"},
		{Name: "db", Image: "mariadb", Tag: "10.6"},
		{Name: "mail", Image: "registry.example.org/mail/relay", Tag: "4", Digest: digest},
	}
	if !reflect.DeepEqual(v.Services, services) {
		t.Errorf("services %+v\nwant     %+v", v.Services, services)
	}
	secrets := []catalogue.Secret{
		{Name: "api_key", Version: "v3"},
		{Name: "db_password", Version: "v1", Length: 32, Charset: "hex", Generate: true},
		{Name: "smtp_password", Version: "v2", Length: 12, Generate: true},
	}
	if !reflect.DeepEqual(v.Secrets, secrets) {
		t.Errorf("secrets %+v\nwant    %+v", v.Secrets, secrets)
	}
	env := []catalogue.EnvVar{
		{Name: "TYPE", Default: "shop"},
		{Name: "DOMAIN", Default: "shop.example.com"},
		{Name: "URL", Default: "https://shop.example.com"},
		{Name: "COMPOSE_FILE", Default: "compose.yml"},
		{Name: "SECRET_DB_PASSWORD_VERSION", Default: "v1"},
		{Name: "SECRET_API", Default: "v3"},
		{Name: "SECRET_SMTP_PASSWORD_VERSION", Default: "v2", Optional: true},
	}
	if !reflect.DeepEqual(v.Env, env) {
		t.Errorf("env  %+v\nwant %+v", v.Env, env)
	}
	if !v.Annotated || v.Legacy || v.Label != v.Version || len(v.Commit) != 40 || len(v.Tree) != 40 || len(v.TagObject) != 40 {
		t.Errorf("version %+v", v)
	}
	if !reflect.DeepEqual(v.Files, []string{"compose.yml", "compose.mail.yml"}) || len(v.Problems) != 0 {
		t.Errorf("files %v, problems %v", v.Files, v.Problems)
	}
	if v.Lint.Error+v.Lint.Warning+v.Lint.Info != len(v.Lint.Findings) {
		t.Errorf("lint counts %+v", v.Lint)
	}
}

// The mail service has no healthcheck; the recipe as a whole no overlay named in COMPOSE_FILE.
func TestCrawlLintsVersionsAndBranch(t *testing.T) {
	l := newLab(t, "shop.txtar")
	l.crawl()
	r := l.recipe("shop")
	for name, lint := range map[string]catalogue.Lint{"branch": r.Lint, "version": r.Versions[0].Lint} {
		found := false
		for _, f := range lint.Findings {
			found = found || f.Rule == "R002" && f.Path == "compose.mail.yml" && f.Line > 0
		}
		if lint.Quality == nil || *lint.Quality > 5 || lint.Next == "" {
			t.Errorf("%s: a recipe without a healthcheck has quality %v; next: %q", name, lint.Quality, lint.Next)
		}
		if !found {
			t.Errorf("%s: no R002 for the mail overlay in %+v", name, lint.Findings)
		}
	}
}

func TestCrawlAgainReadsNothing(t *testing.T) {
	l := newLab(t, "shop.txtar", "tiny.txtar")
	l.crawl()
	before := l.load()
	report := l.crawl()
	if report.Unchanged != 3 || report.Read != 0 {
		t.Errorf("report %+v", report)
	}
	after := l.load()
	for i := range after.Recipes {
		if !after.Recipes[i].CheckedAt.Equal(l.now) {
			t.Errorf("%s: checked %s, want %s", after.Recipes[i].Name, after.Recipes[i].CheckedAt, l.now)
		}
		after.Recipes[i].CheckedAt, after.Recipes[i].ValidUntil = before.Recipes[i].CheckedAt, before.Recipes[i].ValidUntil
	}
	if !reflect.DeepEqual(after.Recipes, before.Recipes) {
		t.Error("an unchanged crawl changed the catalogue")
	}
}

func TestCrawlReadsOnlyTheNewVersion(t *testing.T) {
	l := newLab(t, "tiny.txtar")
	l.crawl()
	l.git("blog", "tag", "-a", "-m", "x", "1.2.0+2", "1.1.0+2~0")
	report := l.crawl()
	// Two tags on one commit: read once, and the older version not again.
	if report.Read != 1 || report.Unchanged != 1 || report.Recipes[0].Commits != 1 || report.Recipes[0].Versions != 3 {
		t.Errorf("report %+v", report)
	}
	r := l.recipe("blog")
	if want := []string{"1.0.0+1", "1.1.0+2", "1.2.0+2"}; !reflect.DeepEqual(tags(r), want) {
		t.Fatalf("versions %v, want %v", tags(r), want)
	}
	if a, b := r.Versions[1], r.Versions[2]; a.Commit != b.Commit || !reflect.DeepEqual(a.Services, b.Services) || len(b.Services) != 1 {
		t.Errorf("two tags of one commit differ: %+v, %+v", a, b)
	}
	if !said(r.Versions[2].Problems, "label says 1.1.0+2", "tag 1.2.0+2") {
		t.Errorf("problems %v", r.Versions[2].Problems)
	}
}

func TestAnotherProgramReadsAgain(t *testing.T) {
	l := newLab(t, "tiny.txtar")
	l.crawl()
	l.options.Program = "another"
	if report := l.crawl(); report.Read != 2 || report.Recipes[0].Commits != 2 {
		t.Errorf("report %+v", report)
	}
	l.options.Program = "" // the test binary itself
	l.crawl()
	if report := l.crawl(); report.Unchanged != 2 {
		t.Errorf("report %+v", report)
	}
}

func TestVersionForms(t *testing.T) {
	l := newLab(t, `
-- r/v0.9/compose.yml --
services: {app: {image: "a:1"}}
-- r/1.0.0/compose.yml --
services: {app: {image: "a:2"}}
-- r/1.10.0+3_x/compose.yml --
services: {app: {image: "a:3"}}
-- r/1.9.0+3/compose.yml --
services: {app: {image: "a:4"}}
-- r/2.0.0-rc1+4/compose.yml --
services: {app: {image: "a:5"}}
-- r/2.0.0+4/compose.yml --
services: {app: {image: "a:6"}}
-- r/nightly/compose.yml --
services: {app: {image: "a:7"}}
-- r/20211109/compose.yml --
services: {app: {image: "a:8"}}
-- r/1.2.3.4/compose.yml --
services: {app: {image: "a:9"}}
`)
	l.git("r", "tag", "3.0.0+5", "main") // lightweight
	l.crawl()
	r := l.recipe("r")
	want := []string{"v0.9", "1.0.0", "1.9.0+3", "1.10.0+3_x", "2.0.0-rc1+4", "2.0.0+4", "3.0.0+5"}
	if !reflect.DeepEqual(tags(r), want) {
		t.Fatalf("versions %v\nwant     %v", tags(r), want)
	}
	for i, v := range r.Versions {
		if v.Legacy != (i < 2) || v.Annotated != (v.Version != "3.0.0+5") {
			t.Errorf("%s: legacy %v, annotated %v", v.Version, v.Legacy, v.Annotated)
		}
	}
	if last := r.Versions[6]; last.TagObject != "" || !hasRule(last.Lint, "R014") {
		t.Errorf("lightweight tag: object %q, findings %v", last.TagObject, last.Lint.Findings)
	}
	if !said(r.Problems, "tags", "nightly", "20211109", "1.2.3.4") {
		t.Errorf("problems %v", r.Problems)
	}
}

func hasRule(lint catalogue.Lint, rule string) bool {
	for _, f := range lint.Findings {
		if f.Rule == rule {
			return true
		}
	}
	return false
}

func TestMovedAndDeletedTags(t *testing.T) {
	l := newLab(t, "tiny.txtar")
	l.crawl()
	first := l.recipe("blog").Versions[1].Commit

	moved := strings.ReplaceAll(mustRead(t, "testdata/tiny.txtar"), "ghost:2", "ghost:666")
	l.build(moved)
	report := l.crawl()
	if !said(report.Problems, "blog", "tag 1.1.0+2", "moved from commit "+first[:10]) {
		t.Errorf("the report does not tell the moved tag: %v", report.Problems)
	}
	v := l.recipe("blog").Versions[1]
	if !reflect.DeepEqual(v.Moved, []string{first}) || v.Services[0].Tag != "666" || !said(v.Problems, "moved", first[:10]) {
		t.Errorf("moved version %+v", v)
	}

	l.git("blog", "tag", "-d", "1.1.0+2")
	l.crawl()
	if got := tags(l.recipe("blog")); !reflect.DeepEqual(got, []string{"1.0.0+1"}) {
		t.Errorf("after a tag was deleted: %v", got)
	}

	l.git("blog", "tag", "-a", "-m", "x", "1.1.0+2", "1.0.0+1^0") // and made again elsewhere
	l.crawl()
	if got := l.recipe("blog").Versions[1].Moved; !reflect.DeepEqual(got, []string{first, v.Commit}) {
		t.Errorf("moved %v, want %v", got, []string{first, v.Commit})
	}
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestOneCrawlAtATime(t *testing.T) {
	l := newLab(t, "tiny.txtar")
	var second error
	l.options.Progress = func(done, _ int, _ string) {
		if done == 1 {
			_, second = index.Crawl(t.Context(), l.db, l.options)
		}
	}
	l.crawl()
	if !errors.Is(second, index.ErrLocked) || !strings.Contains(second.Error(), "crawl.lock") {
		t.Errorf("a second crawl gave %v, want ErrLocked", second)
	}
	l.options.Progress = nil
	if report := l.crawl(); report.Unchanged != 2 {
		t.Errorf("the crawl after it: %+v", report)
	}
}

func TestInterruptedCrawlGoesOn(t *testing.T) {
	l := newLab(t, "tiny.txtar", "shop.txtar")
	l.options.Workers = 1
	ctx, cancel := context.WithCancel(t.Context())
	l.options.Progress = func(int, int, string) { cancel() }
	_, err := index.Crawl(ctx, l.db, l.options)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("an interrupted crawl gave %v", err)
	}
	loaded := l.load()
	if len(loaded.Recipes) != 1 || loaded.Recipes[0].Status != catalogue.OK {
		t.Fatalf("after the interrupt: %v", names(loaded))
	}
	l.options.Progress = nil
	if report := l.crawl(); report.Read != 2 || report.Unchanged != 1 {
		t.Errorf("the next crawl: %+v", report)
	}
}

func TestLoadDistrustsOldChecks(t *testing.T) {
	l := newLab(t, "tiny.txtar")
	l.crawl()
	l.now = l.now.Add(25 * time.Hour)
	if got := l.recipe("blog").Status; got != catalogue.Stale {
		t.Errorf("a day later the status is %s, want stale", got)
	}
}
