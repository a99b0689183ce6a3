package index_test

import (
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// Version 1.1.0 changes site.conf and forgets to raise its version; 1.2.0 raises it.
const unbumped = `
-- site/1.0.0+1.27.3/compose.yml --
services:
  app:
    image: nginx:1.27.3
    configs: [{source: site_conf, target: /etc/nginx/conf.d/default.conf}]
    deploy:
      labels: ["coop-cloud.${STACK_NAME}.version=1.0.0+1.27.3"]
configs:
  site_conf: {name: "${STACK_NAME}_site_conf_${SITE_CONF_VERSION}", file: site.conf}
-- site/1.0.0+1.27.3/site.conf --
server {}
-- site/1.0.0+1.27.3/abra.sh --
export SITE_CONF_VERSION=v1
-- site/1.0.0+1.27.3/.env.sample --
TYPE=site
-- site/1.1.0+1.27.3/site.conf --
server { listen 8080; }
-- site/1.2.0+1.27.3/site.conf --
server { listen 8081; }
-- site/1.2.0+1.27.3/abra.sh --
export SITE_CONF_VERSION=v2
`

func TestVersionsAreComparedWithTheOneBefore(t *testing.T) {
	l := newLab(t, unbumped)
	l.crawl()
	versions := l.recipe("site").Versions
	for i, want := range []bool{false, true, false} {
		v := versions[i]
		if got := hasRule(v.Lint, "R191"); got != want {
			t.Errorf("%s has R191: %v, want %v; findings %+v", v.Version, got, want, v.Lint.Findings)
		}
		if got, want := skipReason(v.Lint, "R191"), i == 0; (got != "") != want || want && !strings.Contains(got, "no release tag stands before") {
			t.Errorf("%s skips R191 for %q", v.Version, got)
		}
	}
	for _, f := range versions[1].Lint.Findings {
		if f.Rule == "R191" && (!strings.Contains(f.Message, "since 1.0.0+1.27.3") || f.Path != "abra.sh" || f.Line != 1) {
			t.Errorf("R191 says %+v", f)
		}
	}
}

// The tag names the files that are judged: their label is held against it, not
// against the version before.
func TestALabelThatWasNotRaised(t *testing.T) {
	l := newLab(t, unbumped)
	l.crawl()
	for i, want := range []bool{false, true, true} {
		if v := l.recipe("site").Versions[i]; hasRule(v.Lint, "R194") != want {
			t.Errorf("%s has R194: %v; findings %+v", v.Version, !want, v.Lint.Findings)
		}
	}
}

func TestTheBranchIsComparedWithItsLastRelease(t *testing.T) {
	l := newLab(t, unbumped)
	l.crawl()
	if lint := l.recipe("site").Lint; hasRule(lint, "R191") || skipReason(lint, "R191") != "" {
		t.Errorf("a branch that is a release: %+v, skipped %q", lint.Findings, skipReason(lint, "R191"))
	}
	l.build(unbumped + "-- site/HEAD/site.conf --\nserver { listen 8082; }\n")
	l.crawl()
	if lint := l.recipe("site").Lint; !hasRule(lint, "R191") {
		t.Errorf("a changed config since the release: %+v", lint.Findings)
	}
}

// What a reading depends on is in its key: another version before it is another reading.
func TestAMovedVersionIsComparedAgain(t *testing.T) {
	l := newLab(t, unbumped)
	l.crawl()
	l.build(strings.Replace(unbumped, "server {}", "server { listen 8080; }", 1))
	report := l.crawl()
	if report.Read != 1 || report.Recipes[0].Commits != 2 {
		t.Errorf("report %+v", report)
	}
	if v := l.recipe("site").Versions[1]; hasRule(v.Lint, "R191") {
		t.Errorf("%s: the version before has the same config now; findings %+v", v.Version, v.Lint.Findings)
	}
	if report := l.crawl(); report.Unchanged != 1 {
		t.Errorf("the crawl after it: %+v", report)
	}
}

// Two tags of one commit are compared with the commit before, and read once.
func TestSiblingsAreNotComparedWithEachOther(t *testing.T) {
	l := newLab(t, unbumped)
	l.git("site", "tag", "-a", "-m", "x", "1.1.1+1.27.3", "1.1.0+1.27.3^0")
	report := l.crawl()
	if report.Recipes[0].Commits != 3 || report.Recipes[0].Versions != 4 {
		t.Errorf("report %+v", report)
	}
	for _, v := range l.recipe("site").Versions[1:3] {
		if !hasRule(v.Lint, "R191") {
			t.Errorf("%s: no R191 in %+v", v.Version, v.Lint.Findings)
		}
	}
}

func skipReason(lint catalogue.Lint, rule string) string {
	for _, s := range lint.Skipped {
		if s.Rule == rule {
			return s.Reason
		}
	}
	return ""
}
