package index

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
)

// program is a digest of the running executable: whatever reads differently
// has another one.
func program() (string, error) {
	// On Linux this is the file that runs, even after an upgrade replaced it.
	file, err := os.Open("/proc/self/exe")
	if err != nil {
		path, err := os.Executable()
		if err != nil {
			return "", fmt.Errorf("which program runs: %w", err)
		}
		if file, err = os.Open(path); err != nil {
			return "", fmt.Errorf("which program runs: %w", err)
		}
	}
	defer file.Close()
	digest := sha256.New()
	if _, err := io.Copy(digest, file); err != nil {
		return "", fmt.Errorf("which program runs: %w", err)
	}
	return hex.EncodeToString(digest.Sum(nil)[:8]), nil
}
