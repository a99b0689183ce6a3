package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// object is a JSON object of which nothing is certain.
type object map[string]any

// DecodePlain reads a recipes.json as it is found in the wild: numbers where
// text belongs and the other way round, null, missing and unknown keys. What
// has the wrong shape is left empty. A recipe or version whose name is not safe
// as a file's name is left out. It fails only where data is no JSON object.
//
// recipes.json says nothing about when it was checked, so every record is
// Unknown.
func DecodePlain(data []byte) (Catalogue, error) {
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	decoder.UseNumber()
	var recipes map[string]any
	if err := decoder.Decode(&recipes); err != nil {
		return Catalogue{}, plainError(data, err)
	}
	if recipes == nil {
		return Catalogue{}, errors.New("recipes.json: want an object of recipes, found null")
	}
	c := Catalogue{Recipes: []Recipe{}}
	for _, name := range slices.Sorted(maps.Keys(recipes)) {
		if fields, ok := recipes[name].(map[string]any); ok && CheckName(name) == nil {
			c.Recipes = append(c.Recipes, decodeRecipe(name, fields))
		}
	}
	return c, nil
}

// plainError says where the JSON breaks.
func plainError(data []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		line := 1 + bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n"))
		return fmt.Errorf("recipes.json:%d: %w", line, err)
	case errors.As(err, &kind):
		return fmt.Errorf("recipes.json: want an object of recipes, found %s", kind.Value)
	default:
		return fmt.Errorf("recipes.json: %w", err)
	}
}

func decodeRecipe(name string, o object) Recipe {
	return Recipe{
		Name:          name,
		Category:      o.text("category"),
		Description:   o.text("description"),
		Website:       o.text("website"),
		Icon:          o.text("icon"),
		Repository:    o.text("repository"),
		SSHURL:        o.text("ssh_url"),
		DefaultBranch: o.text("default_branch"),
		Features:      decodeFeatures(o.object("features")),
		Versions:      decodeVersions(o["versions"]),
		Status:        Unknown,
	}
}

func decodeFeatures(o object) Features {
	image := o.object("image")
	return Features{
		Backups:     o.text("backups"),
		Email:       o.text("email"),
		Healthcheck: o.text("healthcheck"),
		SSO:         o.text("sso"),
		Status:      o.number("status"),
		Tests:       o.text("tests"),
		Image: Image{
			Image: image.text("image"), Rating: image.text("rating"),
			Source: image.text("source"), URL: image.text("url"),
		},
	}
}

func decodeVersions(value any) []Version {
	versions := []Version{}
	list, _ := value.([]any)
	for _, item := range list {
		entry, _ := item.(map[string]any)
		for _, version := range slices.Sorted(maps.Keys(entry)) {
			if services, ok := entry[version].(map[string]any); ok && version != "" {
				versions = append(versions, Version{
					Version: version, Legacy: !IsVersion(version), Services: decodeServices(services),
				})
			}
		}
	}
	return versions
}

func decodeServices(o object) []Service {
	services := []Service{}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		s := o.object(name)
		services = append(services, Service{
			Name: name, Image: s.text("image"), Tag: s.text("tag"), Digest: s.text("digest"),
		})
	}
	return services
}

func (o object) object(key string) object {
	inner, _ := o[key].(map[string]any)
	return inner
}

func (o object) text(key string) string {
	switch value := o[key].(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	case bool:
		return strconv.FormatBool(value)
	default:
		return ""
	}
}

// number reads the score before the first comma: 4, "4" and "1, alpha" occur.
func (o object) number(key string) int {
	before, _, _ := strings.Cut(o.text(key), ",")
	score, err := strconv.ParseFloat(strings.TrimSpace(before), 64)
	if err != nil || score < 0 || score > 100 {
		return 0
	}
	return int(score)
}
