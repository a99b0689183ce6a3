package catalogue

import "time"

// normal gives r the one shape in which it is published: lists are never null,
// times are whole seconds in UTC. The caller's r is not changed.
func normal(r Recipe) Recipe {
	r.CheckedAt, r.ValidUntil, r.Status = second(r.CheckedAt), second(r.ValidUntil), status(r.Status)
	versions := make([]Version, len(r.Versions))
	for i, v := range r.Versions {
		v.Date = second(v.Date)
		v.Services = list(v.Services)
		v.Env = list(v.Env)
		v.Secrets = list(v.Secrets)
		v.Files = list(v.Files)
		versions[i] = v
	}
	r.Versions = versions
	r.Upstream = normalChecks(r.Upstream)
	return r
}

// normalChecks says of a check without an answer that its verdict is unknown.
func normalChecks(checks []Check) []Check {
	var normal []Check
	for _, c := range checks {
		c.CheckedAt, c.ValidUntil, c.Status = second(c.CheckedAt), second(c.ValidUntil), status(c.Status)
		if c.Held = list(c.Held); c.Verdict == "" {
			c.Verdict = UnknownVerdict
		}
		normal = append(normal, c)
	}
	return normal
}

func second(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// status makes a record that says nothing about itself Unknown.
func status(s Status) Status {
	if s == OK || s == Stale {
		return s
	}
	return Unknown
}
