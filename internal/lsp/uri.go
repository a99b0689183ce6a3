package lsp

import (
	"net/url"
	"path/filepath"
	"strings"
)

// pathOf is the absolute path that a URI names; "" for what is no local file.
func pathOf(uri string) string {
	parsed, err := url.Parse(uri)
	if err != nil || parsed.Scheme != "file" || parsed.Host != "" && parsed.Host != "localhost" ||
		!filepath.IsAbs(parsed.Path) || strings.ContainsRune(parsed.Path, 0) {
		return ""
	}
	return filepath.Clean(parsed.Path)
}

func uriOf(path string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}

// within is the slash-separated path below dir; "" where it leads out.
func within(dir, path string) string {
	rel, err := filepath.Rel(dir, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return ""
	}
	return filepath.ToSlash(rel)
}
