package deploy

import (
	"testing"

	"coopcloud.tech/catalogue/internal/deploy/secret"
	"coopcloud.tech/catalogue/internal/stack"
)

func TestNextVersion(t *testing.T) {
	held := func(versions ...string) (list []SecretVersion) {
		for _, v := range versions {
			list = append(list, SecretVersion{Version: v})
		}
		return list
	}
	for _, test := range []struct {
		current string
		held    []SecretVersion
		want    string
	}{
		{"v1", nil, "v2"},
		{"v1", held("v1", "v2", "v10"), "v11"},
		{"v9", held("w12", "vx"), "v10"},
		{"2024", held("2024"), "2025"},
		{"latest", nil, "latest2"},
	} {
		if got := NextVersion(test.current, test.held); got != test.want {
			t.Errorf("%s: %s, want %s", test.current, got, test.want)
		}
	}
}

func TestVersionOf(t *testing.T) {
	make := func(name, version string) secret.Secret {
		return secret.Secret{Secret: stack.Secret{Name: name, Version: version}}
	}
	db, admin, plain := make("s_db_v1", "v1"), make("s_db_admin", "admin"), make("s_plain", "")
	all := []secret.Secret{db, admin, plain}
	for _, test := range []struct {
		of      secret.Secret
		name    string
		version string
		ok      bool
	}{
		{db, "s_db_v2", "v2", true},
		{db, "s_db_admin", "", false},    // another secret of the app
		{db, "s_db_admin_v1", "", false}, // likely one too
		{db, "s_db_", "", false},
		{db, "t_db_v1", "", false},
		{plain, "s_plain", "", true},
		{plain, "s_plain_v1", "", false},
	} {
		if version, ok := versionOf(test.of, test.name, all); ok != test.ok || ok && version != test.version {
			t.Errorf("%s: %q %t, want %q %t", test.name, version, ok, test.version, test.ok)
		}
	}
}
