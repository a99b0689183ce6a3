package catalogue

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// ManifestPath is where the manifest stands in a catalogue.
const ManifestPath = "v2/manifest"

// Bounds of a manifest.
const (
	MaxManifestSize = 16 << 20 // bytes
	maxFiles        = 100_000
)

// manifestFormat is the first line of a manifest; a reader refuses any other.
const manifestFormat = "coopcloud.tech/catalogue manifest v1"

// Manifest says which files a catalogue consists of. Signed, it is v2/manifest,
// whose text has one line for each fact:
//
//	coopcloud.tech/catalogue manifest v1
//	origin NAME
//	generated 2026-03-01T12:30:15Z
//	SHA256 SIZE PATH
//
// with one such last line for each JSON file, sorted by path.
type Manifest struct {
	Origin    string    // the name of the keys that sign it
	Generated time.Time // whole seconds, UTC
	Files     []File    // sorted by path, each path once
}

// File is one published file.
type File struct {
	Path   string // relative to the catalogue, slashes
	SHA256 string // lower-case hex
	Size   int64  // bytes
}

// NewFile describes a file that holds data.
func NewFile(path string, data []byte) File {
	sum := sha256.Sum256(data)
	return File{Path: path, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(data))}
}

// ErrDiffers means that a file is not the one that the manifest means: it was
// changed, or the catalogue is being published at this moment.
var ErrDiffers = errors.New("differs from the catalogue's manifest")

// Verify reports, as an error that is ErrDiffers and says what differs, whether
// data is the file that the manifest means.
func (f File) Verify(data []byte) error {
	if found := NewFile(f.Path, data); found != f {
		return fmt.Errorf("%s %w: sha256 %s of %d bytes, expected %s of %d bytes",
			f.Path, ErrDiffers, found.SHA256, found.Size, f.SHA256, f.Size)
	}
	return nil
}

// File returns the file of that path.
func (m Manifest) File(path string) (File, bool) {
	at, ok := slices.BinarySearchFunc(m.Files, path, func(f File, path string) int { return strings.Compare(f.Path, path) })
	if !ok {
		return File{}, false
	}
	return m.Files[at], true
}

// RecipePath is where a recipe's own file stands in a catalogue.
func RecipePath(name string) string { return "v2/recipes/" + name + ".json" }

// text writes what is signed.
func (m Manifest) text() (string, error) {
	files := slices.SortedFunc(slices.Values(m.Files), func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	var b strings.Builder
	fmt.Fprintf(&b, "%s\norigin %s\ngenerated %s\n", manifestFormat, m.Origin, second(m.Generated).Format(time.RFC3339))
	for _, f := range files {
		fmt.Fprintf(&b, "%s %d %s\n", f.SHA256, f.Size, f.Path)
	}
	if _, err := parseManifest(b.String()); err != nil {
		return "", err
	}
	return b.String(), nil
}

// parseManifest reads what text wrote, and nothing else: there is one way to
// write a manifest.
func parseManifest(text string) (Manifest, error) {
	body, ended := strings.CutSuffix(text, "\n")
	lines := strings.Split(body, "\n")
	if !ended || len(lines) < 3 || lines[0] != manifestFormat {
		return Manifest{}, fmt.Errorf("%s: expected it to begin with %q: use a newer client, or another catalogue", ManifestPath, manifestFormat)
	}
	if len(lines)-3 > maxFiles {
		return Manifest{}, fmt.Errorf("%s: it lists %d files; at most %d are allowed", ManifestPath, len(lines)-3, maxFiles)
	}
	origin, ok1 := strings.CutPrefix(lines[1], "origin ")
	when, ok2 := strings.CutPrefix(lines[2], "generated ")
	generated, err := time.Parse(time.RFC3339, when)
	if !ok1 || !ok2 || err != nil || CheckKeyName(origin) != nil || second(generated).Format(time.RFC3339) != when {
		return Manifest{}, fmt.Errorf("%s: expected the lines \"origin NAME\" and \"generated TIME\"", ManifestPath)
	}
	m := Manifest{Origin: origin, Generated: generated.UTC(), Files: make([]File, 0, len(lines)-3)}
	for i, line := range lines[3:] {
		file, err := parseFile(line)
		if err == nil && i > 0 && cmp.Compare(m.Files[i-1].Path, file.Path) >= 0 {
			err = errors.New("expected each path once, sorted")
		}
		if err != nil {
			return Manifest{}, fmt.Errorf("%s:%d: %w", ManifestPath, i+4, err)
		}
		m.Files = append(m.Files, file)
	}
	return m, nil
}

// parseFile reads SHA256 SIZE PATH. A path may hold blanks, as names of recipes
// may.
func parseFile(line string) (File, error) {
	sum, rest, _ := strings.Cut(line, " ")
	digits, path, _ := strings.Cut(rest, " ")
	raw, err := hex.DecodeString(sum)
	if err != nil || len(raw) != sha256.Size || hex.EncodeToString(raw) != sum {
		return File{}, fmt.Errorf("%.80q: expected a sha256 of 64 digits, 0-9 and a-f", sum)
	}
	size, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != digits {
		return File{}, fmt.Errorf("%.80q: expected a size in bytes", digits)
	}
	return File{Path: path, SHA256: sum, Size: size}, checkPath(path)
}

// checkPath accepts the paths of the catalogue's JSON files alone: whoever reads
// the catalogue opens them.
func checkPath(path string) error {
	switch {
	case !fs.ValidPath(path), strings.Contains(path, `\`), strings.ContainsFunc(path, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("path %.200q: expected one that stays in the catalogue", path)
	case path != "recipes.json" && (!strings.HasPrefix(path, "v2/") || !strings.HasSuffix(path, ".json")):
		return fmt.Errorf("path %.200q: expected recipes.json or v2/….json", path)
	}
	return nil
}
