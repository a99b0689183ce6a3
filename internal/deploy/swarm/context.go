package swarm

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// AddContext makes a Docker context, as docker context create does: other tools
// find the server by it too. It never replaces one.
func AddContext(name, host string, getenv func(string) string) error {
	sum := sha256.Sum256([]byte(name))
	dir := filepath.Join(configDir(getenv), "contexts", "meta", hex.EncodeToString(sum[:]))
	data, err := json.Marshal(map[string]any{
		"Name":      name,
		"Metadata":  map[string]any{},
		"Endpoints": map[string]any{"docker": map[string]any{"Host": host, "SkipTLSVerify": false}},
	})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("docker context %s: %w", name, err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "meta.json"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("docker context %s: %w", name, err)
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Close())
}
