package catalogue_test

import (
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/catalogue"
)

func TestCheckName(t *testing.T) {
	for _, name := range []string{"nextcloud", "custom-html", "a", "Ü b", "a.b", strings.Repeat("x", 100)} {
		if err := catalogue.CheckName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{
		"", ".", "..", ".git", "../x", "a/b", "/", `a\b`, "a\nb", "a\x1b[m", "a\x00", "a\u202eb", "\xff", "-rf", "--data=x",
		" ", "a ", "\u00a0a", strings.Repeat("x", 101),
	} {
		err := catalogue.CheckName(name)
		if err == nil || strings.ContainsAny(err.Error(), "\n\x1b\x00") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
