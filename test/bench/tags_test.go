//go:build bench

package bench

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"golang.org/x/sync/errgroup"
)

const (
	repositories = 250
	tagsEach     = 20
	imagesEach   = 4 // that recipes use: 1,000 in all
)

// tagsCheck checks 1,000 images of 250 repositories against the real registry, as whole
// processes. The peer only lists the tags of the repositories, eight at a time, as we do.
func tagsCheck(t *testing.T) []row {
	for _, program := range []string{"docker-registry", "skopeo"} {
		if _, err := exec.LookPath(program); err != nil {
			return []row{{what: "NO PEER: tags check: " + err.Error()}}
		}
	}
	upstream := distribution(t)
	fill(t, upstream)
	direct := againstTags(t, upstream)
	a, b := pair(t, direct.first, direct.their)
	again, _ := pair(t, direct.again, direct.again)

	var asked atomic.Int32
	counted := againstTags(t, counting(t, upstream, &asked))
	requests := func(cmd *exec.Cmd) int32 {
		asked.Store(0)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", cmd, err, out)
		}
		return asked.Load()
	}
	first, their, second := requests(counted.first()), requests(counted.their()), requests(counted.again())
	if first > their || second > 0 {
		t.Errorf("%d requests, then %d; skopeo makes %d", first, second, their)
	}
	return []row{
		{
			what: "tags check: 1,000 images, 250 repositories (≤ 1.2)", peer: "skopeo list-tags, 8 at a time", ours: a, their: b,
			note: fmt.Sprintf("%d requests against %d", first, their),
		},
		{what: "tags check: the same again", ours: again, note: fmt.Sprintf("%d requests", second)},
	}
}

// tagsPair are the commands against one registry.
type tagsPair struct{ first, again, their func() *exec.Cmd }

func againstTags(t *testing.T, host string) tagsPair {
	var images []string
	var listed strings.Builder
	for i := range repositories {
		for j := range imagesEach {
			images = append(images, fmt.Sprintf("%s/team/app-%03d:1.%d.0", host, i, j*tagsEach/imagesEach))
		}
		fmt.Fprintf(&listed, "docker://%s/team/app-%03d\n", host, i)
	}
	check := func(data string) *exec.Cmd {
		return exec.Command(bin("catalogue"), append([]string{"tags", "check", "--json", "--data", data, "--private-registry", host}, images...)...)
	}
	kept := t.TempDir()
	timed(t, check(kept))
	return tagsPair{
		first: func() *exec.Cmd { return check(t.TempDir()) },
		again: func() *exec.Cmd { return check(kept) },
		their: func() *exec.Cmd { return xargs(listed.String(), "skopeo list-tags --tls-verify=false $0") },
	}
}

// distribution is a registry on loopback that ends with the test.
func distribution(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := listener.Addr().String()
	listener.Close()
	config := filepath.Join(dir, "config.yml")
	write(t, config, fmt.Sprintf("version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %s/data}}\nhttp: {addr: %s}\n", dir, host))
	cmd := exec.Command("docker-registry", "serve", config)
	cmd.Env = append(os.Environ(), "OTEL_TRACES_EXPORTER=none")
	start(t, cmd, "http://"+host+"/v2/")
	return host
}

// fill pushes an image under every tag, as a registry stores them.
func fill(t *testing.T, host string) {
	t.Helper()
	pusher, err := remote.NewPusher()
	if err != nil {
		t.Fatal(err)
	}
	var group errgroup.Group
	group.SetLimit(8)
	for i := range repositories {
		group.Go(func() error {
			for j := range tagsEach {
				tag, err := name.NewTag(fmt.Sprintf("%s/team/app-%03d:1.%d.0", host, i, j))
				if err != nil {
					return err
				}
				if err := pusher.Push(t.Context(), tag, empty.Image); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
}

// counting is a proxy before the registry that counts requests.
func counting(t *testing.T, upstream string, asked *atomic.Int32) string {
	t.Helper()
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: upstream})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		asked.Add(1)
		proxy.ServeHTTP(w, req)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}
