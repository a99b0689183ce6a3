package catalogue

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// FormatVersion is the major version of the v2 files. A reader refuses any
// other; new keys do not raise it.
const FormatVersion = 2

// Index is v2/index.json: what a reader needs to choose a recipe and to know
// which of the files of the recipes have changed.
type Index struct {
	Schema      string    `json:"$schema"` // relative to the index
	Version     int       `json:"version"`
	GeneratedAt time.Time `json:"generated_at"`
	Recipes     []Summary `json:"recipes"`
}

// Summary is a recipe in the index. URL names the recipe's own file, relative
// to the index; SHA256 (hex) and Size (bytes) are that file's.
type Summary struct {
	Name        string           `json:"name"`
	Category    string           `json:"category"`
	Description string           `json:"description"`
	Website     string           `json:"website"`
	Repository  string           `json:"repository"`
	Features    Features         `json:"features"`
	Latest      string           `json:"latest"`             // empty where there is none
	Versions    []string         `json:"versions"`           // oldest first
	Lint        Lint             `json:"lint"`               // counts only
	Upstream    *UpstreamSummary `json:"upstream,omitempty"` // nil where no registry was asked
	CheckedAt   time.Time        `json:"checked_at"`
	ValidUntil  time.Time        `json:"valid_until"`
	Status      Status           `json:"status"`
	URL         string           `json:"url"`
	SHA256      string           `json:"sha256"`
	Size        int              `json:"size"`
}

// recipeFile is v2/recipes/NAME.json.
type recipeFile struct {
	Schema  string `json:"$schema"` // relative to the file
	Version int    `json:"version"`
	Recipe
}

// NewSummary sums up r, whose own file holds data.
func NewSummary(r Recipe, data []byte) Summary {
	sum := sha256.Sum256(data)
	latest, _ := r.Latest()
	versions := make([]string, 0, len(r.Versions))
	for _, v := range r.Versions {
		versions = append(versions, v.Version)
	}
	return Summary{
		Name: r.Name, Category: r.Category, Description: r.Description,
		Website: r.Website, Repository: r.Repository, Features: r.Features,
		Latest: latest.Version, Versions: versions,
		Upstream:  SumUpstream(normalChecks(r.Upstream)),
		Lint:      Lint{Error: r.Lint.Error, Warning: r.Lint.Warning, Info: r.Lint.Info, Quality: r.Lint.Quality},
		CheckedAt: second(r.CheckedAt), ValidUntil: second(r.ValidUntil), Status: status(r.Status),
		URL:    "recipes/" + url.PathEscape(r.Name) + ".json",
		SHA256: hex.EncodeToString(sum[:]), Size: len(data),
	}
}

// EncodeIndex writes v2/index.json. The same input gives the same bytes.
func EncodeIndex(generated time.Time, recipes []Summary) ([]byte, error) {
	if recipes == nil {
		recipes = []Summary{}
	}
	return encode(Index{
		Schema: "schema/index.json", Version: FormatVersion,
		GeneratedAt: second(generated), Recipes: recipes,
	}, "  ")
}

// EncodeRecipe writes v2/recipes/NAME.json. The same input gives the same
// bytes. Lists are never null.
func EncodeRecipe(r Recipe) ([]byte, error) {
	return encode(recipeFile{"../schema/recipe.json", FormatVersion, normal(r)}, "  ")
}

// DecodeIndex reads a v2/index.json. It leaves out recipes whose name is not
// safe as a file's name.
func DecodeIndex(data []byte) (Index, error) {
	var index Index
	if err := json.Unmarshal(data, &index); err != nil {
		return Index{}, fmt.Errorf("v2/index.json: %w", err)
	}
	if err := checkFormat("v2/index.json", index.Version); err != nil {
		return Index{}, err
	}
	safe := []Summary{}
	for _, s := range index.Recipes {
		if CheckName(s.Name) == nil {
			safe = append(safe, s)
		}
	}
	index.Recipes = safe
	return index, nil
}

// DecodeRecipe reads a v2/recipes/NAME.json.
func DecodeRecipe(data []byte) (Recipe, error) {
	var file recipeFile
	if err := json.Unmarshal(data, &file); err != nil {
		return Recipe{}, fmt.Errorf("v2 recipe: %w", err)
	}
	if err := checkFormat("v2 recipe", file.Version); err != nil {
		return Recipe{}, err
	}
	if err := CheckName(file.Name); err != nil {
		return Recipe{}, fmt.Errorf("v2 recipe: %w", err)
	}
	return normal(file.Recipe), nil
}

// Verify reports, as an error that says what differs, whether data is the file
// that the index means.
func (s Summary) Verify(data []byte) error {
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != s.SHA256 {
		return fmt.Errorf("v2/%s: sha256 is %x, the index says %.64q", s.URL, sum, s.SHA256)
	}
	return nil
}

func checkFormat(what string, version int) error {
	if version != FormatVersion {
		return fmt.Errorf("%s: format version %d, want %d: use a newer client, or another catalogue", what, version, FormatVersion)
	}
	return nil
}
