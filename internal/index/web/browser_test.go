package web_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/publish"
	"coopcloud.tech/catalogue/internal/index/publish/publishtest"
	"coopcloud.tech/catalogue/internal/index/web"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser is a tab that notes down everything a good page does not do.
type browser struct {
	t    *testing.T
	ctx  context.Context
	site string

	mu    sync.Mutex
	wrong []string
}

// newBrowser serves c and opens a tab. It skips the test where there is no
// Chromium, unless CATALOGUE_TEST_BROWSER=require.
func newBrowser(t *testing.T, c catalogue.Catalogue) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CATALOGUE_TEST_BROWSER") == "require" {
			t.Fatalf("CATALOGUE_TEST_BROWSER=require: %v", err)
		}
		t.Skipf("no browser to test with: %v", err)
	}
	site := httptest.NewServer(web.New(web.Options{Dir: published(t, c)}))
	t.Cleanup(site.Close)
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
	)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx, site: site.URL}
	if err := chromedp.Listen(ctx, b.watch); err != nil {
		t.Fatal(err)
	}
	b.do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{})
		return chromedp.Void{}, err
	})
	b.size(1280, "light")
	return b
}

// published publishes c into a new folder.
func published(t testing.TB, c catalogue.Catalogue) string {
	t.Helper()
	dir := t.TempDir()
	if err := publish.Write(t.Context(), c, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// watch collects requests to other servers, messages on the console (a breach
// of the Content-Security-Policy is one) and exceptions.
func (b *browser) watch(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(event.Request.URL, b.site+"/") {
			b.wrong = append(b.wrong, "request to "+event.Request.URL)
		}
	case *log.EventEntryAdded:
		b.wrong = append(b.wrong, fmt.Sprintf("log: %s (%s)", event.Entry.Text, event.Entry.URL))
	case *runtime.EventConsoleAPICalled:
		b.wrong = append(b.wrong, fmt.Sprintf("console: %+v", event.Args))
	case *runtime.EventExceptionThrown:
		b.wrong = append(b.wrong, "exception: "+event.ExceptionDetails.Text)
	}
}

// clean fails the test for what was collected.
func (b *browser) clean() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, what := range b.wrong {
		b.t.Error(what)
	}
	b.wrong = nil
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.site + path))
}

// eval returns what the page says.
func eval[T any](b *browser, expression string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// wants waits until the expression is what is wanted.
func (b *browser) wants(expression, want string) {
	b.t.Helper()
	var got string
	var err error // of a page that is just being left
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if got, err = chromedp.Run(b.ctx, chromedp.Evaluate[string](expression)); err == nil && got == want {
			return
		}
	}
	b.t.Errorf("%s\n got %q (%v)\nwant %q", expression, got, err, want)
}

// size sets the window's width, and light or dark.
func (b *browser) size(width int64, scheme string) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, 900), func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: scheme},
				{Name: "prefers-reduced-motion", Value: "reduce"}, // clicks would miss what still moves
			},
		})
		return chromedp.Void{}, err
	})
}

// shoot checks that nothing sticks out of the page, and keeps a screenshot in
// CATALOGUE_TEST_SCREENSHOTS where that is set.
func (b *browser) shoot(name string) {
	b.t.Helper()
	const sticksOut = `(() => {
		const width = document.documentElement.clientWidth;
		const clipped = (e) => e && (getComputedStyle(e).overflowX !== 'visible' || clipped(e.parentElement));
		return [...document.querySelectorAll('body *')]
			.filter((e) => e.getBoundingClientRect().right > width + 1 && !clipped(e.parentElement) && !e.closest('.hidden, .skip'))
			.map((e) => e.tagName + '.' + e.className).slice(0, 5).join(' ');
	})()`
	if out := eval[string](b, sticksOut); out != "" {
		b.t.Errorf("%s: sticks out of the page: %s", name, out)
	}
	shot, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	if dir := os.Getenv("CATALOGUE_TEST_SCREENSHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".png"), shot, 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
}

// visible names the cards that are shown, in order.
const visible = `[...document.querySelectorAll('.card')].filter((c) => c.checkVisibility()).map((c) => c.dataset.name).join(' ')`

func TestBrowserFindsARecipe(t *testing.T) {
	b := newBrowser(t, publishtest.Sample())
	b.open("/")
	b.wants(visible, "authentik bonfire gitea hedgedoc lemp matrix-synapse newcomer nextcloud peertube rough-edges static-site traefik uptime-kuma vaultwarden")

	// chromedp would send the character even though the page prevents it.
	eval[bool](b, `document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '/', bubbles: true}))`)
	b.do(chromedp.KeyEvent("git"))
	b.wants(visible, "gitea")
	b.wants(`location.search`, "?q=git")
	b.wants(`document.querySelector('[role=status]').textContent`, "1 of 14 recipes")
	b.do(chromedp.KeyEvent("zzz"))
	b.wants(`document.querySelector('[data-empty]').checkVisibility() + ' ' + (`+visible+`)`, "true ")
	b.do(chromedp.Click(chromedp.CSS("[data-clear]")))
	b.wants(`location.search + document.activeElement.id`, "q")

	b.do(chromedp.SetValue(chromedp.CSS("#category"), "Communication"))
	eval[bool](b, `document.querySelector('#category').dispatchEvent(new Event('change'))`)
	b.wants(visible, "bonfire matrix-synapse peertube")
	b.do(chromedp.Click(chromedp.CSS("[data-feature='Single sign-on']")))
	b.wants(visible, "matrix-synapse peertube")

	b.open("/")
	b.do(chromedp.Click(chromedp.CSS("[data-feature='Runs on arm64']")))
	b.wants(visible, "gitea")
	b.wants(`location.search`, "?with=Runs+on+arm64")

	for _, search := range []struct{ address, want string }{
		{"/?q=status:5&sort=updated", "nextcloud gitea"},
		{"/?q=STATUS:%205", "gitea nextcloud"},
		{"/?q=mariadb", "gitea lemp nextcloud"},
		{"/?with=Email&with=Single+sign-on", "gitea matrix-synapse nextcloud peertube"},
		{"/?category=Tools&sort=score", "static-site rough-edges"},
		{"/?category=Tools&sort=lint", "static-site rough-edges"},
		{"/?category=nonsense&q=peer&sort=what", "peertube"},
	} {
		b.open(search.address)
		b.wants(visible, search.want)
	}

	b.do(chromedp.Click(chromedp.CSS(".card:not([hidden]) a")))
	b.wants(`document.querySelector('h1').textContent`, "peertube")
	b.clean()
}

func TestBrowserShowsARecipe(t *testing.T) {
	b := newBrowser(t, publishtest.Sample())
	b.open("/gitea")
	b.wants(`location.pathname`, "/gitea")
	b.wants(`document.querySelector('pre').textContent.split('\n')[0]`, "catalogue app new gitea --domain gitea.example.com")
	b.wants(`[...document.querySelectorAll('.version .name')].map((v) => v.textContent).join(' ')`,
		"3.5.3+1.24.6-rootless 2.0.0+1.19.0-rootless 1.1.0+1.15.3-rootless 1.0.0+1.14.3 v0.1.0")
	b.wants(`String(document.querySelector('[data-valid-until]').checkVisibility())`, "false")
	b.do(chromedp.KeyEvent(kb.Tab))
	b.wants(`document.activeElement.textContent`, "Skip to content")
	b.do(chromedp.Click(chromedp.CSS(".version:nth-of-type(2) summary")))
	b.wants(`document.querySelectorAll('.version')[1].querySelector('.notes').textContent.slice(0, 27)`, "This release adds a secret.")
	b.do(chromedp.Click(chromedp.CSS(".crumb a")))
	b.wants(`location.pathname`, "/")
	b.clean()
}

func TestBrowserSaysWhatIsOld(t *testing.T) {
	c := publishtest.Sample()
	for i := range c.Recipes {
		if c.Recipes[i].Name == "gitea" {
			c.Recipes[i].ValidUntil = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		}
	}
	b := newBrowser(t, c)
	for path, want := range map[string]string{"/gitea": "Out of date.", "/vaultwarden": "Stale.", "/newcomer": "Not read yet."} {
		b.open(path)
		b.wants(`[...document.querySelectorAll('.notice strong')].filter((n) => n.checkVisibility()).map((n) => n.textContent).join(' ')`, want)
	}
	b.clean()
}

// A recipe is written by strangers: whatever it says, nothing of it may run,
// load or stick out of the page.
func TestBrowserIsSafeFromStrangers(t *testing.T) {
	b := newBrowser(t, publishtest.Hostile())
	for i, path := range []string{"/", "/ünïcödé", "/javascript:alert(1)/", "/%3Cscript%3Ealert(1)%3C", "/$(reboot);`id`'/"} {
		for _, width := range []int64{1280, 390} {
			b.size(width, "light")
			b.open(path)
			b.wants(`String(window.pwned)`, "undefined")
			b.wants(`String(document.querySelectorAll('iframe, object, embed, form, main img, main script').length)`, "0")
			b.shoot(fmt.Sprintf("hostile-%d-%d", i, width))
		}
	}
	b.clean()
}

func TestBrowserLooks(t *testing.T) {
	b := newBrowser(t, publishtest.Sample())
	for path, name := range map[string]string{
		"/": "home", "/gitea": "gitea", "/rough-edges": "rough-edges", "/vaultwarden": "vaultwarden",
		"/newcomer": "newcomer", "/authentik": "authentik", "/bonfire": "bonfire", "/matrix-synapse": "matrix", "/?q=nothing+at+all": "empty",
	} {
		for _, width := range []int64{1280, 390} {
			b.size(width, "light")
			b.open(path)
			b.shoot(fmt.Sprintf("%s-%d", name, width))
		}
		b.size(1280, "dark")
		b.shoot(name + "-dark")
	}
	b.clean()
}
