package convert

// scope returns the swarm name of key: verbatim where the file says `name:`.
func (c *converter) scope(key, verbatim string) string {
	if verbatim != "" {
		return verbatim
	}
	return c.Name + "_" + key
}
