package recipe_test

import (
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/recipe"
)

func TestReadmeSummary(t *testing.T) {
	for name, c := range map[string]struct{ text, title, description string }{
		"plain":           {"# App\n\nDoes *things* with `code`\nand [links](https://x.example).\n\nMore.\n", "App", "Does things with code and links."},
		"setext":          {"App\n===\nText\n", "App", "Text"},
		"quote":           {"# App\n> First\n>\n> second\n", "App", "First second"},
		"badges first":    {"# App\n\n[![Build](https://x/y.svg)](https://x)\n\n![logo](a.png) <img src=x>\n\nText\n", "App", "Text"},
		"autolink":        {"# App\n\n<https://x.example>\n", "App", "https://x.example"},
		"metadata first":  {"# App\n<!-- metadata -->\n* **Category**: Apps\n<!-- endmetadata -->\n\nText\n", "App", "Text"},
		"next heading":    {"# App\n\n## Usage\n\nRun it.\n", "App", ""},
		"no heading":      {"Text\n", "", "Text"},
		"text before":     {"Text\n\n# App\n", "", "Text"},
		"empty":           {"", "", ""},
		"entities":        {"# A &amp; B\n\n&lt;b&gt; \\* <b>x</b> `&amp; \\*`\n", "A & B", "<b> * x &amp; \\*"},
		"terminal escape": {"# A\x1b[31m\u202eb\n\nx\x00y\u200d\n", "A [31mb", "x y\u200d"},
		"BOM and CRLF":    {"\ufeff# App\r\n\r\nText\r\nmore\r\n", "App", "Text more"},
		"hard break":      {"# App\n\nText  \nmore\n", "App", "Text more"},
		"far down":        {"# App\n" + strings.Repeat("- x\n", 10_000) + "\nText\n", "App", ""},
	} {
		r := recipe.ParseReadme("README.md", []byte(c.text))
		if r.Title != c.title || r.Description != c.description {
			t.Errorf("%s: got %q, %q", name, r.Title, r.Description)
		}
	}
}

func readMetadata(lines string) *recipe.Readme {
	return recipe.ParseReadme("README.md", []byte("# App\n<!-- metadata -->\n"+lines+"\n<!-- endmetadata -->\n* **Status**: 5\n"))
}

func TestMetadataStatus(t *testing.T) {
	for line, want := range map[string]struct {
		value  string
		number int
	}{
		"* **Status**: 1, alpha":    {"1, alpha", 1},
		"- **Status**: ❶💚":          {"1", 1},
		"+ **status:** ❷💛, beta":    {"2, beta", 2},
		"* **STATUS** : 3️⃣":        {"3", 3},
		"  *  ** Status **:  ④ ":    {"4", 4},
		"**Status**: 5":             {"5", 5},
		"* **Status**: ➎⭐":          {"5⭐", 5},
		"* **Status**: ?":           {"?", 0},
		"* **Status**:":             {"", 0},
		"* **Status**: alpha, 3":    {"alpha, 3", 0},
		"* **Status**: 9999999999":  {"9999999999", 999999999},
		"* **Status**: -1":          {"-1", 0},
		"* **Status**: 3\r":         {"3", 3},
		"* **Status**: 2 (beta), 4": {"2 (beta), 4", 2},
	} {
		r := readMetadata(line)
		if m := r.Metadata; !m.Status.Present || m.Status.Value != want.value || m.StatusNumber() != want.number {
			t.Errorf("%q: got %+v, %d", line, m.Status, m.StatusNumber())
		}
	}
	for _, line := range []string{"", "* Status: 1", "* **Stat us**: 1", "text **Status**: 1", "* **Other**: 1"} {
		if m := readMetadata(line).Metadata; m.Status.Present || m.StatusNumber() != 0 {
			t.Errorf("%q: got %+v", line, m.Status)
		}
	}
}

func TestMetadataImage(t *testing.T) {
	for line, want := range map[string][4]string{
		"[`a/b`](https://x/y), 4, upstream":      {"a/b", "https://x/y", "4", "upstream"},
		"[`php`](https://hub/_/php), ❶💚, own":    {"php", "https://hub/_/php", "1", "own"},
		"[a/b](<https://x> \"title\"), 2, a, b":  {"a/b", "https://x", "2", "a, b"},
		"[`a`](https://x), upstream":             {"a", "https://x", "", "upstream"},
		"[`a`](https://x), 3":                    {"a", "https://x", "3", ""},
		"[`a`](https://x), , upstream":           {"a", "https://x", "", "upstream"},
		"[`a`](https://x), ?, ?":                 {"a", "https://x", "?", "?"},
		"[`a`](https://x)":                       {"a", "https://x", "", ""},
		"[`a`](https://x) 4":                     {"a", "https://x", "4", ""},
		"`nginx`, 4, upstream":                   {"nginx", "", "4", "upstream"},
		"nginx":                                  {"nginx", "", "", ""},
		"":                                       {},
		"[`a](https://x), 4":                     {"a", "https://x", "4", ""},
		"[`a`](javascript:alert(1)), 4, own":     {"a", "javascript:alert(1)", "4", "own"},
		"[](), 4, upstream":                      {"", "", "4", "upstream"},
		"[`a`](https://x), 4, upstream ❤ \u00a0": {"a", "https://x", "4", "upstream"},
	} {
		m := readMetadata("* **Image**: " + line).Metadata.Image
		if got := [4]string{m.Image, m.URL, m.Rating, m.Source}; got != want || !m.Present {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

func TestMetadataBlock(t *testing.T) {
	field := "* **category**: Apps"
	for text, want := range map[string]string{
		"<!-- metadata -->\n" + field + "\n<!-- endmetadata -->":         "Apps",
		"<!--metadata-->\r\n" + field + "\r\n<!--end metadata-->\r\n":    "Apps",
		"<!--   Metadata\t-->" + field + "\n<!--\nENDMETADATA -->":       "Apps",
		"\ufeff<!-- metadata -->\n\n" + field + "<!-- endmetadata -->":   "Apps",
		"<!-- metadata -->\n<!-- endmetadata -->\n" + field:              "",
		"<!-- metadata -->\n" + field + "\n* **Category**: Later\n":      "Apps",
		"<!-- endmetadata -->\n<!-- metadata -->\n" + field + "\n# Next": "Apps",
	} {
		r := recipe.ParseReadme("README.md", []byte(text))
		if !r.HasMetadata || r.Metadata.Category.Value != want {
			t.Errorf("%q: got %+v", text, r.Metadata)
		}
		closed := strings.HasSuffix(cut(text, r.Metadata.Span), "-->")
		if closed == (len(r.Faults) == 1) {
			t.Errorf("%q: faults %+v", text, r.Faults)
		}
	}
	if r := recipe.ParseReadme("README.md", []byte("<!-- meta data -->\n"+field)); r.HasMetadata {
		t.Errorf("got %+v", r.Metadata)
	}
}

func TestMetadataSpans(t *testing.T) {
	text := "# É\n\n<!-- metadata -->\n* **SSO**:  é ❶💚  \n* **Email**:\n<!-- endmetadata -->\nx"
	m := recipe.ParseReadme("README.md", []byte(text)).Metadata
	if got := cut(text, m.SSO.Span); got != "é ❶💚" || m.SSO.Raw != got || m.SSO.Value != "é 1" {
		t.Errorf("span covers %q; %+v", got, m.SSO)
	}
	if got := cut(text, m.Email.Span); got != "* **Email**:" {
		t.Errorf("span covers %q", got)
	}
	if got := cut(text, m.Span); !strings.HasPrefix(got, "<!-- metadata") || !strings.HasSuffix(got, "endmetadata -->") {
		t.Errorf("span covers %q", got)
	}
}

func FuzzMetadata(f *testing.F) {
	for _, seed := range []string{
		"# A\n> b\n<!-- metadata -->\n* **Status**: ❶💚, x\n- **Image**: [`a`](b), 4, c\n<!-- endmetadata -->", "<!--metadata-->**SSO**:1",
		"<!-- metadata -->\n* **Image**: [](", "\ufeff#\r\n\r\n[![a](b)](c)\n", "> - 1. *a* _b_ <c> &d; `e`\n\n\\", "a\n-\nb\n=\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := recipe.ParseReadme("README.md", data)
		if strings.ContainsAny(r.Title+r.Description, "\n\r\t\x00\x1b") {
			t.Fatalf("not one line: %q, %q", r.Title, r.Description)
		}
		m := r.Metadata
		for _, field := range []recipe.Field{m.Category, m.Status, m.Image.Field, m.Healthcheck, m.Backups, m.Email, m.Tests, m.SSO, m.Maintainer} {
			if field.Raw != "" && cut(string(data), field.Span) != field.Raw {
				t.Fatalf("span %+v covers %q, not %q", field.Span, cut(string(data), field.Span), field.Raw)
			}
		}
		if n := m.StatusNumber(); n < 0 {
			t.Fatal(n)
		}
	})
}
