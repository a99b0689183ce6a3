package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// keptEntry is the last good entry of a recipe, beside its mirror: versions that
// were fetched are held against it while the catalogue is down. Where it was
// signed, it is verified again each time.
type keptEntry struct {
	Manifest []byte `json:"manifest,omitempty"` // the signed note
	Entry    []byte `json:"entry"`              // v2/recipes/NAME.json
}

func keptPath(mirror string) string { return strings.TrimSuffix(mirror, ".git") + ".entry.json" }

// keep writes the entry down. Without it, the next deploy asks the catalogue.
func (c *cli) keep(mirror string, e entry) {
	data := e.data
	var err error
	if data == nil {
		data, err = catalogue.EncodeRecipe(e.Recipe)
	}
	if err == nil {
		data, err = json.Marshal(keptEntry{e.note, data})
	}
	if err == nil {
		err = replaceFile(keptPath(mirror), data)
	}
	if err != nil {
		fmt.Fprintln(c.stderr, "warning:", safeText(fmt.Sprintf("recipe %s: its entry could not be kept for later: %v", e.Name, err)))
	}
}

// errNotKept means that no entry is kept that the operator's keys vouch for.
var errNotKept = errors.New("no entry that the catalogue's keys vouch for was kept")

// kept reads the entry of an earlier fetch. Without keys, any will do; an empty
// one where there is none.
func (c *cli) kept(mirror, name string) (entry, error) {
	keys, err := c.trusted()
	if err != nil {
		return entry{}, err
	}
	var old keptEntry
	data, err := os.ReadFile(keptPath(mirror))
	if err == nil {
		err = json.Unmarshal(data, &old)
	}
	switch {
	case keys != nil && err == nil:
		return old.verify(name, keys)
	case keys != nil:
		return entry{}, fmt.Errorf("%w: %w", errNotKept, err)
	case err != nil:
		return entry{}, nil
	}
	recipe, err := named(old.Entry, name)
	return entry{Recipe: recipe}, err
}

func (k keptEntry) verify(name string, keys catalogue.Keys) (entry, error) {
	manifest, err := catalogue.Open(k.Manifest, keys)
	if err != nil {
		return entry{}, fmt.Errorf("%w: %w", errNotKept, err)
	}
	file, listed := manifest.File(catalogue.RecipePath(name))
	if !listed {
		return entry{}, errNotKept
	}
	if err := file.Verify(k.Entry); err != nil {
		return entry{}, fmt.Errorf("%w: %w", errNotKept, err)
	}
	return signedEntry(signed{k.Manifest, manifest, k.Entry}, name)
}
