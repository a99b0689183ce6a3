// Package publishtest holds catalogues for tests: a varied one, and a hostile
// one.
package publishtest

import (
	"fmt"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// Now is when the sample was generated.
var Now = time.Date(2026, 11, 22, 9, 41, 0, 0, time.UTC)

// Sample returns fourteen recipes as they occur: complete and alpha, with and
// without versions, fresh and stale, with legacy, moved and mislabelled tags.
func Sample() catalogue.Catalogue {
	recipes := []catalogue.Recipe{
		authentik(), bonfire(), gitea(), hedgedoc(), lemp(), matrix(), newcomer(),
		nextcloud(), peertube(), roughEdges(), staticSite(), traefik(), uptime(), vaultwarden(),
	}
	for i := range recipes {
		complete(&recipes[i])
	}
	return catalogue.Catalogue{GeneratedAt: Now, Recipes: recipes}
}

// complete fills in what every recipe of the commons has in common.
func complete(r *catalogue.Recipe) {
	r.Repository = "https://git.coopcloud.tech/coop-cloud/" + r.Name + ".git"
	r.SSHURL = "ssh://git@git.coopcloud.tech:2222/coop-cloud/" + r.Name + ".git"
	if r.DefaultBranch == "" {
		r.DefaultBranch = "main"
	}
	if r.Status == "" {
		r.Status = catalogue.OK
	}
	if r.CheckedAt.IsZero() && r.Status != catalogue.Unknown {
		r.CheckedAt = Now.Add(-12 * time.Minute)
	}
	if r.Status == catalogue.OK {
		r.ValidUntil = r.CheckedAt.Add(48 * time.Hour)
	}
	r.Upstream = upstream(r.Name)
	for i := range r.Versions {
		completeVersion(r.Name, i, &r.Versions[i])
	}
}

func completeVersion(name string, i int, v *catalogue.Version) {
	v.Commit = object(name, i, 'a')
	v.Tree = object(name, i, 'b')
	v.Files = []string{"compose.yml"}
	if v.Legacy {
		return
	}
	v.Annotated = true
	v.TagObject = object(name, i, 'c')
	if v.Label == "" {
		v.Label = v.Version
	}
}

// object makes up an object id.
func object(name string, i int, kind rune) string {
	return strings.Repeat(fmt.Sprintf("%02x%x%c", len(name), i%16, kind), 10)
}

func day(year, month, d int) time.Time {
	return time.Date(year, time.Month(month), d, 10, 0, 0, 0, time.UTC)
}

// services reads "app=gitea/gitea:1.15.0 db=mariadb:10.6".
func services(text string) []catalogue.Service {
	var list []catalogue.Service
	for field := range strings.FieldsSeq(text) {
		name, reference, _ := strings.Cut(field, "=")
		image, tag, _ := strings.Cut(reference, ":")
		list = append(list, catalogue.Service{Name: name, Image: image, Tag: tag})
	}
	return list
}

// env reads "DOMAIN=example.com #SMTP_HOST=mail", where # marks what is
// optional.
func env(text string) []catalogue.EnvVar {
	var list []catalogue.EnvVar
	for field := range strings.FieldsSeq(text) {
		rest, optional := strings.CutPrefix(field, "#")
		name, value, _ := strings.Cut(rest, "=")
		list = append(list, catalogue.EnvVar{Name: name, Default: value, Optional: optional})
	}
	return list
}

func secrets(names ...string) []catalogue.Secret {
	var list []catalogue.Secret
	for _, name := range names {
		list = append(list, catalogue.Secret{Name: name, Version: "v1", Length: 32, Charset: "default", Generate: true})
	}
	return list
}

func finding(rule, name, severity, path string, line int, message string) catalogue.Finding {
	return catalogue.Finding{
		Rule: rule, Name: name, Severity: severity, Message: message, Path: path, Line: line, Column: 1,
	}
}

// lint counts its findings.
func lint(findings ...catalogue.Finding) catalogue.Lint {
	quality := 7
	l := catalogue.Lint{Findings: findings, Quality: &quality, Next: "the README's metadata says Tests: 1 or more; open: Tests"}
	for _, f := range findings {
		switch f.Severity {
		case "error":
			l.Error++
		case "warning":
			l.Warning++
		default:
			l.Info++
		}
	}
	return l
}

func hub(image, rating string) catalogue.Image {
	return catalogue.Image{Image: image, Rating: rating, Source: "upstream", URL: "https://hub.docker.com/r/" + image}
}

// Many returns n recipes, each like gitea's.
func Many(n int) catalogue.Catalogue {
	c := catalogue.Catalogue{GeneratedAt: Now}
	for i := range n {
		r := gitea()
		r.Name = fmt.Sprintf("recipe-%04d", i)
		complete(&r)
		c.Recipes = append(c.Recipes, r)
	}
	return c
}
