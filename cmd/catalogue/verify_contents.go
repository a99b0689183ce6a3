package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// collect takes what the files say.
func (v *verification) collect(files []catalogue.File) {
	wanted := map[catalogue.File]bool{}
	for _, f := range files {
		wanted[f] = true
	}
	maps.DeleteFunc(v.read, func(f catalogue.File, _ contents) bool { return !wanted[f] })
	for file, said := range v.read {
		switch {
		case said.fault != nil:
			v.add(verifyFinding{Kind: badContent, Path: file.Path, Message: said.fault.Error()})
		case said.recipe != nil:
			v.recipes = append(v.recipes, *said.recipe)
		case said.index != nil:
			v.index = *said.index
		}
	}
	slices.SortFunc(v.recipes, func(a, b catalogue.Recipe) int { return strings.Compare(a.Name, b.Name) })
}

// checkIndex holds the index against the files that were listed.
func (v *verification) checkIndex() {
	listed := map[string]catalogue.File{}
	for file := range v.read {
		listed[file.Path] = file
	}
	for _, s := range v.index.Recipes {
		file, ok := listed[catalogue.RecipePath(s.Name)]
		if ok && file.SHA256 != s.SHA256 {
			v.add(verifyFinding{Kind: badHash, Recipe: s.Name, Path: indexPath, Message: "the index means another file of the recipe than the manifest does", Expected: file.SHA256, Found: fmt.Sprintf("%.64s", s.SHA256)})
		}
	}
}

// checkAges names entries that nobody has looked at for too long.
func (v *verification) checkAges(now time.Time) {
	for _, r := range v.recipes {
		if !r.ValidUntil.IsZero() && now.After(r.ValidUntil) {
			v.add(verifyFinding{
				Kind: expired, Recipe: r.Name, Message: "the entry is out of date, checked at " + r.CheckedAt.Format(time.RFC3339),
				Expected: "valid_until after " + now.UTC().Format(time.RFC3339), Found: r.ValidUntil.Format(time.RFC3339),
			})
		}
	}
}
