package git_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/git/gittest"
)

// TestAFailedMirrorLosesNothing: whatever the server does, the mirror that was there
// stays good, and a first one leaves no trace.
func TestAFailedMirrorLosesNothing(t *testing.T) {
	root := t.TempDir()
	work := filepath.Join(root, "app")
	gittest.Commit(t, must(t, os.Mkdir(work, 0o755), work), map[string]string{"compose.yml": "services: {}\n"})
	gittest.Git(t, work, "tag", "1.0.0+1.0")
	real := gittest.Handler(t, root)
	isPack := func(r *http.Request) bool { return r.Method == http.MethodPost }

	for name, test := range map[string]struct {
		serve  http.HandlerFunc
		limits git.Limits
		want   func(error) bool
	}{
		"rate limit": {
			serve: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "120")
				w.WriteHeader(http.StatusTooManyRequests)
			},
			want: func(err error) bool {
				var status *git.StatusError
				return errors.As(err, &status) && status.Code == 429 && status.RetryAfter == 2*time.Minute
			},
		},
		"server error": {
			serve: func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusInternalServerError)
				fmt.Fprint(w, strings.Repeat("\x1b[2J", 1<<20))
			},
			want: says("500 Internal Server Error"),
		},
		"server error for the pack": {
			serve: func(w http.ResponseWriter, r *http.Request) {
				if isPack(r) {
					w.WriteHeader(http.StatusBadGateway)
					return
				}
				real.ServeHTTP(w, r)
			},
			want: says("502 Bad Gateway"),
		},
		"gone":         {serve: http.NotFound, want: is(git.ErrNotFound)},
		"unauthorised": {serve: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, want: says("credentials")},
		"a web page":   {serve: func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>hello") }, want: failing},
		"nothing":      {serve: func(http.ResponseWriter, *http.Request) {}, want: failing},
		"half the refs": {
			serve: func(w http.ResponseWriter, r *http.Request) { half(w, r, real, !isPack(r)) },
			want:  failing,
		},
		"half the pack": {
			serve: func(w http.ResponseWriter, r *http.Request) { half(w, r, real, isPack(r)) },
			want:  failing,
		},
		"silence": {
			serve:  func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
			limits: git.Limits{Time: 100 * time.Millisecond},
			want:   is(context.DeadlineExceeded),
		},
		"silence in the pack": {
			serve: func(w http.ResponseWriter, r *http.Request) {
				if isPack(r) {
					_, _ = w.Write([]byte("0008NAK\n"))
					_ = http.NewResponseController(w).Flush()
					// The server notices a client that went only once it read the request.
					_, _ = r.Body.Read(make([]byte, 1<<16))
					<-r.Context().Done()
					return
				}
				real.ServeHTTP(w, r)
			},
			limits: git.Limits{Time: 200 * time.Millisecond},
			want:   is(context.DeadlineExceeded),
		},
		"endless refs": {
			serve: func(w http.ResponseWriter, _ *http.Request) {
				line := fmt.Sprintf("%040x refs/tags/%%08d\n", 1)
				for i := 0; ; i++ {
					text := fmt.Sprintf(line, i)
					if _, err := fmt.Fprintf(w, "%04x%s", len(text)+4, text); err != nil {
						return
					}
				}
			},
			want: failing,
		},
		"an endless pack": {
			serve: func(w http.ResponseWriter, r *http.Request) {
				if !isPack(r) {
					real.ServeHTTP(w, r)
					return
				}
				_, _ = w.Write([]byte("0008NAK\n"))
				packet := append([]byte("fff0\x01"), make([]byte, 0xfff0-5)...)
				for {
					if _, err := w.Write(packet); err != nil {
						return
					}
				}
			},
			limits: git.Limits{Bytes: 1 << 20},
			want:   is(git.ErrTooLarge),
		},
		"too many refs": {serve: real.ServeHTTP, limits: git.Limits{Refs: 1}, want: is(git.ErrTooLarge)},
		"a redirect to another server": {
			serve: func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "http://169.254.169.254"+r.URL.String(), http.StatusFound)
			},
			want: is(git.ErrRefused),
		},
		"a redirect to a private address over https": {
			serve: func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "https://10.0.0.1"+r.URL.String(), http.StatusFound)
			},
			want: is(git.ErrRefused),
		},
		"a redirect to another port": {
			serve: func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "http://127.0.0.1:1"+r.URL.String(), http.StatusFound)
			},
			want: is(git.ErrRefused),
		},
		"a redirect to itself": {
			serve: func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) },
			want:  failing,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var behave atomic.Value
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				behave.Load().(http.HandlerFunc)(w, r)
			}))
			defer server.Close()
			url := server.URL + "/app/.git"
			dir := filepath.Join(t.TempDir(), "app.git")
			fails := func() {
				_, _, err := git.Mirror(t.Context(), git.Remote{URL: url, Trusted: true, Limits: test.limits}, dir)
				if err == nil || !test.want(err) || len(err.Error()) > 1000 || strings.ContainsRune(err.Error(), '\x1b') {
					t.Fatalf("got %v", err)
				}
			}

			behave.Store(test.serve)
			fails()
			if _, err := os.Stat(dir); err == nil {
				t.Fatal("a failed first mirror left something")
			}

			behave.Store(http.HandlerFunc(real.ServeHTTP))
			mirror(t, url, dir)
			behave.Store(test.serve)
			gittest.Git(t, work, "commit", "-q", "--allow-empty", "-m", name) // so that there is something to fetch
			fails()
			old, err := git.Open(dir)
			if err != nil || len(tagNames(t, old)) != 1 {
				t.Fatalf("the old mirror is lost: %v", err)
			}
			if _, _, err := old.Head(); err != nil {
				t.Fatal(err)
			}
			onlyChild(t, dir)
		})
	}
}

func failing(error) bool               { return true }
func is(target error) func(error) bool { return func(err error) bool { return errors.Is(err, target) } }

func says(text string) func(error) bool {
	return func(err error) bool { return strings.Contains(err.Error(), text) }
}

// half serves the first half of an answer, or all of it.
func half(w http.ResponseWriter, r *http.Request, real http.Handler, cut bool) {
	if !cut {
		real.ServeHTTP(w, r)
		return
	}
	recorded := httptest.NewRecorder()
	real.ServeHTTP(recorded, r)
	body := recorded.Body.Bytes()
	_, _ = w.Write(body[:len(body)/2])
}

// fakeServer announces refs as given and answers each request for objects with pack.
func fakeServer(t *testing.T, capabilities string, refs []string, pack []byte) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			_, _ = w.Write(append([]byte("0008NAK\n"), pack...))
			return
		}
		fmt.Fprint(w, "001e# service=git-upload-pack\n0000")
		for i, ref := range refs {
			if i == 0 {
				ref += "\x00" + capabilities
			}
			fmt.Fprintf(w, "%04x%s\n", len(ref)+5, ref)
		}
		fmt.Fprint(w, "0000")
	}))
	t.Cleanup(server.Close)
	return server.URL + "/app.git"
}

// object is a pack's entry: its type, the size that it claims, and its content.
func object(kind byte, claimed uint64, content []byte) []byte {
	head := []byte{kind<<4 | byte(claimed&15)}
	for claimed >>= 4; claimed > 0; claimed >>= 7 {
		head[len(head)-1] |= 0x80
		head = append(head, byte(claimed&0x7f))
	}
	var packed bytes.Buffer
	writer := zlib.NewWriter(&packed)
	_, _ = writer.Write(content)
	_ = writer.Close()
	return append(head, packed.Bytes()...)
}

func packOf(count uint32, objects ...[]byte) []byte {
	pack := binary.BigEndian.AppendUint32([]byte("PACK\x00\x00\x00\x02"), count)
	pack = append(pack, bytes.Join(objects, nil)...)
	sum := sha1.Sum(pack)
	return append(pack, sum[:]...)
}

const (
	commitObject, blobObject, refDelta = 1, 3, 7
)

func TestHostilePacks(t *testing.T) {
	ref := strings.Repeat("1", 40) + " refs/heads/main"
	zeros := make([]byte, 80<<20)
	delta := append(binary.AppendUvarint(binary.AppendUvarint(nil, 1), 1<<40), 0x90, 1)
	withBase := func(entry []byte) []byte { return append(append([]byte{entry[0]}, make([]byte, 20)...), entry[1:]...) }
	for name, test := range map[string]struct {
		pack []byte
		want func(error) bool
	}{
		"no pack":                       {nil, failing},
		"junk":                          {[]byte("<html>"), failing},
		"four billion objects":          {packOf(1<<32 - 1), is(git.ErrTooLarge)},
		"an object of a terabyte":       {packOf(1, object(blobObject, 1<<40, []byte("x"))), is(git.ErrTooLarge)},
		"an object that inflates":       {packOf(1, object(blobObject, 80<<20, zeros)), is(git.ErrTooLarge)},
		"an object that lies":           {packOf(1, object(blobObject, 5, zeros)), failing},
		"a delta that makes a terabyte": {packOf(1, withBase(object(refDelta, uint64(len(delta)), delta))), is(git.ErrTooLarge)},
		"a delta without its base":      {packOf(1, withBase(object(refDelta, 3, []byte{1, 1, 1}))), failing},
		"a wrong checksum":              {append(packOf(1, object(blobObject, 1, []byte("x")))[:40], 0), failing},
		"another object than announced": {packOf(1, object(blobObject, 1, []byte("x"))), says("did not send it")},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "app.git")
			_, _, err := git.Mirror(t.Context(), trusted(fakeServer(t, "ofs-delta", []string{ref}, test.pack)), dir)
			if err == nil || !test.want(err) {
				t.Fatalf("got %v", err)
			}
			if entries, _ := os.ReadDir(filepath.Dir(dir)); len(entries) != 0 {
				t.Fatalf("left behind: %v", entries)
			}
		})
	}
}

func TestHostileRefs(t *testing.T) {
	content := "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\nx\n"
	commit := fmt.Sprintf("%x", sha1.Sum(fmt.Appendf(nil, "commit %d\x00%s", len(content), content)))
	pack := packOf(2, object(commitObject, uint64(len(content)), []byte(content)), object(2, 0, nil))
	refs := []string{
		commit + " HEAD", commit + " refs/heads/main", commit + " refs/tags/1.0.0+1.0",
		commit + " refs/tags/../../config", commit + " refs/tags/a\nb", commit + " refs/tags/\x1b[2J", commit + " refs/tags/a.lock",
		commit + " refs/tags/" + strings.Repeat("x", 2000), commit + " refs/pull/1/head", commit + " config", commit + " refs/heads/../../x",
	}
	for capabilities, branch := range map[string]string{
		"symref=HEAD:refs/heads/main":    "main",
		"symref=HEAD:refs/heads/gone":    "gone",
		"symref=HEAD:../../etc/passwd":   "main", // nonsense; the hash says which one it is
		"symref=HEAD:refs/heads/..":      "main",
		"symref=HEAD":                    "main",
		"ofs-delta":                      "main",
		"object-format=sha1":             "main",
		"agent=\x1b[2J symref=x symref=": "",
	} {
		dir := filepath.Join(t.TempDir(), "app.git")
		repo, _, err := git.Mirror(t.Context(), trusted(fakeServer(t, capabilities, refs, pack)), dir)
		if branch == "" {
			if err == nil {
				t.Errorf("%q: taken", capabilities)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", capabilities, err)
			continue
		}
		if got, _, _ := repo.Head(); got != branch {
			t.Errorf("%q: HEAD is %q, want %q", capabilities, got, branch)
		}
		if got := tagNames(t, repo); len(got) != 1 || got[0] != "1.0.0+1.0" {
			t.Errorf("%q: tags %q", capabilities, got)
		}
	}
	url := fakeServer(t, "object-format=sha256", refs, pack)
	if _, _, err := git.Mirror(t.Context(), trusted(url), filepath.Join(t.TempDir(), "x")); err == nil || !strings.Contains(err.Error(), "sha256") {
		t.Errorf("got %v", err)
	}
}

func TestUntrustedRemotes(t *testing.T) {
	_, url := origin(t)
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	port := secure.URL[strings.LastIndexByte(secure.URL, ':'):]
	for _, refused := range []string{
		url, "http://example.org/app", "ssh://git@example.org/app", "git://example.org/app", "file:///etc", "/etc", "git@example.org:app",
		"ext::sh -c true", "https://", "https://example.org/app?x=1", "https://exa mple.org/", "",
		secure.URL, "https://localhost" + port, "https://LOCALHOST." + port, "https://[::1]" + port, "https://[::ffff:127.0.0.1]" + port,
		"https://10.1.2.3/app", "https://192.168.1.1/app", "https://169.254.169.254/app", "https://0.0.0.0" + port, "https://[fe80::1]/app", "https://[fd00::1]/app",
		"https://2130706433" + port, "https://0x7f.1" + port, // not addresses to us, but some resolvers take them for one
	} {
		_, _, err := git.Mirror(t.Context(), git.Remote{URL: refused, Limits: git.Limits{Time: 5 * time.Second}}, filepath.Join(t.TempDir(), "app.git"))
		var lookup interface{ Temporary() bool }
		if !errors.Is(err, git.ErrRefused) && !errors.As(err, &lookup) {
			t.Errorf("%s: %v", refused, err)
		}
	}
}

func TestCredentialsAreNeverShown(t *testing.T) {
	var sent []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		sent = append(sent, user+":"+password)
		w.WriteHeader(http.StatusForbidden)
	}))
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	for _, remote := range []git.Remote{
		{URL: server.URL + "/app", Trusted: true, Token: "hunter2"},
		{URL: "http://ada:hunter2@" + host + "/app", Trusted: true},
		{URL: "http://hunter2@" + host + "/app", Trusted: true},
		{URL: "http://ada:hunter2@git.example.org/app", Trusted: true},
		{URL: "https://ada:hunter2@10.0.0.1/app"},
		{URL: "ssh://ada:hunter2@10.0.0.1/app"},
		{URL: "https://ada:hunter2@exa mple.org/app"},
	} {
		_, _, err := git.Mirror(t.Context(), remote, filepath.Join(t.TempDir(), "app.git"))
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v", err)
		}
	}
	if want := "oauth2:hunter2 ada:hunter2 hunter2:"; strings.Join(sent, " ") != want {
		t.Errorf("sent %q, want %q", sent, want)
	}
}

func TestCredentialsDoNotFollowARedirect(t *testing.T) {
	leaked := false
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { leaked = true }))
	defer other.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+r.URL.String(), http.StatusFound)
	}))
	defer server.Close()
	_, _, err := git.Mirror(t.Context(), git.Remote{URL: server.URL + "/app", Trusted: true, Token: "hunter2"}, filepath.Join(t.TempDir(), "app.git"))
	if !errors.Is(err, git.ErrRefused) || leaked {
		t.Fatalf("leaked %v: %v", leaked, err)
	}
}
