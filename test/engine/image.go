package engine

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/docker/docker/api/types/image"
)

// images builds the test program once and remembers the tar of it.
type images struct {
	once sync.Once
	tar  []byte
	err  error
}

// Image imports the test program (see folder app) under the reference. Each
// change is a Dockerfile line, such as "ENV CRASH=on purpose". The image has
// a healthcheck that looks every second; "HEALTHCHECK NONE" takes it away.
func (e *Engine) Image(t testing.TB, ref string, changes ...string) {
	t.Helper()
	e.images.once.Do(func() { e.images.tar, e.images.err = e.buildTar() })
	if e.images.err != nil {
		t.Fatalf("test image: %v", e.images.err)
	}
	if err := e.load(t.Context(), ref, changes); err != nil {
		t.Fatalf("test image %s: %v", ref, err)
	}
}

func (e *Engine) load(ctx context.Context, ref string, changes []string) error {
	source := image.ImportSource{Source: bytes.NewReader(e.images.tar), SourceName: "-"}
	defaults := []string{
		`ENTRYPOINT ["/app"]`,
		"ENV PATH=/",
		"ENV VERSION=" + ref,
		`HEALTHCHECK --interval=1s --timeout=5s --retries=2 CMD ["/app", "check"]`,
	}
	answer, err := e.API.ImageImport(ctx, source, ref, image.ImportOptions{Changes: append(defaults, changes...)})
	if err != nil {
		return err
	}
	defer answer.Close()
	_, err = io.Copy(io.Discard, answer)
	return err
}

// ImageForeign is Image, for a platform that no test runs on: linux/s390x.
func (e *Engine) ImageForeign(t testing.TB, ref string) {
	t.Helper()
	e.Image(t, ref)
	if err := e.relabel(t.Context(), ref); err != nil {
		t.Fatalf("test image %s: %v", ref, err)
	}
}

// relabel rewrites the platform in the saved image, which has words of the same
// length for amd64, arm64 and s390x. An import of engine 20.10 knows no platform.
func (e *Engine) relabel(ctx context.Context, ref string) error {
	saved, err := e.API.ImageSave(ctx, []string{ref})
	if err != nil {
		return err
	}
	defer saved.Close()
	archive, err := io.ReadAll(saved)
	if err != nil {
		return err
	}
	archive = bytes.ReplaceAll(archive, fmt.Appendf(nil, `"architecture":%q`, runtime.GOARCH), []byte(`"architecture":"s390x"`))
	answer, err := e.API.ImageLoad(ctx, bytes.NewReader(archive))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// buildTar returns a root file system with nothing but the program in it.
func (e *Engine) buildTar() ([]byte, error) {
	binary := filepath.Join(e.dir, "app")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", binary, "coopcloud.tech/catalogue/test/engine/app")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	data, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	var archive bytes.Buffer
	writer := tar.NewWriter(&archive)
	headers := []tar.Header{
		{Name: "app", Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(data))},
		{Name: "wget", Typeflag: tar.TypeSymlink, Linkname: "/app"},
		{Name: "curl", Typeflag: tar.TypeSymlink, Linkname: "/app"},
		{Name: "tmp", Typeflag: tar.TypeDir, Mode: 0o777},
	}
	for _, header := range headers {
		if err := writer.WriteHeader(&header); err != nil {
			return nil, err
		}
		if header.Typeflag == tar.TypeReg {
			if _, err := writer.Write(data); err != nil {
				return nil, err
			}
		}
	}
	return archive.Bytes(), writer.Close()
}
