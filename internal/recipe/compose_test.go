package recipe_test

import (
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/recipe"
)

func TestComposeFaults(t *testing.T) {
	for name, c := range map[string]struct {
		text, code   string
		line, column int
		message      string // a part of it
		root         bool
	}{
		"fine":             {text: "services:\n  app: {}\n", root: true},
		"BOM and CRLF":     {text: "\ufeffservices:\r\n  app:\r\n    image: \"é\" # c\r\n", root: true},
		"anchors":          {text: "x-a: &a {b: c}\nservices:\n  app:\n    <<: *a\n", root: true},
		"empty":            {text: "", code: recipe.CodeYAMLNoMapping},
		"comments only":    {text: "# c\n", code: recipe.CodeYAMLNoMapping},
		"a list":           {text: "- a\n", code: recipe.CodeYAMLNoMapping, line: 1, column: 1},
		"a word":           {text: "\n a", code: recipe.CodeYAMLNoMapping, line: 2, column: 2},
		"nested colon":     {text: "a: 1\né: b: c\n", code: recipe.CodeYAMLSyntax, line: 2, column: 5, message: "mapping values are not allowed"},
		"tab":              {text: "a:\n\tb: 1\n", code: recipe.CodeYAMLSyntax, line: 2, column: 1},
		"open bracket":     {text: "a: [1\n", code: recipe.CodeYAMLSyntax, line: 2, column: 1, message: "that starts at line 1, column 4"},
		"unknown anchor":   {text: "a: *b\n", code: recipe.CodeYAMLSyntax, line: 1, column: 4, message: "unknown anchor"},
		"control char":     {text: "a: \x1b[31m\n", code: recipe.CodeYAMLSyntax, line: 1},
		"DEL in a comment": {text: "a: b\n# é\x7f\n", code: recipe.CodeYAMLSyntax, line: 2, column: 4, message: "U+007F", root: true},
		"C1 in a value":    {text: "a: \"\u0081\"\n", code: recipe.CodeYAMLSyntax, line: 1, column: 5, message: "U+0081", root: true},
		"not UTF-8":        {text: "a: \xff\n", code: recipe.CodeYAMLSyntax, line: 1},
		"duplicate key":    {text: "a:\n  é: 1\n  b: 2\n  é: 3\n", code: recipe.CodeYAMLDuplicate, line: 4, column: 3, message: "line 2, column 3", root: true},
		"two documents":    {text: "a: 1\n---\nb: [\n", root: true},
		"second document":  {text: "a: 1\n---\nb: 1\n", code: recipe.CodeYAMLDocuments, line: 2, column: 1, root: true},
		"bomb":             {text: bomb(60), code: recipe.CodeYAMLTooLarge, line: 11, message: "50000 nodes"},
		"fat bomb":         {text: "a: &a \"" + strings.Repeat("x", 100_000) + "\"\nb: [" + strings.Repeat("*a,", 100) + "]\n", code: recipe.CodeYAMLTooLarge, line: 2, message: "bytes"},
		"alias in itself":  {text: "a: &a [*a]\n", code: recipe.CodeYAMLTooLarge, line: 1, column: 8, message: "inside its own anchor"},
		"deep":             {text: strings.Repeat("{a: ", 200) + strings.Repeat("}", 200), code: recipe.CodeYAMLTooLarge, line: 1, message: "deeper than 100"},
		"deep by aliases":  {text: deepAliases(60), code: recipe.CodeYAMLTooLarge, message: "deeper than 100", line: 51},
		"very deep":        {text: strings.Repeat("[", 90_000), code: recipe.CodeYAMLSyntax, line: 1, message: "depth"},
		"too many tokens":  {text: "{" + strings.Repeat("a:,", 300_000) + "}", code: recipe.CodeYAMLTooLarge},
		"too many nodes":   {text: "a:\n" + strings.Repeat("- b\n", 60_000), code: recipe.CodeYAMLTooLarge, line: 50_001, message: "50000 nodes"},
		"many duplicates":  {text: strings.Repeat("a: 1\n", 5_000), code: recipe.CodeYAMLDuplicate, line: 2, column: 1, root: true},
		"key is a mapping": {text: "{a: 1}: 2\n[a]: 3\n", root: true},
		"pairs in a list":  {text: "a: [b: 1, c: [d: {}], &e f: , ? g : 2, {h: 3}] # ]\nx: \"}\"\n", root: true},
	} {
		t.Run(name, func(t *testing.T) {
			f := recipe.ParseCompose("compose.yml", []byte(c.text))
			checkCompose(t, f)
			if (f.Root != nil) != c.root || len(f.Faults) > 100 {
				t.Errorf("root %v, %d faults", f.Root != nil, len(f.Faults))
			}
			if c.code == "" {
				if len(f.Faults) != 0 {
					t.Errorf("faults %+v", f.Faults)
				}
				return
			}
			if len(f.Faults) == 0 {
				t.Fatal("no fault")
			}
			got := f.Faults[0]
			if got.Code != c.code || got.Span.Line != c.line || c.column != 0 && got.Span.Column != c.column || !strings.Contains(got.Message, c.message) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// bomb is a file whose aliases expand to 3^n nodes.
func bomb(n int) string {
	text := "a0: &a0 x\n"
	for i := 1; i < n; i++ {
		text += fmt.Sprintf("a%d: &a%d [*a%d,*a%d,*a%d]\n", i, i, i-1, i-1, i-1)
	}
	return text
}

// deepAliases is a file that is flat, but 2n levels deep with aliases expanded.
func deepAliases(n int) string {
	text := "a0: &a0 x\n"
	for i := 1; i < n; i++ {
		text += fmt.Sprintf("a%d: &a%d [[*a%d]]\n", i, i, i-1)
	}
	return text
}

func TestComposeSpan(t *testing.T) {
	text := "\ufeffa: plain é text # c\r\n" +
		"b: \"double \\\" é\n  more\" # c\n" +
		"c: 'single '' é'\n" +
		"d: |\n  literal\n\n   more\n\n\ne: >-\n\n  folded\n" +
		"f: &x !!str anchored\n" +
		"g: *x\n" +
		"h: [1, {i: j}, ] # c\n" +
		"k: {}\n" +
		"l:\n  - plain\n    over lines\n  - m: n\n" +
		"o:\n" +
		"p: &y\n" +
		"q: !!str # c\n  \"r\"\n" +
		"s: |2\n    t\n   u\n" +
		"v: |\n" +
		"w: [\n  # ]\n]\n" +
		"z: last"
	f := recipe.ParseCompose("compose.yml", []byte(text))
	if f.Root == nil {
		t.Fatalf("%+v", f.Faults)
	}
	want := map[string]string{
		"a": "plain é text", "b": "\"double \\\" é\n  more\"", "c": "'single '' é'",
		"d": "|\n  literal\n\n   more", "e": ">-\n\n  folded", "f": "anchored", "g": "*x",
		"h": "[1, {i: j}, ]", "k": "{}", "l": "- plain\n    over lines\n  - m: n", "o": "", "p": "", "q": "\"r\"",
		"s": "|2\n    t\n   u", "v": "|", "w": "[\n  # ]\n]", "z": "last",
	}
	for i := 0; i < len(f.Root.Content); i += 2 {
		key := f.Root.Content[i]
		if got := cut(text, f.Span(key)); got != key.Value {
			t.Errorf("key %s: covers %q", key.Value, got)
		}
		if got := cut(text, f.Span(f.Root.Content[i+1])); got != want[key.Value] {
			t.Errorf("%s: covers %q, want %q", key.Value, got, want[key.Value])
		}
	}
	if got := f.Span(nil); got != (recipe.Span{File: "compose.yml"}) {
		t.Errorf("nil: %+v", got)
	}
}

// TestComposeSpanExoticBreaks counts lines as an editor does, where YAML sees
// more line breaks.
func TestComposeSpanExoticBreaks(t *testing.T) {
	text := "a: \"x\u2028y\" \r\nb: \"x\ry\u0085\"\nc: d\n"
	f := recipe.ParseCompose("compose.yml", []byte(text))
	if f.Root == nil {
		t.Fatalf("%+v", f.Faults)
	}
	span := f.Span(f.Root.Content[5])
	if span.Line != 3 || cut(text, span) != "d" {
		t.Errorf("got %+v", span)
	}
}

func FuzzCompose(f *testing.F) {
	for _, seed := range []string{
		"services:\n  app:\n    image: a:1 # c\n", "a: &a [*a]\n", "a: |2-\n   b\n", "? a\n: b\n", "{a: [b, 'c', \"d\"]}", "a: !!binary |\n  b\n",
		"\ufeffa: 1\r\nb: 2\r\n", "a: b\rc: d\n", "a: x\u2028b\u0085: c\n", "a: &x !t\nb: *x\n", "--- >\n a\n", "a: 'b\n\n  c'\n", "<<: {a: b}\n<<: {c: d}\n",
		bomb(12), "\xff\xfea\x00:\x00b\x00", "%YAML 1.1\n---\na: b\n...\n", "a:\n- b\n-\n - c\n", "a: {b: c, d}\n", "- - a\n  - b\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file := recipe.ParseCompose("compose.yml", data)
		if file.Root == nil && len(file.Faults) == 0 {
			t.Fatal("broken without a fault")
		}
		if file.Root != nil {
			expand(t, file, file.Root, new(int), 0)
		}
	})
}

// expand walks as a merge does, into every alias.
func expand(t *testing.T, f *recipe.ComposeFile, n *yaml.Node, nodes *int, depth int) {
	if *nodes++; *nodes > 50_000 || depth > 100 {
		t.Fatalf("%d nodes, depth %d", *nodes, depth)
	}
	f.Span(n)
	if n.Kind == yaml.AliasNode {
		*nodes--
		expand(t, f, n.Alias, nodes, depth)
	}
	for _, child := range n.Content {
		expand(t, f, child, nodes, depth+1)
	}
}
