package recipe_test

import (
	"slices"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/recipe"
)

func exports(a *recipe.AbraSh) []string {
	var all []string
	for _, e := range a.Exports {
		all = append(all, e.Name+"="+e.Value)
	}
	return all
}

func TestAbraSh(t *testing.T) {
	text := "\ufeff#!/bin/bash\r\n" +
		"export APP_ENTRYPOINT_VERSION=v1\n" +
		"export PG_BACKUP_VERSION=\"v2\" NGINX_CONF_VERSION='v3' EMPTY=\n" +
		"export A=a\\ b\"c\\\"d\\e\"'f\\g' F=é\n" +
		"  export INDENTED=v4 # c\n" +
		"PLAIN=v1\nexport PLAIN\nexport -n PLAIN\n" +
		"# export NO=v1\n" +
		"export DYNAMIC=$(rm -rf /) LATER=v5\n" +
		"export ALSO=$HOME\n" +
		"sub_é () {\n  export INNER=v1\n  echo \"hi\"\n}\n" +
		"function other { :; }\n"
	a := recipe.ParseAbraSh("abra.sh", []byte(text))
	want := []string{
		"APP_ENTRYPOINT_VERSION=v1", "PG_BACKUP_VERSION=v2", "NGINX_CONF_VERSION=v3", "EMPTY=",
		`A=a bc"d\ef\g`, "F=é", "INDENTED=v4", "LATER=v5",
	}
	if got := exports(a); !slices.Equal(got, want) {
		t.Errorf("exports %q, want %q", got, want)
	}
	checkFault(t, a.Faults, recipe.CodeDynamicExport, 10, 8, 2)
	if got := cut(text, a.Exports[1].Span); got != `PG_BACKUP_VERSION="v2"` {
		t.Errorf("span covers %q", got)
	}
	if len(a.Functions) != 2 || a.Functions[0].Name != "sub_é" || a.Functions[1].Name != "other" {
		t.Fatalf("functions %+v", a.Functions)
	}
	if got := cut(text, a.Functions[0].Span); !strings.HasPrefix(got, "sub_é () {") || !strings.HasSuffix(got, "\n}") {
		t.Errorf("span covers %q", got)
	}
}

func checkFault(t *testing.T, faults []recipe.Fault, code string, line, column, count int) {
	t.Helper()
	if len(faults) != count {
		t.Fatalf("faults %+v", faults)
	}
	if f := faults[0]; f.Code != code || f.Span.Line != line || f.Span.Column != column {
		t.Errorf("got %+v", f)
	}
}

// TestAbraShBroken holds that versions are read from a script that no shell
// would take.
func TestAbraShBroken(t *testing.T) {
	rest := "export A_VERSION=v1\r\nexport B_VERSION=\"v 2\" # c\n export C_VERSION=v3\nexport D=$(id)\n"
	for name, c := range map[string]struct {
		text, code   string
		line, column int
	}{
		"open brace":   {rest + "foo() {\n", recipe.CodeShellSyntax, 5, 7},
		"open quote":   {rest + "echo \"é '\n", recipe.CodeShellSyntax, 5, 6},
		"hostile":      {rest + strings.Repeat("$(", 10_000), recipe.CodeShellSyntax, 5, 19_999},
		"too large":    {rest + strings.Repeat("# x\n", 20_000), recipe.CodeShellTooLarge, 0, 0},
		"binary":       {rest + "\x00\xff )\n", recipe.CodeShellSyntax, 5, 1},
		"not for bash": {rest + "(( \n", recipe.CodeShellSyntax, 5, 1},
	} {
		a := recipe.ParseAbraSh("abra.sh", []byte(c.text))
		if got := exports(a); !slices.Equal(got, []string{"A_VERSION=v1", "B_VERSION=v 2"}) {
			t.Errorf("%s: exports %q", name, got)
		}
		if len(a.Faults) != 2 || a.Faults[0].Code != c.code || a.Faults[0].Span.Line != c.line || a.Faults[0].Span.Column != c.column {
			t.Errorf("%s: faults %+v", name, a.Faults)
		}
	}
}

func TestAbraShEmpty(t *testing.T) {
	for _, text := range []string{"", "\ufeff", "# only a comment", "\r\n"} {
		if a := recipe.ParseAbraSh("abra.sh", []byte(text)); len(a.Exports)+len(a.Functions)+len(a.Faults) != 0 {
			t.Errorf("%q: %+v", text, a)
		}
	}
}

func FuzzAbraSh(f *testing.F) {
	for _, seed := range []string{
		"export A=v1 B=\"v2\"\n", "f() { export A=$(id); }\n", "export A=\\\nb\n", "export A+=x A[1]=y A=(z)\n", "export A=v1\nif", "\ufeffexport A=$'x'\r\n",
		"cat <<EOF\nexport A=v1\nEOF\n", "export \"$A\"=b\n", "declare -x A=b", "export A=`id`", "((", "é() (a)",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a := recipe.ParseAbraSh("abra.sh", data)
		for _, e := range a.Exports {
			got := cut(string(data), e.Span)
			// The parser counts a line that goes on within a name short.
			if !strings.HasPrefix(got, e.Name) && !strings.Contains(got, "\\\n") {
				t.Fatalf("%s: span %+v covers %q", e.Name, e.Span, got)
			}
		}
	})
}
