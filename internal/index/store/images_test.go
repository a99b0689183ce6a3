package store_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/store"
)

func image(reference, known string) store.Image {
	return store.Image{
		ImageKey: store.ImageKey{Reference: reference, Known: known}, AskedAt: noon, DueAt: noon.Add(time.Hour), Question: "q",
		Answer: catalogue.Check{Verdict: "minor", Newest: "2", Platforms: []string{"linux/arm64"}, CheckedAt: noon},
	}
}

func TestImagesComeBackWhole(t *testing.T) {
	s := fresh(t)
	a, b := image("app:1", ""), image("app:1", "sha256:1")
	b.Failure, b.Answer = "no route to host", catalogue.Check{}
	must(t, s.SaveImage(t.Context(), image("gone:1", "")))
	must(t, s.SaveImage(t.Context(), b))
	must(t, s.SaveImage(t.Context(), a))
	must(t, s.DropImages(t.Context(), []store.ImageKey{{Reference: "gone:1"}}))
	got, err := s.Images(t.Context())
	must(t, err)
	if want := map[store.ImageKey]store.Image{a.ImageKey: a, b.ImageKey: b}; !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if !a.Answered() || b.Answered() {
		t.Error("only one was answered")
	}
}

// What a tag named first stays, whatever it names later, also when the recipe goes and
// comes back.
func TestRecordsAreKept(t *testing.T) {
	s := fresh(t)
	use := store.Use{Recipe: "r", Version: "1.0.0+1", Reference: "app:1"}
	must(t, s.Record(t.Context(), []store.Use{use}, store.Record{Digest: "sha256:1"}, noon))
	must(t, s.Record(t.Context(), []store.Use{use}, store.Record{Digest: "sha256:2", Platforms: []string{"linux/amd64"}}, noon))
	must(t, s.Record(t.Context(), []store.Use{use}, store.Record{Digest: "sha256:1", Platforms: []string{"linux/arm64"}}, noon))
	must(t, s.Record(t.Context(), []store.Use{use}, store.Record{Digest: "sha256:1"}, noon))
	must(t, s.Remove(t.Context(), "r"))
	got, err := s.Records(t.Context())
	must(t, err)
	if want := map[store.Use]store.Record{use: {Digest: "sha256:1", Platforms: []string{"linux/arm64"}}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// A database of a release that knew no images keeps all it holds.
func TestMigrationKeepsRecipes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalogue.db")
	first, err := os.ReadFile("migrations/0001_recipes.sql")
	must(t, err)
	run(t, path, string(first)+`;
		INSERT INTO recipe VALUES ('a', 'dir:/r', '/r/a', 'f1', 1, 'main', 'head', 1772366400, 1772370000, '[]', '{"name":"a"}');
		INSERT INTO reading VALUES ('a', 'k', '{"label":"l"}');
		INSERT INTO version VALUES ('a', '1', 0, 'o', 'c', 't', 1, 0, 1772366400, '', 'k');
		INSERT INTO sighting VALUES ('a', '1', 'before', 1772366000);
		PRAGMA user_version = 1; PRAGMA application_id = 1131376496`)
	s := open(t, path)
	got := only(t, s)
	if got.Name != "a" || got.Readings["k"].Label != "l" || !reflect.DeepEqual(got.Tags[0].Moved, []string{"before"}) {
		t.Errorf("got %+v", got)
	}
	must(t, s.SaveImage(t.Context(), image("app:1", "")))
	must(t, s.Close())
	if images, err := open(t, path).Images(t.Context()); err != nil || len(images) != 1 {
		t.Errorf("%+v, %v", images, err)
	}
}
