package publish_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/publish"
	"coopcloud.tech/catalogue/internal/index/publish/publishtest"
)

func write(t testing.TB, c catalogue.Catalogue, dir string) {
	t.Helper()
	if err := publish.Write(t.Context(), c, dir); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// tree lists the files below dir.
func tree(t testing.TB, dir string) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func only(c catalogue.Catalogue, names ...string) catalogue.Catalogue {
	c.Recipes = slices.DeleteFunc(slices.Clone(c.Recipes), func(r catalogue.Recipe) bool { return !slices.Contains(names, r.Name) })
	return c
}

func TestWriteIsWhatReadDirReads(t *testing.T) {
	dir := t.TempDir()
	write(t, publishtest.Sample(), dir)
	c, err := catalogue.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Recipes) != 14 || !c.GeneratedAt.Equal(publishtest.Now) {
		t.Errorf("%d recipes of %v", len(c.Recipes), c.GeneratedAt)
	}
	want, err := catalogue.EncodePlain(publishtest.Sample())
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, filepath.Join(dir, "recipes.json")); !bytes.Equal(got, want) {
		t.Errorf("recipes.json:\n%s", got)
	}
	schema := read(t, "../../catalogue/schema/recipe.json")
	if got := read(t, filepath.Join(dir, "v2/schema/recipe.json")); !bytes.Equal(got, schema) {
		t.Error("v2/schema/recipe.json is not the schema")
	}
}

// The same catalogue gives the same files, and does not touch one.
func TestWriteLeavesTheUnchangedAlone(t *testing.T) {
	dir := t.TempDir()
	write(t, publishtest.Sample(), dir)
	then := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, file := range tree(t, dir) {
		if err := os.Chtimes(filepath.Join(dir, file), then, then); err != nil {
			t.Fatal(err)
		}
	}
	changed := func() []string {
		var list []string
		for _, file := range tree(t, dir) {
			info, err := os.Stat(filepath.Join(dir, file))
			if err != nil {
				t.Fatal(err)
			}
			if !info.ModTime().Equal(then) {
				list = append(list, file)
			}
		}
		return list
	}
	write(t, publishtest.Sample(), dir)
	if got := changed(); len(got) > 0 {
		t.Errorf("the same catalogue rewrote %q", got)
	}
	c := publishtest.Sample()
	c.Recipes[2].Description = "A very painless self-hosted Git service"
	write(t, c, dir)
	if got, want := changed(), []string{"gitea/index.html", "index.html", "recipes.json", "v2/index.json", "v2/recipes/gitea.json"}; !slices.Equal(got, want) {
		t.Errorf("rewrote %q, want %q", got, want)
	}
}

func TestWriteRemovesOnlyWhatItWrote(t *testing.T) {
	dir := t.TempDir()
	write(t, publishtest.Sample(), dir)
	for _, file := range []string{"lemp/notes.txt", "others/index.html", ".git", "v2/recipes/README"} {
		path := filepath.Join(dir, file)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("mine"), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	old := filepath.Join(dir, "v2/.publish-KILLED")
	young := filepath.Join(dir, "gitea/.publish-RUNNING")
	for _, path := range []string{old, young} {
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(old, time.Time{}, time.Now().Add(-2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	write(t, only(publishtest.Sample(), "gitea"), dir)
	var got []string
	for _, file := range tree(t, dir) {
		if !strings.HasPrefix(file, "static/") {
			got = append(got, file)
		}
	}
	want := []string{
		".git", "404.html", "gitea/.publish-RUNNING", "gitea/index.html", "index.html", "lemp/notes.txt", "others/index.html",
		"recipes.json", "v2/index.json", "v2/recipes/README", "v2/recipes/gitea.json", "v2/schema/index.json", "v2/schema/recipe.json",
	}
	if !slices.Equal(got, want) {
		t.Errorf("left\n%q, want\n%q", got, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "nextcloud")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty folder is left: %v", err)
	}
}

// A recipe whose name could do harm is left out; the others are published.
func TestWriteRefusesUnsafeNames(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "out")
	c := only(publishtest.Sample(), "gitea")
	for _, name := range publishtest.Refused() {
		c.Recipes = append(c.Recipes, catalogue.Recipe{Name: name})
	}
	c.Recipes = append(c.Recipes, catalogue.Recipe{Name: "gitea", Description: "an impostor"})
	err := publish.Write(t.Context(), c, dir)
	if !errors.Is(err, publish.ErrLeftOut) || !strings.Contains(err.Error(), `"a/b" holds a path separator`) || !strings.Contains(err.Error(), `"gitea" is there twice`) {
		t.Fatalf("error %v", err)
	}
	published, err := catalogue.ReadDir(dir)
	if err != nil || len(published.Recipes) != 1 || published.Recipes[0].Description != "A painless self-hosted Git service" {
		t.Errorf("%+v, %v", published, err)
	}
	if files := tree(t, parent); slices.ContainsFunc(files, func(file string) bool { return !strings.HasPrefix(file, "out/") }) {
		t.Errorf("wrote outside: %q", files)
	}
}

func TestWriteStaysInTheFolder(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "gitea")); err != nil {
		t.Fatal(err)
	}
	if err := publish.Write(t.Context(), only(publishtest.Sample(), "gitea"), dir); err == nil || !strings.Contains(err.Error(), "gitea") {
		t.Errorf("error %v, want one that names the folder that leads away", err)
	}
	if files := tree(t, outside); len(files) > 0 {
		t.Errorf("followed a symlink and wrote %q", files)
	}
}

func TestWriteReservedNames(t *testing.T) {
	dir := t.TempDir()
	write(t, publishtest.Hostile(), dir)
	c, err := catalogue.ReadDir(dir)
	if err != nil || len(c.Recipes) != len(publishtest.HostileNames()) {
		t.Fatalf("%d recipes, %v", len(c.Recipes), err)
	}
	for _, name := range []string{"v2/index.html", "static/index.html", "healthz/index.html"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s takes the place of an address of ours", name)
		}
	}
	home := string(read(t, filepath.Join(dir, "index.html")))
	for _, href := range []string{`href="v2/recipes/v2.json"`, `href="./a%20b%3Fc%23d%252e/"`, `href="./javascript:alert%281%29/"`} {
		if !strings.Contains(home, href) {
			t.Errorf("index.html lacks %s", href)
		}
	}
	write(t, only(publishtest.Hostile()), dir)
	if files := tree(t, dir); slices.ContainsFunc(files, func(f string) bool { return strings.HasPrefix(f, "v2/recipes/") }) {
		t.Errorf("left %q", files)
	}
}

func TestWriteNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	write(t, catalogue.Catalogue{}, dir)
	if got := string(read(t, filepath.Join(dir, "recipes.json"))); got != "{}\n" {
		t.Errorf("recipes.json is %q", got)
	}
	if home := string(read(t, filepath.Join(dir, "index.html"))); !strings.Contains(home, "No recipes yet") {
		t.Error("the page does not say that there is nothing")
	}
}

func TestWriteSaysWhatFails(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if err := publish.Write(ctx, publishtest.Sample(), dir); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "v2/index.json")); err == nil {
		t.Error("an index of recipes that are not there")
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := publish.Write(t.Context(), publishtest.Sample(), file); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("into a file: %v", err)
	}
}

// What fails half-way leaves the old catalogue, and no litter.
func TestWriteKeepsTheOldWhenItFails(t *testing.T) {
	dir := t.TempDir()
	write(t, publishtest.Sample(), dir)
	before := tree(t, dir)
	plain := read(t, filepath.Join(dir, "recipes.json"))
	c := publishtest.Sample()
	for i := range c.Recipes {
		c.Recipes[i].Description = "new"
	}
	blocked := c.Recipes[len(c.Recipes)-1]
	blocked.Name = "zulip"
	c.Recipes = append(c.Recipes, blocked)
	if err := os.WriteFile(filepath.Join(dir, "zulip"), []byte("a file where the page's folder should be"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := publish.Write(t.Context(), c, dir); err == nil || !strings.Contains(err.Error(), "zulip") {
		t.Fatalf("error %v", err)
	}
	if err := os.Remove(filepath.Join(dir, "zulip")); err != nil {
		t.Fatal(err)
	}
	if after := tree(t, dir); !slices.Equal(before, after) {
		t.Errorf("left\n%q, want\n%q", after, before)
	}
	if !bytes.Equal(plain, read(t, filepath.Join(dir, "recipes.json"))) {
		t.Error("recipes.json is new")
	}
	if _, err := catalogue.ReadDir(dir); err != nil {
		t.Error(err)
	}
}

// Readers during rewrites see a whole catalogue at any moment: every file
// parses, and the set fits together.
func TestWriteUnderReaders(t *testing.T) {
	dir := t.TempDir()
	edition := func(i int) catalogue.Catalogue {
		c := publishtest.Sample()
		c.Recipes = c.Recipes[i%4:]
		for j := range c.Recipes {
			c.Recipes[j].Description = strings.Repeat(fmt.Sprintf("edition %d ", i), 1+i%3*500)
		}
		return c
	}
	write(t, edition(0), dir)
	done := make(chan struct{})
	var readers sync.WaitGroup
	reads := make([]int, 2)
	for i := range reads {
		readers.Go(func() {
			for ; ; reads[i]++ {
				select {
				case <-done:
					return
				default:
					checkWhole(t, dir)
				}
			}
		})
	}
	for i := range 25 {
		write(t, edition(i), dir)
	}
	close(done)
	readers.Wait()
	if reads[0] == 0 || reads[1] == 0 {
		t.Errorf("the readers read %v times", reads)
	}
}

func checkWhole(t *testing.T, dir string) {
	plain, err := os.ReadFile(filepath.Join(dir, "recipes.json"))
	if err != nil {
		t.Error(err)
		return
	}
	if _, err := catalogue.DecodePlain(plain); err != nil {
		t.Error(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil || !bytes.HasSuffix(page, []byte("</html>\n")) {
		t.Errorf("half a page, %v", err)
	}
	if _, err := catalogue.ReadDir(dir); err != nil {
		t.Error(err)
	}
}

func BenchmarkWrite(b *testing.B) {
	c, dir := publishtest.Many(200), b.TempDir()
	for i := 0; b.Loop(); i++ {
		for j := range c.Recipes {
			c.Recipes[j].CheckedAt = publishtest.Now.Add(time.Duration(i) * time.Hour)
		}
		write(b, c, dir)
	}
}
