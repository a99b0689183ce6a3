// Package public holds the web pages: templates, one style sheet, one script.
// index/publish renders them.
package public

import "embed"

// Files has templates/*.html and static/*.
//
//go:embed templates/*.html static/*
var Files embed.FS
