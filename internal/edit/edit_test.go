package edit_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/edit"
)

func TestEditRefuses(t *testing.T) {
	for _, edits := range [][]edit.Edit{
		{{Start: 2, End: 1}},
		{{Start: -1, End: 1}},
		{{Start: 0, End: 4}},
		{{Start: 0, End: 2}, {Start: 1, End: 3}},
	} {
		if _, err := edit.Apply([]byte("abc"), edits); err == nil {
			t.Errorf("%v is accepted", edits)
		}
	}
}

// Whatever the edits, every byte outside of them stays, in order.
func TestEditKeepsTheRest(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		data := make([]byte, random.IntN(200))
		for i := range data {
			data[i] = "ab \r\n#:\xef\xbb\xbf\xff"[random.IntN(11)]
		}
		var edits []edit.Edit
		var kept, texts []string
		at := 0
		for at < len(data) && random.IntN(5) > 0 {
			start := at + random.IntN(len(data)-at)
			end := start + random.IntN(min(10, len(data)-start))
			text := strings.Repeat("X", random.IntN(5))
			edits = append(edits, edit.Edit{Start: start, End: end, Text: text})
			kept, texts = append(kept, string(data[at:start])), append(texts, text)
			at = end + 1
			if at > len(data) {
				break
			}
			kept = append(kept, string(data[end:at]))
			texts = append(texts, "")
		}
		kept = append(kept, string(data[min(at, len(data)):]))
		random.Shuffle(len(edits), func(i, j int) { edits[i], edits[j] = edits[j], edits[i] })
		got, err := edit.Apply(data, edits)
		if err != nil {
			t.Fatal(err)
		}
		var want strings.Builder
		for i, part := range kept {
			want.WriteString(part)
			if i < len(texts) {
				want.WriteString(texts[i])
			}
		}
		if string(got) != want.String() {
			t.Fatalf("%q with %v\ngot  %q\nwant %q", data, edits, got, want.String())
		}
	}
}

func TestDiff(t *testing.T) {
	got := string(edit.Diff("compose.yml", edit.Change{Before: []byte("a\nb\n"), After: []byte("a\nc")}))
	want := "--- a/compose.yml\n+++ b/compose.yml\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := edit.Diff("a\nb", edit.Change{Before: []byte("a"), After: []byte("b")}); !bytes.HasPrefix(got, []byte("--- \"a/a\\nb\"\n")) {
		t.Errorf("a line break in a name comes through: %s", got)
	}
}

// New files get their folders, files that go are gone, and where one of them cannot
// be made nothing is, not even a folder.
func TestWriteMakesAndRemoves(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "next"), []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	changes := []edit.Change{
		{File: "release/1.0.0+1", After: []byte("note")},
		{File: "next", Before: []byte("older"), Remove: true},
	}
	if err := edit.Write(edit.Folder{Dir: dir, Changes: changes}); err == nil || !strings.Contains(err.Error(), "has changed since") {
		t.Errorf("a file that changed: %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
	changes[1].Before = []byte("old")
	if err := edit.Write(edit.Folder{Dir: dir, Changes: changes}); err != nil {
		t.Fatal(err)
	}
	note, err := os.ReadFile(filepath.Join(dir, "release/1.0.0+1"))
	if entries, _ := os.ReadDir(dir); err != nil || string(note) != "note" || len(entries) != 1 {
		t.Errorf("got %q, %v, %v", note, err, entries)
	}
	if err := edit.Write(edit.Folder{Dir: dir, Changes: changes[:1]}); err == nil || !strings.Contains(err.Error(), "has changed since") {
		t.Errorf("a new file that is there: %v", err)
	}
}
