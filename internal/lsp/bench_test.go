package lsp_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// corpus holds real recipes; it is not part of the project.
const corpus = "../../../shared/corpus/recipes"

// One keystroke in a recipe with 19 compose files, up to the answer that follows it.
func BenchmarkChange(b *testing.B) {
	dir, err := filepath.Abs(filepath.Join(corpus, "bonfire"))
	if err != nil {
		b.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "compose.yml"))
	if err != nil {
		b.Skip("no corpus here")
	}
	c := connect(b, dir)
	c.ask("initialize", `{"capabilities":{}}`)
	c.openFile("compose.yml", string(text))
	c.hoverAt("compose.yml", 0, 0)
	for n := 0; b.Loop(); n++ {
		c.change("compose.yml", fmt.Sprintf(`{"text":%s}`, quoted(fmt.Sprintf("%s# %d\n", text, n))))
		c.hoverAt("compose.yml", 0, 0)
	}
}
