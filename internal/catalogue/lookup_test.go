package catalogue_test

import (
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/catalogue"
)

func TestLatest(t *testing.T) {
	for versions, want := range map[string]string{
		"":                                    "",
		"v1.0 0.0.1":                          "",
		"1.0.0+1":                             "1.0.0+1",
		"1.0.0+1 1.1.0+1.2-rc1":               "1.1.0+1.2-rc1", // the app's release candidate, on purpose
		"1.0.0+1 1.1.0-rc1+2":                 "1.0.0+1",
		"1.0.0-rc1+1 1.0.0-rc2+1 v9":          "1.0.0-rc2+1",
		"1.0.0-rc1+1 1.0.0+1 1.1.0-b+1 2019a": "1.0.0+1",
	} {
		r := catalogue.Recipe{}
		for v := range strings.FieldsSeq(versions) {
			r.Versions = append(r.Versions, catalogue.Version{Version: v, Legacy: !catalogue.IsVersion(v)})
		}
		got, ok := r.Latest()
		if got.Version != want || ok != (want != "") {
			t.Errorf("%q: latest %q (%v), want %q", versions, got.Version, ok, want)
		}
	}
}

func TestIsVersion(t *testing.T) {
	for v, want := range map[string]bool{
		"1.0.0+1.14.3": true, "2.0.1+1.0.6-social-amd64": true, "0.1.0+2019_11": true, "1.0.0-rc1+v3": true,
		"": false, "1.0.0": false, "v1.0.0+1": false, "1.0+1": false, "01.0.0+1": false, "1.0.0+": false,
		"1.0.0+a/b": false, "1.0.0+a b": false, "1.0.0+a\n": false,
	} {
		if got := catalogue.IsVersion(v); got != want {
			t.Errorf("%q: %v, want %v", v, got, want)
		}
	}
}

func TestLookups(t *testing.T) {
	c := gitea()
	r, ok := c.Recipe("gitea")
	if !ok || r.Name != "gitea" {
		t.Fatalf("recipe gitea: %v %q", ok, r.Name)
	}
	if _, ok := c.Recipe("git"); ok {
		t.Error("found a recipe that is not there")
	}
	if v, ok := r.Version("1.0.0+1.14.3"); !ok || len(v.Services) != 2 {
		t.Errorf("version: %v %+v", ok, v)
	}
	if _, ok := r.Version("1.0.0"); ok {
		t.Error("found a version that is not there")
	}
}
