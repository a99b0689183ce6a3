package publish_test

import (
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// The metadata of real READMEs is dirty; a page must not make "No" of "not
// stated", nor the other way round.
func TestFeatureWords(t *testing.T) {
	for raw, want := range map[string]string{
		"Yes": "Yes", "yes ": "yes", "No": "No", "NO": "NO", "3": "Works by itself", "2": "Mostly by itself", "1": "Set up by hand", "0": "No",
		"N/A": "Not needed", "n/a": "Not needed", "": "Not stated", "?": "Not stated", "? (Keycloak)": "Not stated ? (Keycloak)",
		"3 (OAuth)": "Works by itself 3 (OAuth)", "❸💚": "Works by itself ❸💚", "Yes, by hand": "Yes, by hand", "9": "Not stated", "soon": "Not stated soon",
	} {
		got := text(one(t, catalogue.Recipe{Name: "a", Status: catalogue.OK, Features: catalogue.Features{SSO: raw}}))
		_, rest, _ := strings.Cut(got, "Single sign-on ")
		fact, _, _ := strings.Cut(rest, " Tests")
		if fact != want {
			t.Errorf("%q: %q, want %q", raw, fact, want)
		}
	}
}
