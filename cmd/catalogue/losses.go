package main

import (
	"fmt"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index"
)

// losses reports, as an error, which recipes of the catalogue in dir would go
// only because a source could not be listed: a data folder that is new knows
// none of that source's recipes, and must not empty what an earlier one
// published.
func losses(dir string, loaded catalogue.Catalogue, report index.Report) error {
	if report.FailedSources == 0 {
		return nil
	}
	published, err := catalogue.ReadDir(dir)
	if err != nil {
		return nil // nothing that could be read is there to be lost
	}
	var lost []string
	for _, r := range published.Recipes {
		if _, known := loaded.Recipe(r.Name); !known && !slices.Contains(report.Removed, r.Name) {
			lost = append(lost, r.Name)
		}
	}
	if len(lost) == 0 {
		return nil
	}
	return fmt.Errorf("the catalogue stays as it was: a source cannot be listed, and without it these recipes would be lost: %s",
		strings.Join(lost[:min(len(lost), 5)], ", "))
}
