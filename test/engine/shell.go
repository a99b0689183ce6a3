package engine

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/docker/docker/api/types/image"
)

// applets are the commands of a shell image, beside sh.
var applets = []string{"sh", "cat", "chmod", "echo", "env", "id", "ls", "ln", "mkdir", "mkfifo", "pwd", "rm", "sleep", "stty", "tar", "test", "touch", "true"}

// Shell imports an image with a shell and a few commands (busybox) under the
// reference. Without the package busybox-static the test is skipped, unless an
// engine is required. Each change is a Dockerfile line, as for Image.
func (e *Engine) Shell(t testing.TB, ref string, changes ...string) {
	t.Helper()
	program, err := exec.LookPath("busybox")
	if err != nil {
		giveUp(t, fmt.Errorf("%w; apt-get install busybox-static", err))
	}
	data, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := shellTar(data)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := e.API.ImageImport(t.Context(), image.ImportSource{Source: archive, SourceName: "-"}, ref,
		image.ImportOptions{Changes: append([]string{"ENV PATH=/bin", `ENTRYPOINT ["sh", "-c"]`}, changes...)})
	if err != nil {
		t.Fatalf("shell image %s: %v", ref, err)
	}
	defer answer.Close()
	if _, err := io.Copy(io.Discard, answer); err != nil {
		t.Fatal(err)
	}
}

func shellTar(busybox []byte) (*bytes.Buffer, error) {
	var archive bytes.Buffer
	writer := tar.NewWriter(&archive)
	users := "root:x:0:0::/:/bin/sh\nwww:x:33:33::/:/bin/sh\n"
	headers := []tar.Header{
		{Name: "bin/busybox", Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(busybox))},
		{Name: "etc/passwd", Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(users))},
		{Name: "tmp", Typeflag: tar.TypeDir, Mode: 0o1777},
	}
	for _, name := range applets {
		headers = append(headers, tar.Header{Name: "bin/" + name, Typeflag: tar.TypeSymlink, Linkname: "busybox"})
	}
	contents := map[string][]byte{"bin/busybox": busybox, "etc/passwd": []byte(users)}
	for _, header := range headers {
		if err := writer.WriteHeader(&header); err != nil {
			return nil, err
		}
		if _, err := writer.Write(contents[header.Name]); err != nil {
			return nil, err
		}
	}
	return &archive, writer.Close()
}
