package catalogue

import "embed"

//go:embed schema/*.json
var schemas embed.FS

// Schemas returns the JSON Schemas of the v2 files by file name, as they are
// published under v2/schema/.
func Schemas() (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, name := range []string{"index.json", "recipe.json"} {
		data, err := schemas.ReadFile("schema/" + name)
		if err != nil {
			return nil, err
		}
		files[name] = data
	}
	return files, nil
}
