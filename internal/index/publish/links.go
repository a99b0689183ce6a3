package publish

import (
	"net/url"
	"regexp"
	"strings"
)

// webLink returns raw where it leads to a web page, else nothing. Recipes are
// written by strangers, and javascript: is a scheme as well.
func webLink(raw string) string {
	link, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || link.Host == "" || link.User != nil || link.Scheme != "http" && link.Scheme != "https" {
		return ""
	}
	return link.String()
}

// readmeLink is webLink for READMEs, which may also name mail addresses.
func readmeLink(raw string) string {
	if link, err := url.Parse(raw); err == nil && link.Scheme == "mailto" && link.Opaque != "" {
		return link.String()
	}
	return webLink(raw)
}

// repositoryLink returns the page where a repository can be looked at.
func repositoryLink(raw string) string {
	return strings.TrimSuffix(webLink(raw), ".git")
}

// recipeHref leads from the site's root to a recipe: to its page, or to its
// JSON where the name is taken.
func recipeHref(name string) string {
	if reserved(name) {
		return jsonHref(name)
	}
	return "./" + url.PathEscape(name) + "/"
}

func jsonHref(name string) string { return "v2/recipes/" + url.PathEscape(name) + ".json" }

var (
	shellSafe = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._+-]*$`)
	dnsLabel  = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)
)

// shellQuote makes name one word of a command line that a reader is going to
// paste into a shell.
func shellQuote(name string) string {
	if shellSafe.MatchString(name) {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}

// exampleDomain is a domain for the examples.
func exampleDomain(name string) string {
	if dnsLabel.MatchString(name) {
		return name + ".example.com"
	}
	return "app.example.com"
}
