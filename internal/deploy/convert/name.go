package convert

import (
	"regexp"
)

// Rules and lengths of swarmkit (manager/controlapi/common.go). Objects may
// hold dots, services and networks may not.
var (
	dnsName    = regexp.MustCompile(`^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*$`)
	objectName = regexp.MustCompile(`^[a-zA-Z0-9]+(?:[a-zA-Z0-9-_.]*[a-zA-Z0-9])?$`)
)

const (
	maxDNSName    = 63
	maxObjectName = 64
)

// scope returns the swarm name of key: verbatim where the file says `name:`.
func (c *converter) scope(key, verbatim string) string {
	if verbatim != "" {
		return verbatim
	}
	return c.Name + "_" + key
}

func (c *converter) checkDNSName(at path, kind, name string) {
	switch {
	case len(name) > maxDNSName:
		c.fail(at, "%s name %q has %d characters, Swarm allows %d; shorten the stack name or the key", kind, name, len(name), maxDNSName)
	case !dnsName.MatchString(name):
		c.fail(at, "%s name %q: Swarm wants letters, digits, - and _, with a letter or digit at both ends", kind, name)
	}
}

func (c *converter) checkObjectName(at path, kind, name string) {
	switch {
	case len(name) > maxObjectName:
		c.fail(at, "%s name %q has %d characters, Swarm allows %d; shorten the stack name or the key", kind, name, len(name), maxObjectName)
	case !objectName.MatchString(name):
		c.fail(at, "%s name %q: Swarm wants letters, digits, -, _ and ., with a letter or digit at both ends", kind, name)
	}
}
