package deploy_test

import (
	"slices"
	"testing"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/recipe"
)

// What a version asks of an operator: only what is new in it, and not done yet.
func TestReview(t *testing.T) {
	old := at("1.0.0+1", map[string]string{
		"compose.yml": "services:\n  app:\n    image: a:1\n    ports: ['80:8080', '22:22']\n",
		".env.sample": "TYPE=x\nOLD=1\nSECRET_DB_VERSION=v1\nSECRET_API_VERSION=v1\n",
		"abra.sh":     "export CONF_VERSION=v1\nexport SAME_VERSION=v1\n",
	})
	now := at("2.0.0+2", map[string]string{
		"compose.yml":     "services:\n  app:\n    image: a:2\n    ports: ['80:9090', '443:443/udp']\n",
		".env.sample":     "TYPE=x\nOLD=1\nHAD=1\nNEW=\nSECRET_DB_VERSION=v2\nSECRET_API_VERSION=v2\nSECRET_MAIL_VERSION=v1\n",
		"abra.sh":         "export CONF_VERSION=v2\nexport SAME_VERSION=v1\n",
		"release/2.0.0+2": "Read me.\n",
		"release/next":    "not yet\n",
	})
	env := recipe.ParseEnv("a.env", []byte("TYPE=x\nHAD=2\nSECRET_DB_VERSION=v1\nSECRET_API_VERSION=v2\n"))
	step, err := deploy.Review(env, &old, now)
	if err != nil {
		t.Fatal(err)
	}
	var changes []string
	for _, change := range step.Changes {
		changes = append(changes, change.String())
	}
	want := []string{
		"CONF_VERSION: v1 → v2", "SECRET_DB_VERSION: v1 → v2",
		"published port 22/tcp: app:22 (gone)", "published port 443/udp: app:443 (new)", "published port 80/tcp: app:8080 → app:9090",
	}
	if !slices.Equal(changes, want) {
		t.Errorf("changes: %q\nwant: %q", changes, want)
	}
	if !slices.Equal(step.Variables, []deploy.Variable{{Name: "NEW"}, {Name: "SECRET_MAIL_VERSION", Sample: "v1"}}) || !slices.Equal(step.Secrets, []string{"mail"}) {
		t.Errorf("asked for: %+v %v", step.Variables, step.Secrets)
	}
	if step.Note != "Read me." {
		t.Errorf("note: %q", step.Note)
	}
	if same, err := deploy.Review(env, &now, now); err != nil || same.Note == "" || len(same.Changes)+len(same.Variables) > 0 {
		t.Errorf("the same version again: %+v %v", same, err)
	}
}
