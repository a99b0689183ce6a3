package publish_test

import (
	"bytes"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/publish"
	"coopcloud.tech/catalogue/internal/index/publish/publishtest"
	"golang.org/x/net/html"
)

// page parses a published page.
func page(t *testing.T, dir, name string) *html.Node {
	t.Helper()
	node, err := html.Parse(bytes.NewReader(read(t, filepath.Join(dir, name))))
	if err != nil {
		t.Fatal(err)
	}
	return node
}

// text is what a page says, with single spaces.
func text(node *html.Node) string {
	var parts []string
	for n := range node.Descendants() {
		if n.Type == html.TextNode {
			parts = append(parts, n.Data)
		}
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// one publishes a single recipe and returns its page.
func one(t *testing.T, r catalogue.Recipe) *html.Node {
	t.Helper()
	dir := t.TempDir()
	write(t, catalogue.Catalogue{Recipes: []catalogue.Recipe{r}}, dir)
	return page(t, dir, r.Name+"/index.html")
}

// Whatever strangers write, pages hold our own two scripts' worth of elements,
// and lead to web pages only.
func TestPagesHoldNothingActive(t *testing.T) {
	dir := t.TempDir()
	write(t, publishtest.Hostile(), dir)
	pages := 0
	for _, file := range tree(t, dir) {
		if strings.HasSuffix(file, ".html") {
			pages++
			t.Run(file, func(t *testing.T) { checkPassive(t, page(t, dir, file)) })
		}
	}
	if pages < 8 {
		t.Errorf("only %d pages were looked at", pages)
	}
}

func checkPassive(t *testing.T, node *html.Node) {
	banned := []string{"iframe", "object", "embed", "form", "style", "base", "svg:script", "template"}
	scripts, images := 0, 0
	for n := range node.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if slices.Contains(banned, n.Data) {
			t.Errorf("<%s> in the page", n.Data)
		}
		switch n.Data {
		case "script":
			scripts++
		case "img":
			images++
		}
		for _, attribute := range n.Attr {
			checkAttribute(t, n, attribute)
		}
	}
	if scripts != 1 || images != 1 {
		t.Errorf("%d scripts and %d images, want one each", scripts, images)
	}
}

func checkAttribute(t *testing.T, n *html.Node, a html.Attribute) {
	if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" {
		t.Errorf("<%s %s=%.40q>", n.Data, a.Key, a.Val)
	}
	if a.Key != "href" && a.Key != "src" {
		return
	}
	link, err := url.Parse(a.Val)
	if err != nil || !slices.Contains([]string{"", "http", "https", "mailto"}, link.Scheme) {
		t.Errorf("<%s %s=%.60q>: %v", n.Data, a.Key, a.Val, err)
	}
	if n.Data != "a" && link.Host != "" {
		t.Errorf("<%s> loads %s", n.Data, a.Val)
	}
}

func TestPagesShowNoControlCharacters(t *testing.T) {
	dir := t.TempDir()
	write(t, publishtest.Hostile(), dir)
	for _, file := range tree(t, dir) {
		if !strings.HasSuffix(file, ".html") {
			continue
		}
		data := read(t, filepath.Join(dir, file))
		if i := bytes.IndexAny(data, "\x00\x07\x1b\u202e\u2066"); i >= 0 {
			t.Errorf("%s: byte %d is a control character, after %.80q", file, i, data[max(0, i-80):i])
		}
		if len(data) > 512<<10 {
			t.Errorf("%s: %d bytes of page for a hostile recipe", file, len(data))
		}
	}
}

func TestHomeTellsWhatMatters(t *testing.T) {
	dir := t.TempDir()
	write(t, publishtest.Sample(), dir)
	got := text(page(t, dir, "index.html"))
	for _, want := range []string{
		"14 recipes in 20 versions.", "Communication (3)", "gitea Development A painless self-hosted Git service Backups Healthcheck Email Single sign-on",
		"Status Complete, with SSO , 5 of 5 Version 1.24.6-rootless Images Minor update waits Checks No findings",
		"1 error, 1 warning", "newcomer Other Not read yet No description yet.", "Version none Checks Not checked yet", "vaultwarden Apps Stale",
		"Published 22 Nov 2026, 09:41 UTC · 2 recipes could not be read at the last check",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("index.html lacks %q", want)
		}
	}
}

func TestRecipePageTellsWhatMatters(t *testing.T) {
	dir := t.TempDir()
	write(t, publishtest.Sample(), dir)
	for file, wants := range map[string][]string{
		"gitea/index.html": {
			"catalogue app new gitea --domain gitea.example.com catalogue app secret generate gitea.example.com catalogue app deploy gitea.example.com",
			"catalogue app secret insert gitea.example.com smtp_password v1 -",
			"Single sign-on Works by itself 3 (OAuth)", "Image gitea/gitea official", "3.5.3+1.24.6-rootless", "v0.1.0 old form",
			"New settings GITEA_SSH_ENABLED GITEA_MAIL_FROM", "New secrets jwt_secret", "Release notes This release adds a secret.",
			"1 hint Level 7 info mariadb:11.4 moves; 11.4.8 would not R005 semver-tag · compose.yml:38", "GITEA_SSH_PORT optional 2222", "generated, 32 characters",
			"Basic usage", "Open the port for the swarm's nodes. See the manual and our notes.",
		},
		"rough-edges/index.html": {
			`error no service is named "app"; found "web", "db" R009 app-service · compose.yml:3`,
			"compose.smtp.yml:4: found a tab where spaces are expected 1.1.0+2",
			"This tag has been moved: it named 0123456789abcdef0123456789abcdef01234567 before.", "its label says 0.9.0+1",
		},
		"vaultwarden/index.html":    {"Stale. The last check failed, so this is the last good state, from 9 Nov 2026, 10:00 UTC."},
		"newcomer/index.html":       {"Not read yet.", "has no version that can be deployed by name.", "the repository is empty", "has not been checked yet"},
		"lemp/index.html":           {"its tags are of an older form.", "v0.2 old form", "lightweight tag"},
		"matrix-synapse/index.html": {"smtp_password v1 yours to insert", "Single sign-on Works by itself 3 (Keycloak)"},
	} {
		got := text(page(t, dir, file))
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks %q", file, want)
			}
		}
	}
}

func TestReadme(t *testing.T) {
	for markdown, want := range map[string]string{
		"# Title\n\ntext":                                                "<p>text</p>",
		"## Two\n\n# One":                                                "<h4>Two</h4>\n<h3>One</h3>",
		"###### Six":                                                     "<h6>Six</h6>",
		"[a](https://example.org/?q=1&r=\"2\")":                          `<p><a rel="nofollow ugc noopener noreferrer" href="https://example.org/?q=1&amp;r=%222%22">a</a></p>`,
		"[a](javascript:alert(1)) [b](//x.y/z) [c](#d)":                  "<p>a b c</p>",
		"<mailto:a@b.org> <a@b.org> https://c.org":                       `<p><a rel="nofollow ugc noopener noreferrer" href="mailto:a@b.org">mailto:a@b.org</a> <a rel="nofollow ugc noopener noreferrer" href="mailto:a@b.org">a@b.org</a> <a rel="nofollow ugc noopener noreferrer" href="https://c.org">https://c.org</a></p>`,
		"![pic](https://x.y/z.png)":                                      `<p><a rel="nofollow ugc noopener noreferrer" href="https://x.y/z.png">pic</a></p>`,
		"[![](https://x.y/z.png)](https://a.b/)":                         `<p><a rel="nofollow ugc noopener noreferrer" href="https://a.b/">image</a></p>`,
		"a<!-- b --><br>c\n\n<div>\nd\n</div>\n":                         "<p>ac</p>",
		"a\n<!-- metadata -->\n* **Status**: 1\n<!-- endmetadata -->\nb": "<p>a</p>\n<p>b</p>",
		"| a |\n|:-:|\n| b |":                                            "<table>\n<thead>\n<tr>\n<th align=\"center\">a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td align=\"center\">b</td>\n</tr>\n</tbody>\n</table>",
		"\x1b[31mred\x1b[0m \u202egnp.exe":                               "<p>\ufffd[31mred\ufffd[0m \ufffdgnp.exe</p>",
	} {
		dir := t.TempDir()
		write(t, catalogue.Catalogue{Recipes: []catalogue.Recipe{{Name: "a", Readme: markdown}}}, dir)
		_, rest, _ := strings.Cut(string(read(t, filepath.Join(dir, "a/index.html"))), `<div class="prose">`)
		got, _, _ := strings.Cut(rest, "</div>")
		if strings.TrimSpace(got) != want {
			t.Errorf("%q\n got %s\nwant %s", markdown, got, want)
		}
	}
}

// Markdown that is made to be slow must not hold up the catalogue.
func TestReadmeInBoundedTime(t *testing.T) {
	for name, unit := range map[string]string{
		"brackets": "[", "images": "![", "links": "[a](", "emphasis": "*a_", "stars": "*a **a ", "quotes": "> ", "lists": "- ", "ticks": "`a``",
		"entities": "&#", "angles": "<a ", "autolinks": "https://a.", "tables": "|a", "references": "[a]: b\n", "escapes": "\\[", "strikes": "~a~~",
		"quotes without spaces": ">", "numbers": "1. ", "paragraphs": "*a_*a_*a_*a_\n", "bullets": "* [a](b) _c_\n", "deep": strings.Repeat("  ", 20) + "- a\n",
		"tabs": ">\t", "mixed": "> - 1) ",
		"comments": "<!-- metadata -->", "mail": "a@b.", "headings": "# a\n", "rows": "a|b\n-|-\n",
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			write(t, catalogue.Catalogue{Recipes: []catalogue.Recipe{{Name: "slow", Readme: strings.Repeat(unit, 1<<20/len(unit))}}}, t.TempDir())
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("1 MiB of %q took %v", unit, took)
			}
			t.Logf("%v", time.Since(start))
		})
	}
}

func TestPageOfHugeRecipeIsBounded(t *testing.T) {
	r := publishtest.Many(1).Recipes[0]
	for len(r.Versions) < 3000 {
		r.Versions = append(r.Versions, r.Versions[4])
	}
	for range 5000 {
		r.Lint.Findings = append(r.Lint.Findings, catalogue.Finding{Severity: "error", Message: "again"})
	}
	got := text(one(t, r))
	for _, want := range []string{"2800 older versions in the JSON.", "and 4700 more, in the JSON."} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func FuzzReadme(f *testing.F) {
	f.Add(publishtest.Hostile().Recipes[0].Readme)
	f.Add(publishtest.Sample().Recipes[2].Readme)
	f.Fuzz(func(t *testing.T, markdown string) {
		node, err := html.Parse(strings.NewReader(publish.RenderReadme(markdown)))
		if err != nil {
			return // too deep for this parser; browsers flatten it
		}
		for n := range node.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if slices.Contains([]string{"script", "iframe", "object", "embed", "form", "style", "base", "img", "svg", "math", "template"}, n.Data) {
				t.Errorf("<%s> in the page", n.Data)
			}
			for _, attribute := range n.Attr {
				checkAttribute(t, n, attribute)
			}
		}
	})
}

func TestPageShowsImages(t *testing.T) {
	dir := t.TempDir()
	write(t, publishtest.Sample(), dir)
	for name, wants := range map[string][]string{
		"gitea/index.html": {
			"Runs on amd64, arm/v7, arm64", "app Minor update waits gitea/gitea:1.24.6-rootless Newest: 1.25.2-rootless , patch: 1.24.7-rootless",
			"db Up to date mariadb:11.4 mariadb 11.4 maintained until 29 May 2029", "checked 22 Nov 2026, 07:41 UTC",
		},
		"authentik/index.html": {
			"db Major update waits Stale", "too many requests", "To look at: 32bit-stretch-8.9 9.0-rc1-alpine", "worker Not known goauthentik/server:2025.10.1 not checked yet never answered",
		},
		"bonfire/index.html": {"app Gone", "The registry has no such image", "db Rebuilt", "meilisearch 1.14 end of life since 31 Jan 2026"},
		"index.html":         {"Images Minor update waits", "Images Not known", "Images 1 image gone", "Runs on arm64"},
	} {
		got := text(page(t, dir, name))
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s does not say %q:\n%s", name, want, got)
			}
		}
	}
	// Where no registry was asked, nothing is said.
	if got := text(page(t, dir, "nextcloud/index.html")); strings.Contains(got, "Images") || strings.Contains(got, "Runs on") {
		t.Errorf("nextcloud: %s", got)
	}
	dir = t.TempDir()
	write(t, only(publishtest.Sample(), "nextcloud"), dir)
	if got := text(page(t, dir, "index.html")); strings.Contains(got, "arm64") {
		t.Errorf("a facet that finds nothing: %s", got)
	}
}
