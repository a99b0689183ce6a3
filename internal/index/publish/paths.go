package publish

import (
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// reservedNames are paths of the site itself.
var reservedNames = []string{"v2", "static", "healthz", "metrics", "recipes.json", "index.html", "404.html", "favicon.ico", "robots.txt"}

// reserved reports whether a recipe of that name has to do without a page of
// its own, whose address is taken. Case does not count, since there are file
// systems where it does not.
func reserved(name string) bool {
	return slices.ContainsFunc(reservedNames, func(taken string) bool { return strings.EqualFold(taken, name) })
}

func jsonPath(name string) string { return catalogue.RecipePath(name) }
func pagePath(name string) string { return name + "/index.html" }

// prune removes what is left of recipes that are gone. A recipe's JSON goes
// last: as long as it is there, the next run knows what else to remove.
func prune(recipes []catalogue.Recipe, out *folder) error {
	kept := map[string]bool{}
	folders := []string{"", "static", "v2", "v2/schema", "v2/recipes"}
	for _, r := range recipes {
		kept[r.Name] = true
		if !reserved(r.Name) {
			folders = append(folders, r.Name)
		}
	}
	files, err := out.list("v2/recipes")
	if err != nil {
		return err
	}
	for _, file := range files {
		name, ok := strings.CutSuffix(file, ".json")
		if !ok || kept[name] || catalogue.CheckName(name) != nil {
			continue
		}
		if err := pruneRecipe(name, out); err != nil {
			return err
		}
	}
	return out.removeLeftovers(folders)
}

func pruneRecipe(name string, out *folder) error {
	if !reserved(name) {
		if err := out.remove(pagePath(name)); err != nil {
			return err
		}
		out.removeEmpty(name)
	}
	return out.remove(jsonPath(name))
}
