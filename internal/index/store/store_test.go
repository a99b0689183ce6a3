package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/store"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func open(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func fresh(t *testing.T) *store.Store {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "catalogue.db"))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// state is a recipe with one version per tag=commit pair; the commit is the reading's key too.
func state(name string, at time.Time, pairs ...string) store.State {
	s := store.State{
		Recipe: store.Recipe{
			Name: name, Source: "dir:/r", Location: "/r/" + name, Fingerprint: "f1", Listed: true,
			DefaultBranch: "main", HeadCommit: "head", CheckedAt: at, ValidUntil: at.Add(time.Hour),
		},
		Doc:      catalogue.Recipe{Name: name, Category: "Apps", Readme: "# hello\x00"},
		Readings: map[string]store.Reading{},
	}
	for _, pair := range pairs {
		tag, commit, _ := strings.Cut(pair, "=")
		s.Tags = append(s.Tags, store.Tag{
			Name: tag, Object: "o" + commit, Commit: commit, Tree: "t" + commit, Annotated: true,
			Date: at, Notes: "notes of " + tag, Reading: commit,
		})
		s.Readings[commit] = store.Reading{Label: "label of " + commit}
	}
	return s
}

func only(t *testing.T, s *store.Store) store.State {
	t.Helper()
	states, err := s.States(t.Context())
	must(t, err)
	if len(states) != 1 {
		t.Fatalf("%d recipes, want 1: %+v", len(states), states)
	}
	return states[0]
}

func TestStateComesBackWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "odd name?mode=ro#%41.db")
	s := open(t, path)
	want := state("nextcloud", noon, "1.0.0+1=a", "1.1.0+2=b", "1.1.1+2=b")
	must(t, s.Save(t.Context(), want))
	must(t, s.Close())

	if got := only(t, open(t, path)); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the database is not where it should be: %v", err)
	}
}

func TestSaveReplacesAndDropsReadings(t *testing.T) {
	s := fresh(t)
	must(t, s.Save(t.Context(), state("a", noon, "1=a", "2=b")))
	next := state("a", noon, "2=b", "3=c")
	delete(next.Readings, "b") // kept already
	must(t, s.Save(t.Context(), next))

	kept, err := s.Kept(t.Context(), "a")
	must(t, err)
	want := store.Kept{Readings: map[string]bool{"b": true, "c": true}, Commits: map[string]string{"2": "b", "3": "c"}}
	if !reflect.DeepEqual(kept, want) {
		t.Errorf("kept %+v, want %+v", kept, want)
	}
	if got := only(t, s).Readings["b"].Label; got != "label of b" {
		t.Errorf("the reading that was kept says %q", got)
	}
}

func TestSaveIsWholeOrNothing(t *testing.T) {
	s := fresh(t)
	want := state("a", noon, "1=a")
	must(t, s.Save(t.Context(), want))
	broken := state("a", noon, "2=b", "3=c")
	delete(broken.Readings, "c") // a version without its reading
	if err := s.Save(t.Context(), broken); err == nil || !strings.Contains(err.Error(), "save a") {
		t.Fatalf("Save of a broken state gave %v", err)
	}
	if got := only(t, s); !reflect.DeepEqual(got, want) {
		t.Errorf("after a failed save\ngot  %+v\nwant %+v", got, want)
	}
}

func TestMovedTagsAreRememberedForever(t *testing.T) {
	s := fresh(t)
	for i, pairs := range [][]string{{"1=z"}, {"1=b"}, {}, {"1=a"}} {
		must(t, s.Save(t.Context(), state("r", noon.Add(time.Duration(i)*time.Hour), pairs...)))
	}
	must(t, s.Remove(t.Context(), "r"))
	must(t, s.Save(t.Context(), state("r", noon.Add(9*time.Hour), "1=c", "2=d")))

	got := only(t, s)
	if want := []string{"z", "b", "a"}; !reflect.DeepEqual(got.Tags[0].Moved, want) {
		t.Errorf("tag 1 moved from %v, want %v", got.Tags[0].Moved, want)
	}
	if got.Tags[1].Moved != nil {
		t.Errorf("tag 2 never moved, got %v", got.Tags[1].Moved)
	}
}

func TestFailKeepsWhatWasRead(t *testing.T) {
	s := fresh(t)
	want := state("a", noon, "1=a")
	must(t, s.Save(t.Context(), want))
	want.Failure = []catalogue.Problem{{Where: "a", Message: "no route to host"}}
	must(t, s.Fail(t.Context(), store.Recipe{Name: "a", Source: "dir:/r", Location: "elsewhere", Failure: want.Failure}, catalogue.Recipe{}))
	if got := only(t, s); !reflect.DeepEqual(got, want) {
		t.Errorf("after a failure\ngot  %+v\nwant %+v", got, want)
	}

	later := noon.Add(time.Hour)
	must(t, s.Confirm(t.Context(), "a", "list:x", later, later.Add(time.Hour)))
	want.Source, want.Failure, want.CheckedAt, want.ValidUntil = "list:x", nil, later, later.Add(time.Hour)
	if got := only(t, s); !reflect.DeepEqual(got, want) {
		t.Errorf("after Confirm\ngot  %+v\nwant %+v", got, want)
	}
}

func TestFailOfAnUnknownRecipe(t *testing.T) {
	s := fresh(t)
	failure := []catalogue.Problem{{Where: "a", Message: "no route to host"}}
	must(t, s.Fail(t.Context(), store.Recipe{Name: "a", Source: "s", Location: "l", Failure: failure}, catalogue.Recipe{Name: "a"}))
	got := only(t, s)
	if got.Fingerprint != "" || !got.CheckedAt.IsZero() || !reflect.DeepEqual(got.Failure, failure) {
		t.Errorf("got %+v", got.Recipe)
	}
}

func TestFailSource(t *testing.T) {
	s := fresh(t)
	other := state("b", noon)
	other.Source = "dir:/other"
	must(t, s.Save(t.Context(), state("a", noon)))
	must(t, s.Save(t.Context(), other))
	must(t, s.FailSource(t.Context(), "dir:/r", []catalogue.Problem{{Message: "down"}}))
	known, err := s.Recipes(t.Context())
	must(t, err)
	if len(known["a"].Failure) != 1 || len(known["b"].Failure) != 0 {
		t.Errorf("failures: a %v, b %v", known["a"].Failure, known["b"].Failure)
	}
}

// Readers must see whole states while writers of two handles, as of two processes, work.
func TestManyWritersAndReaders(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalogue.db")
	var group sync.WaitGroup
	for writer := range 4 {
		group.Go(func() {
			s, err := store.Open(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			for round := range 25 {
				name := fmt.Sprint("r", round%3)
				if err := s.Save(t.Context(), state(name, noon, fmt.Sprintf("1=c%d", writer), fmt.Sprintf("2=c%d", writer))); err != nil {
					t.Error(err)
				}
				states, err := s.States(t.Context())
				if err != nil {
					t.Error(err)
				}
				for _, got := range states {
					if len(got.Tags) != 2 || got.Tags[0].Commit != got.Tags[1].Commit || len(got.Readings) != 1 {
						t.Errorf("half a state: %+v", got)
					}
				}
			}
		})
	}
	group.Wait()
}

func TestOpenRefuses(t *testing.T) {
	cases := []struct {
		name string
		make func(t *testing.T, path string)
		want error
		says string
	}{
		{"no database", func(t *testing.T, path string) {
			must(t, os.WriteFile(path, []byte(strings.Repeat("this is not a database\n", 400)), 0o600))
		}, store.ErrDamaged, "crawl again"},
		{"half a database", func(t *testing.T, path string) {
			s := open(t, path)
			for i := range 100 {
				must(t, s.Save(t.Context(), state(fmt.Sprint("r", i), noon, "1=a", "2=b")))
			}
			must(t, s.Close())
			info, err := os.Stat(path)
			must(t, err)
			must(t, os.Truncate(path, info.Size()/2))
		}, store.ErrDamaged, "move it"},
		{"a damaged page", func(t *testing.T, path string) {
			s := open(t, path)
			for i := range 100 {
				must(t, s.Save(t.Context(), state(fmt.Sprint("r", i), noon, "1=a", "2=b")))
			}
			must(t, s.Close())
			data, err := os.ReadFile(path)
			must(t, err)
			for at := len(data) / 2; at < len(data)/2+8192; at++ {
				data[at] = 0xff
			}
			must(t, os.WriteFile(path, data, 0o600))
		}, store.ErrDamaged, "record of moved tags"},
		{"another program's", func(t *testing.T, path string) { run(t, path, `CREATE TABLE bookmark (url TEXT)`) }, store.ErrForeign, "another data folder"},
		{"a newer schema", func(t *testing.T, path string) {
			must(t, open(t, path).Close())
			run(t, path, `PRAGMA user_version = 99`)
		}, store.ErrNewer, "schema 99"},
		{"no folder", func(t *testing.T, path string) { must(t, os.Remove(filepath.Dir(path))) }, nil, "must exist and be writable"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "sub", "catalogue.db")
			must(t, os.Mkdir(filepath.Dir(path), 0o700))
			c.make(t, path)
			before, _ := os.ReadFile(path)
			s, err := store.Open(t.Context(), path)
			if err == nil {
				s.Close()
				t.Fatal("Open succeeded")
			}
			if c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if !strings.Contains(err.Error(), c.says) || strings.Count(err.Error(), path+": ") != 1 {
				t.Errorf("error does not say %q and the file's name once: %v", c.says, err)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("Open changed a file that it refused")
			}
		})
	}
}

func run(t *testing.T, path, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	_, err = db.Exec(query)
	must(t, errors.Join(err, db.Close()))
}
