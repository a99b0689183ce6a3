package main

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// hostileTar is what a container that lies about a folder could send.
func hostileTar(t testing.TB, headers ...tar.Header) *bytes.Buffer {
	t.Helper()
	var archive bytes.Buffer
	writer := tar.NewWriter(&archive)
	for _, header := range headers {
		if header.Typeflag == tar.TypeReg {
			header.Size = int64(len("evil"))
		}
		if err := writer.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		if header.Typeflag == tar.TypeReg {
			_, _ = io.WriteString(writer, "evil")
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return &archive
}

func file(name string) tar.Header { return tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644} }

func link(name, target string) tar.Header {
	return tar.Header{Name: name, Linkname: target, Typeflag: tar.TypeSymlink}
}

// Whatever a container sends, nothing outside of the copy changes.
func TestUnpackHostile(t *testing.T) {
	hard := tar.Header{Name: "x/hard", Linkname: "x/../../outside", Typeflag: tar.TypeLink}
	folder := func(name string) tar.Header { return tar.Header{Name: name, Typeflag: tar.TypeDir, Mode: 0o755} }
	for name, headers := range map[string][]tar.Header{
		"dots":                    {folder("x"), file("x/../../outside")},
		"absolute":                {folder("x"), file("/etc/../outside")},
		"through a link":          {folder("x"), link("x/a", ".."), file("x/a/outside")},
		"through an absolute":     {folder("x"), link("x/a", "/tmp"), file("x/a/outside")},
		"a link onto a file":      {folder("x"), link("x/a", "../outside"), file("x/a")},
		"a chain of links":        {folder("x"), folder("x/b"), folder("x/b/c"), link("x/b/c/top", "../.."), link("x/b/c/top/l", "../../.."), file("x/l/outside")},
		"down and up":             {folder("x"), folder("x/d"), link("x/s", "d/../.."), file("x/s/outside")},
		"a hard link":             {folder("x"), hard},
		"a device":                {folder("x"), {Name: "x/null", Typeflag: tar.TypeChar, Mode: 0o666}},
		"the folder itself":       {file("x")},
		"an entry without folder": {file("x/a/b/c")},
	} {
		t.Run(name, func(t *testing.T) {
			above := t.TempDir()
			dir := filepath.Join(above, "dir")
			outside := filepath.Join(above, "outside")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{outside, filepath.Join(dir, "outside")} {
				if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			unpackInto(t, dir, hostileTar(t, headers...))
			for _, path := range []string{outside, filepath.Join(dir, "outside")} {
				if data, err := os.ReadFile(path); err != nil || string(data) != "mine" {
					t.Errorf("%s: %q %v, want it as it was", path, data, err)
				}
			}
			mustStayInside(t, filepath.Join(dir, "x"))
		})
	}
}

func unpackInto(t testing.TB, dir string, archive io.Reader) {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	u := unpacker{warn: func(string) {}}
	// An error is fine; a file in the wrong place is not.
	_ = u.unpack(t.Context(), archive, root, "x", true)
}

// mustStayInside fails where a link leads out of the copy.
func mustStayInside(t testing.TB, top string) {
	t.Helper()
	_ = filepath.WalkDir(top, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.Type()&os.ModeSymlink == 0 {
			return err
		}
		if real, err := filepath.EvalSymlinks(path); err == nil && real != top && !strings.HasPrefix(real, top+"/") {
			t.Errorf("%s leads to %s", path, real)
		}
		return nil
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add("x/a", "..", "x/a/outside")
	f.Add("x/b/../a", "../../..", "x/./a/outside")
	f.Add("x/a/b", "c/../..", "x/a/b/outside")
	f.Fuzz(func(t *testing.T, name, target, name2 string) {
		above := t.TempDir()
		outside := filepath.Join(above, "outside")
		dir := filepath.Join(above, "dir")
		if os.Mkdir(dir, 0o700) != nil || os.WriteFile(outside, []byte("mine"), 0o600) != nil {
			t.Fatal("no folder")
		}
		var archive bytes.Buffer
		writer := tar.NewWriter(&archive)
		first, second := link(name, target), file(name2)
		second.Size = 4
		if writer.WriteHeader(&first) != nil || writer.WriteHeader(&second) != nil {
			t.Skip("no tar holds this")
		}
		_, _ = io.WriteString(writer, "evil")
		if writer.Close() != nil {
			t.Skip("no tar holds this")
		}
		unpackInto(t, dir, &archive)
		if data, err := os.ReadFile(outside); err != nil || string(data) != "mine" {
			t.Errorf("%q %v", data, err)
		}
		mustStayInside(t, filepath.Join(dir, "x"))
		entries, _ := os.ReadDir(above)
		if len(entries) != 2 {
			t.Errorf("%d entries beside the copy, want 2", len(entries))
		}
	})
}
