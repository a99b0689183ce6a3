package recipe_test

import (
	"maps"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/recipe"
)

// TestEnvValue reads one line and expands it over A=a, EMPTY= and _low=l.
func TestEnvValue(t *testing.T) {
	base := map[string]string{"A": "a", "EMPTY": "", "low": "l"}
	for _, c := range []struct{ line, value, expanded, comment string }{
		{`K=v`, `v`, `v`, ``},
		{`K=`, ``, ``, ``},
		{`K=/ /var/lib/docker`, `/ /var/lib/docker`, `/ /var/lib/docker`, ``},
		{`K=v1 # length=128`, `v1`, `v1`, `length=128`},
		{"K=v1\t#length=128", `v1`, `v1`, `length=128`},
		{`K=v # a # b`, `v`, `v`, `a # b`},
		{`K= # nothing`, ``, ``, `nothing`},
		{`K=#fff`, `#fff`, `#fff`, ``},
		{`K=a#b`, `a#b`, `a#b`, ``},
		{`K = 'spaced'   # as leantime does`, `spaced`, `spaced`, `as leantime does`},
		{`export K=v`, `v`, `v`, ``},
		{"  K=v  \t", `v`, `v`, ``},
		{"K=', `www.example.com`'", ", `www.example.com`", ", `www.example.com`", ``},
		{`K='$A ${A} \n'`, `$A ${A} \n`, `$A ${A} \n`, ``},
		{`K='it\'s'`, `it's`, `it's`, ``},
		{`K="$A:b"`, `$A:b`, `a:b`, ``},
		{`K="a\nb\tc\rd\"e\\f\$A` + "\\`" + `"`, "a\nb\tc\rd\"e\\f$A`", "a\nb\tc\rd\"e\\f$A`", ``},
		{`K="C:\dir"`, `C:\dir`, `C:\dir`, ``},
		{`K="\\$A"`, `\$A`, `\a`, ``},
		{`K="a#b" #c`, `a#b`, `a#b`, `c`},
		{`K=C:\new`, `C:\new`, `C:\new`, ``},
		{`K=\$A`, `$A`, `$A`, ``},
		{`K=org/app:latest-${A}-amd64`, `org/app:latest-${A}-amd64`, `org/app:latest-a-amd64`, ``},
		{`K=$A$A-${A}`, `$A$A-${A}`, `aa-a`, ``},
		{`K=$UNSET-${UNSET}.`, `$UNSET-${UNSET}.`, `-.`, ``},
		{`K=${UNSET:-x}${A:-x}${EMPTY:-y}${EMPTY-z}`, `${UNSET:-x}${A:-x}${EMPTY:-y}${EMPTY-z}`, `xay`, ``},
		{`K=${UNSET-}${UNSET:-${A}}${UNSET:-${UNSET-b $A}}`, `${UNSET-}${UNSET:-${A}}${UNSET:-${UNSET-b $A}}`, `ab a`, ``},
		{`K=${A:-${UNSET:-x}}}`, `${A:-${UNSET:-x}}}`, `a}`, ``},
		{`K=pa$word $low ${word}`, `pa$word $low ${word}`, `pa$word l ${word}`, ``},
		{`K=$2y$05$abc`, `$2y$05$abc`, `$2y$05$abc`, ``},
		{`K=$$A $(id) ` + "`id`", "$$A $(id) `id`", "$a $(id) `id`", ``},
		{`K={{ env "A" }}${`, `{{ env "A" }}${`, `{{ env "A" }}${`, ``},
		{"K=\"a\nb\"", "a\nb", "a\nb", ``},
		{"K=\"a\r\nb\"", "a\nb", "a\nb", ``},
		{"K='a\n# b\n' # c", "a\n# b\n", "a\n# b\n", `c`},
		{"\ufeffK=v", "v", "v", ``},
		{"K=v\r", "v", "v", ``},
	} {
		f := recipe.ParseEnv(".env", []byte(c.line))
		vars := f.Vars()
		if len(vars) != 1 || len(f.Faults) != 0 {
			t.Errorf("%q: %+v, faults %+v", c.line, vars, f.Faults)
			continue
		}
		if vars[0].Key != "K" || vars[0].Value != c.value || vars[0].Comment != c.comment {
			t.Errorf("%q: got %+v", c.line, vars[0])
		}
		expanded, faults := f.Expand(base)
		if expanded["K"] != c.expanded || len(faults) != 0 {
			t.Errorf("%q expands to %q, want %q; faults %+v", c.line, expanded["K"], c.expanded, faults)
		}
	}
}

func TestEnvCommented(t *testing.T) {
	for line, want := range map[string]string{
		`#APP_FLAVOUR=social`:            `APP_FLAVOUR=social`,
		`# DISABLE_DB_AUTOMIGRATION=1`:   `DISABLE_DB_AUTOMIGRATION=1`,
		`##SECRET_A_VERSION=v1 # length`: `SECRET_A_VERSION=v1`,
		`  #  export KEY="a b"`:          `KEY=a b`,
		`#SONIC_PASSWORD=`:               `SONIC_PASSWORD=`,
		`# default: disabled=0`:          ``,
		`# default comments enabled=1`:   ``,
		`# enable foo = bar`:             ``,
		`# Set A=b to do that`:           ``,
		`## KEY="{`:                      ``,
		`# ============`:                 ``,
		`#`:                              ``,
		`# https://x.example/?a=b`:       ``,
	} {
		f := recipe.ParseEnv(".env", []byte(line))
		got := ""
		for _, v := range f.Commented() {
			got += v.Key + "=" + v.Value
		}
		if got != want || len(f.Vars()) != 0 || len(f.Faults) != 0 {
			t.Errorf("%q: got %q, want %q; %+v %+v", line, got, want, f.Vars(), f.Faults)
		}
	}
}

func TestEnvModifiers(t *testing.T) {
	f := recipe.ParseEnv(".env", []byte("A=v1 # length=64 charset=hex,special, and generate=false\nB=v1 # nothing\n#C=v1 #generate=false"))
	want := map[string]string{"length": "64", "charset": "hex,special,", "generate": "false"}
	if got := f.Vars()[0].Modifiers; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := f.Vars()[1].Modifiers; len(got) != 0 {
		t.Errorf("got %v, want none", got)
	}
	if got := f.Commented()[0].Modifiers["generate"]; got != "false" {
		t.Errorf("commented: got %q", got)
	}
}

func TestEnvSpans(t *testing.T) {
	text := "\ufeff# é\r\n  export É=1\r\nexport KEY = \"é\nb\" # c\r\n#KÉY=1\n# KEY=v é\nEMPTY=  \n"
	f := recipe.ParseEnv("x/.env", []byte(text))
	if len(f.Faults) != 1 || f.Faults[0].Span != (recipe.Span{File: "x/.env", Line: 2, Column: 3, EndLine: 2, EndColumn: 13}) {
		t.Errorf("faults %+v", f.Faults)
	}
	vars := append(f.Vars(), f.Commented()...)
	if len(vars) != 3 {
		t.Fatalf("got %+v", vars)
	}
	for i, want := range [][2]string{{"KEY = \"é\nb\"", "\"é\nb\""}, {"EMPTY=", ""}, {"KEY=v é", "v é"}} {
		if got := cut(text, vars[i].Span); got != want[0] {
			t.Errorf("%s: span covers %q, want %q", vars[i].Key, got, want[0])
		}
		if got := cut(text, vars[i].ValueSpan); got != want[1] {
			t.Errorf("%s: value span covers %q, want %q", vars[i].Key, got, want[1])
		}
	}
}

// TestEnvFaults holds that a broken line is reported, keeps its text to itself,
// and takes nothing else along.
func TestEnvFaults(t *testing.T) {
	for _, broken := range []string{
		`sekrit`, `K="sekrit`, `K='sekrit`, `K="sekrit" x`, `K="a","sekrit"`, `K: sekrit`, `=sekrit`, `1K=sekrit`,
		`K.é=sekrit`, `---sekrit`, `K="sekrit\"`,
	} {
		f := recipe.ParseEnv(".env", []byte("A=1\n"+broken+"\nB='2'\nC=\"3\"\n"))
		if len(f.Faults) != 1 || f.Faults[0].Code != recipe.CodeEnvSyntax || f.Faults[0].Span.Line != 2 {
			t.Errorf("%q: faults %+v", broken, f.Faults)
			continue
		}
		if strings.Contains(f.Faults[0].Message, "sekrit") {
			t.Errorf("%q: the message shows the value: %s", broken, f.Faults[0].Message)
		}
		if got, _ := f.Expand(nil); len(got) != 3 || got["A"]+got["B"]+got["C"] != "123" {
			t.Errorf("%q: got %v", broken, got)
		}
	}
}

func TestEnvSelfExpansion(t *testing.T) {
	f := recipe.ParseEnv(".env", []byte("COMPOSE_FILE=\"compose.yml\"\n"+
		"COMPOSE_FILE=\"$COMPOSE_FILE:compose.postgres.yml\"\n#COMPOSE_FILE=\"$COMPOSE_FILE:no.yml\"\n"+
		"COMPOSE_FILE=\"${COMPOSE_FILE}:postgres/compose.tune.yml\"\n"))
	base := map[string]string{"COMPOSE_FILE": "other.yml", "X": "x"}
	got, faults := f.Expand(base)
	if want := "compose.yml:compose.postgres.yml:postgres/compose.tune.yml"; got["COMPOSE_FILE"] != want || got["X"] != "x" || faults != nil {
		t.Errorf("got %v, faults %+v", got, faults)
	}
	if base["COMPOSE_FILE"] != "other.yml" || len(base) != 2 {
		t.Errorf("base was changed: %v", base)
	}
}

func TestEnvBounds(t *testing.T) {
	nested := func(n int) string {
		return "K=" + strings.Repeat("${A:-", n) + "x" + strings.Repeat("}", n) + "\nL=1\n"
	}
	for name, c := range map[string]struct {
		text, code string
		line       int
	}{
		"doubles itself 22 times": {"A=x\n" + strings.Repeat("A=$A$A\n", 22), recipe.CodeEnvTooLarge, 18},
		"nested 16":               {nested(16), "", 0},
		"nested 17":               {nested(17), recipe.CodeEnvNesting, 1},
		"nested 5000":             {nested(5000), recipe.CodeEnvNesting, 1},
		"not closed":              {"A=1\nK=${A:-x\nL=1\n", recipe.CodeEnvExpansion, 2},
		"not closed name":         {"K=${A\n", recipe.CodeEnvExpansion, 1},
		"unknown operator":        {"K=${A%%x}\n", recipe.CodeEnvExpansion, 1},
		"all together":            {"A=" + strings.Repeat("x", 60_000) + "\n" + many(18, "B%d=$A\n"), recipe.CodeEnvTooLarge, 18},
		"work":                    {"A=" + strings.Repeat("x", 60_000) + "\n" + strings.Repeat("B=$A\n", 5000), recipe.CodeEnvTooLarge, 281},
		"single quotes":           {"A='" + strings.Repeat("x", recipe.MaxValueSize+1) + "'\n", recipe.CodeEnvTooLarge, 1},
		"lines":                   {strings.Repeat("A=\n", 10_001), "", 0},
	} {
		got, faults := recipe.ParseEnv(".env", []byte(c.text)).Expand(nil)
		if c.code == "" && len(faults) == 0 {
			continue
		}
		if len(faults) == 0 || faults[0].Code != c.code || faults[0].Span.Line != c.line {
			t.Errorf("%s: faults %+v", name, faults)
			continue
		}
		if _, ok := got["K"]; ok {
			t.Errorf("%s: the broken value is there: %q", name, got["K"])
		}
	}
	f := recipe.ParseEnv(".env", []byte(strings.Repeat("A=\n", 10_001)))
	if len(f.Vars()) != 10_000 || len(f.Faults) != 1 || f.Faults[0].Span.Line != 10_001 {
		t.Errorf("%d assignments, faults %+v", len(f.Vars()), f.Faults)
	}
}
