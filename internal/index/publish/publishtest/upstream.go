package publishtest

import (
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// upstream is what registries say of the images of some recipes: of gitea's all good, of
// authentik's something of each kind, of bonfire's nothing good.
func upstream(recipe string) []catalogue.Check {
	switch recipe {
	case "gitea":
		return []catalogue.Check{
			image("app", "gitea/gitea:1.24.6-rootless", catalogue.Check{
				Verdict: "minor", Newest: "1.25.2-rootless", Steps: catalogue.Steps{Patch: "1.24.7-rootless", Minor: "1.25.2-rootless"},
			}),
			image("db", "mariadb:11.4", catalogue.Check{
				Verdict: "none", EndOfLife: &catalogue.EndOfLife{Product: "mariadb", Cycle: "11.4", Date: "2029-05-29"},
			}),
		}
	case "authentik":
		return []catalogue.Check{
			image("app", "goauthentik/server:2025.10.1", catalogue.Check{Verdict: "patch", Newest: "2025.10.2", Steps: catalogue.Steps{Patch: "2025.10.2"}}),
			image("db", "postgres:16.10", catalogue.Check{
				Verdict: "major", Newest: "18.1", Steps: catalogue.Steps{Minor: "16.11", Major: "18.1"}, Status: catalogue.Stale,
				Error:     "index.docker.io: too many requests; it asks to wait for 5h59m0s",
				EndOfLife: &catalogue.EndOfLife{Product: "postgresql", Cycle: "16", Date: "2028-11-09"},
			}),
			image("redis", "redis:8.2.1-alpine", catalogue.Check{
				Verdict: "hold", Held: []string{"32bit-stretch-8.9", "9.0-rc1-alpine"}, Reason: "9.0-rc1-alpine has the digest of a pre-release",
			}),
			{Service: "worker", Image: "goauthentik/server:2025.10.1", Error: "not checked yet"},
		}
	case "bonfire":
		return []catalogue.Check{
			image("app", "bonfirenetworks/bonfire:1.0.6-social-amd64", catalogue.Check{
				Verdict: "minor", Newest: "1.1.0-social-amd64", Missing: true, Platforms: []string{},
			}),
			image("db", "ghcr.io/baosystems/postgis:17-3.5", catalogue.Check{
				Verdict: "rebuild", Newest: "17-3.5", Reason: "the tag names sha256:" + strings.Repeat("a1", 32) + " now, no longer sha256:" + strings.Repeat("b2", 32),
			}),
			image("search", "getmeili/meilisearch:v1.14", catalogue.Check{
				Verdict: "none", Platforms: []string{"linux/amd64"}, EndOfLife: &catalogue.EndOfLife{Product: "meilisearch", Cycle: "1.14", Date: "2026-01-31", Ended: true},
			}),
		}
	}
	return nil
}

func image(service, reference string, c catalogue.Check) catalogue.Check {
	c.Service, c.Image, c.Digest = service, reference, "sha256:"+strings.Repeat("c3", 32)
	c.CheckedAt, c.ValidUntil = Now.Add(-2*time.Hour), Now.Add(28*time.Hour)
	if c.Status == "" {
		c.Status = catalogue.OK
	}
	if c.Platforms == nil {
		c.Platforms = []string{"linux/amd64", "linux/arm/v7", "linux/arm64"}
	}
	return c
}
