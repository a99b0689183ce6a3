package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// seenManifests is, by origin, when the newest manifest was generated that was
// read with a good signature. Whoever serves an older one withholds releases.
type seenManifests map[string]time.Time

// maxAhead is how far a publisher's clock may be ahead of ours. A manifest from
// the far future would make all that follow it look old.
const maxAhead = time.Hour

// checkSeen refuses a manifest that is older than the newest one of its origin,
// but with --stale, and remembers a newer one.
func (c *cli) checkSeen(m catalogue.Manifest) error {
	err := c.isOld(m)
	switch {
	case err == nil:
		c.remember(m)
	case errors.Is(err, errRolledBack) && c.stale:
		return nil
	case errors.Is(err, errRolledBack):
		return fmt.Errorf("%w. Try again later, or go by the older one with --stale", err)
	}
	return err
}

// errRolledBack means that a newer manifest was seen before.
var errRolledBack = errors.New("a cache on the way is behind, the publisher went back, or somebody withholds what is newer")

// isOld reports, as an error, whether the manifest is older than the newest one of
// its origin, or from the future.
func (c *cli) isOld(m catalogue.Manifest) error {
	if now := time.Now(); m.Generated.After(now.Add(maxAhead)) {
		return fmt.Errorf("its manifest says that it was generated at %s, but here it is %s: one of the two clocks is wrong",
			m.Generated.Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	path, err := c.seenPath()
	if err != nil {
		return err
	}
	seen, err := readSeen(path)
	if err != nil {
		return err
	}
	if newest := seen[m.Origin]; m.Generated.Before(newest) {
		return fmt.Errorf("its manifest is of %s, but one of %s was seen before: %w",
			m.Generated.Format(time.RFC3339), newest.Format(time.RFC3339), errRolledBack)
	}
	return nil
}

func (c *cli) seenPath() (string, error) {
	data, err := c.dataDir()
	return filepath.Join(data, "seen.json"), err
}

// readSeen refuses a file that is damaged: to forget silently is what an
// attacker would want.
func readSeen(path string) (seenManifests, error) {
	seen := seenManifests{}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return seen, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &seen)
	}
	if err == nil && seen == nil {
		err = errors.New("expected an object")
	}
	if err != nil {
		return nil, fmt.Errorf("%s, which says how old a catalogue may be: %w. Remove it to begin anew", path, err)
	}
	return seen, nil
}

// remember does not stop a verb that could do its work: the check was made.
func (c *cli) remember(m catalogue.Manifest) {
	if err := c.writeSeen(m); err != nil {
		fmt.Fprintln(c.stderr, "warning:", safeText(fmt.Sprintf("the age of the catalogue could not be remembered: %v", err)))
	}
}

func (c *cli) writeSeen(m catalogue.Manifest) error {
	path, err := c.seenPath()
	if err != nil {
		return err
	}
	seen, err := readSeen(path)
	if err != nil || !m.Generated.After(seen[m.Origin]) {
		return err
	}
	seen[m.Origin] = m.Generated
	data, err := json.MarshalIndent(seen, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return replaceFile(path, append(data, '\n'))
}
