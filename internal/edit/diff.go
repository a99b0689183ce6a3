package edit

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"

	"github.com/rogpeppe/go-internal/diff"
)

// Diff is the change as a patch that `git apply` and `patch -p1` take. The name
// is the file's in the patch.
func Diff(name string, c Change) []byte {
	old, updated, after := quote("a/"+name), quote("b/"+name), c.After
	if c.Before == nil {
		old = "/dev/null"
	}
	if c.Remove {
		updated, after = "/dev/null", nil
	}
	patch := diff.Diff(old, c.Before, updated, after)
	// The first line, "diff OLD NEW", is not git's: it would be refused.
	_, patch, _ = bytes.Cut(patch, []byte("\n"))
	return patch
}

// quote writes a name as git does: a line break in it would end the header, and patch
// takes what stands behind a blank for a date unless a tab ends the name.
func quote(name string) string {
	switch {
	case strings.ContainsFunc(name, unicode.IsControl) || strings.ContainsAny(name, `"\`):
		return strconv.Quote(name)
	case strings.Contains(name, " "):
		return name + "\t"
	}
	return name
}
