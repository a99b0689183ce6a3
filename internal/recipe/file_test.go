package recipe_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"coopcloud.tech/catalogue/internal/recipe"
)

// hostileFiles are files that ReadFile must refuse, and one that it must not.
func hostileFiles() fstest.MapFS {
	return fstest.MapFS{
		"a/b/c":      {Data: []byte("fine")},
		"full":       {Data: make([]byte, recipe.MaxFileSize)},
		"large":      {Data: make([]byte, recipe.MaxFileSize+1)},
		"link":       {Data: []byte("a/b/c"), Mode: fs.ModeSymlink},
		"up":         {Data: []byte("../../etc"), Mode: fs.ModeSymlink},
		"a/linkdir":  {Data: []byte("b"), Mode: fs.ModeSymlink},
		"pipe":       {Mode: fs.ModeNamedPipe},
		"submodule":  {Mode: fs.ModeIrregular},
		"device":     {Mode: fs.ModeDevice},
		"a/sub/file": {Data: []byte("fine")},
	}
}

var refusals = map[string]error{
	"a/b/c":         nil,
	"full":          nil,
	"large":         recipe.ErrTooLarge,
	"link":          recipe.ErrSymlink,
	"up/passwd":     recipe.ErrSymlink,
	"a/linkdir/c":   recipe.ErrSymlink,
	"a/linkdir":     recipe.ErrSymlink,
	"missing":       fs.ErrNotExist,
	"a/missing/b":   fs.ErrNotExist,
	".":             recipe.ErrNotRegular,
	"a/b":           recipe.ErrNotRegular,
	"../x":          recipe.ErrOutside,
	"a/../../x":     recipe.ErrOutside,
	"/etc/passwd":   recipe.ErrOutside,
	"":              recipe.ErrOutside,
	"a//b":          recipe.ErrOutside,
	"./a/b/c":       recipe.ErrOutside,
	"a/b/c/":        recipe.ErrOutside,
	"a/\xff":        recipe.ErrOutside,
	"mis\x1b[sing":  fs.ErrNotExist,
	"mis\nsing/a/b": fs.ErrNotExist,
}

func TestReadFile(t *testing.T) {
	fsys := hostileFiles()
	checkRefusals(t, fsys, refusals)
	checkRefusals(t, fsys, map[string]error{
		"pipe": recipe.ErrNotRegular, "submodule": recipe.ErrNotRegular, "device": recipe.ErrNotRegular,
	})
}

func checkRefusals(t *testing.T, fsys fs.FS, want map[string]error) {
	t.Helper()
	for path, want := range want {
		data, err := recipe.ReadFile(fsys, path)
		if !errors.Is(err, want) || want != nil && data != nil {
			t.Errorf("%q: got %v, want %v", path, err, want)
		}
		if err != nil && !strings.Contains(err.Error(), strings.Trim(quoted(path), `"`)) {
			t.Errorf("%q: the error does not name it: %v", path, err)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\x1b\n") {
			t.Errorf("%q: the error is not safe to print", path)
		}
	}
}

func quoted(s string) string {
	return strings.NewReplacer("\x1b", `\x1b`, "\n", `\n`, "\xff", `\xff`).Replace(s)
}

// TestOpenDir holds the same of a folder on disk.
func TestOpenDir(t *testing.T) {
	outside := t.TempDir()
	dir := t.TempDir()
	write := func(path string, data []byte) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(outside, "passwd"), []byte("root"))
	for path, file := range hostileFiles() {
		if file.Mode == 0 {
			write(filepath.Join(dir, path), file.Data)
		}
	}
	for link, target := range map[string]string{"link": "a/b/c", "up": outside, "a/linkdir": "b", "compose.yml": filepath.Join(outside, "passwd")} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	fsys, closeDir, err := recipe.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer closeDir()
	checkRefusals(t, fsys, refusals)
	r, err := recipe.Read(fsys, "x")
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Compose) != 1 || r.Compose[0].Root != nil || len(r.Faults) != 1 || r.Faults[0].Code != recipe.CodeSymlink {
		t.Errorf("got %+v", r)
	}
	if _, _, err := recipe.OpenDir(filepath.Join(dir, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// endless claims to be small and never ends.
type endless struct{ read *int }

func (e endless) Open(name string) (fs.File, error)      { return e, nil }
func (e endless) Stat() (fs.FileInfo, error)             { return e, nil }
func (e endless) Lstat(name string) (fs.FileInfo, error) { return e, nil }
func (e endless) ReadLink(string) (string, error)        { return "", fs.ErrInvalid }
func (e endless) Read(p []byte) (int, error)             { *e.read += len(p); return len(p), nil }
func (e endless) Close() error                           { return nil }
func (e endless) Name() string                           { return "x" }
func (e endless) Size() int64                            { return 1 }
func (e endless) Mode() fs.FileMode                      { return 0 }
func (e endless) ModTime() time.Time                     { return time.Time{} }
func (e endless) IsDir() bool                            { return false }
func (e endless) Sys() any                               { return nil }

// TestReadFileLying reads no more than the bound of a file that lies about its
// size: a git object or a file that grows.
func TestReadFileLying(t *testing.T) {
	read := 0
	_, err := recipe.ReadFile(endless{&read}, "x")
	if !errors.Is(err, recipe.ErrTooLarge) || read > 2*recipe.MaxFileSize {
		t.Errorf("%v after %d bytes", err, read)
	}
}

// broken fails in the middle of a file.
type broken struct{ fstest.MapFS }

type brokenFile struct{ fs.File }

func (b broken) Open(name string) (fs.File, error) {
	f, err := b.MapFS.Open(name)
	if name != "compose.yml" {
		return f, err
	}
	return brokenFile{f}, err
}

func (b broken) Lstat(name string) (fs.FileInfo, error)     { return b.MapFS.Lstat(name) }
func (b broken) ReadLink(name string) (string, error)       { return b.MapFS.ReadLink(name) }
func (b broken) ReadFile(name string) ([]byte, error)       { return nil, io.ErrUnexpectedEOF }
func (b broken) ReadDir(name string) ([]fs.DirEntry, error) { return b.MapFS.ReadDir(name) }
func (b brokenFile) Read([]byte) (int, error)               { return 0, io.ErrUnexpectedEOF }

func TestReadBrokenFileSystem(t *testing.T) {
	r, err := recipe.Read(broken{fstest.MapFS{"compose.yml": {Data: []byte("a: b\n")}, ".env.sample": {Data: []byte("A=1\n")}}}, "x")
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Faults) != 1 || r.Faults[0].Code != recipe.CodeUnreadable || r.EnvSample == nil {
		t.Errorf("got %+v", r)
	}
}

func TestReadLarge(t *testing.T) {
	fsys := fstest.MapFS{
		"compose.yml":   {Data: bytes.Repeat([]byte("#"), 50<<20)},
		"compose.b.yml": {Data: []byte("services: {}\n")},
		"abra.sh":       {Data: []byte("export A=v1\n")},
	}
	for i := range 12 {
		fsys["compose.c"+string(rune('a'+i))+".yml"] = &fstest.MapFile{Data: append([]byte("a: b\n"), bytes.Repeat([]byte("#"), 1<<20-5)...)}
	}
	r, err := recipe.Read(fsys, "x")
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, f := range r.Compose {
		if f.Root != nil {
			read++
		}
	}
	if len(r.Compose) != 14 || read != 9 || r.Faults[0].Code != recipe.CodeFileTooLarge {
		t.Errorf("%d files, %d read", len(r.Compose), read)
	}
	for _, f := range r.Faults[1:] {
		if f.Code != recipe.CodeRecipeTooLarge {
			t.Errorf("got %+v", f)
		}
	}
}

func TestReadManyFiles(t *testing.T) {
	fsys := fstest.MapFS{"compose.yml": {Data: []byte("a: b\n")}}
	for i := range 510 {
		fsys["compose."+strings.Repeat("y", i)+".yml"] = &fstest.MapFile{Data: []byte("a: b\n")}
	}
	r, err := recipe.Read(fsys, "x")
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Compose) != 501 || len(r.Faults) != 1 || r.Faults[0].Code != recipe.CodeRecipeTooLarge {
		t.Errorf("%d files, faults %+v", len(r.Compose), r.Faults)
	}
}

// TestReadHiddenMain finds compose.yml behind a folder with too many files, and
// does not look for overlays without end.
func TestReadHiddenMain(t *testing.T) {
	fsys := fstest.MapFS{"compose.yml": {Data: []byte("a: b\n")}}
	for i := range 12_000 {
		fsys["a/z"+strings.Repeat("x", i%50)+"/"+strings.Repeat("y", i/50)] = &fstest.MapFile{}
	}
	fsys[strings.Repeat("A/", 30)+"compose.deep.yml"] = &fstest.MapFile{Data: []byte("a: b\n")}
	r, err := recipe.Read(fsys, "x")
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Compose) != 1 || r.Compose[0].Root == nil || len(r.Faults) != 2 {
		t.Fatalf("%d files, faults %+v", len(r.Compose), r.Faults)
	}
	for _, f := range r.Faults {
		if f.Code != recipe.CodeRecipeTooLarge {
			t.Errorf("got %+v", f)
		}
	}
}

func TestValidName(t *testing.T) {
	for _, name := range []string{"nextcloud", "custom-html", "a", "Ü b", "...", strings.Repeat("x", 100)} {
		if err := recipe.ValidName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", ".", "..", "../x", "a/b", "/", `a\b`, "a\nb", "a\x1b[m", "a\x00", "a\u202eb", "\xff", strings.Repeat("x", 101)} {
		err := recipe.ValidName(name)
		if err == nil || strings.ContainsAny(err.Error(), "\n\x1b\x00") {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := recipe.Read(fstest.MapFS{}, name); err == nil {
			t.Errorf("%q: Read took it", name)
		}
	}
	if _, err := recipe.Read(os.DirFS(filepath.Join(t.TempDir(), "missing")), "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
