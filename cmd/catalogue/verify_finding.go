package main

import (
	"cmp"
	"strings"
)

// verifyFinding is one thing that is not as it should be.
type verifyFinding struct {
	Kind     string `json:"kind"`
	Severity string `json:"severity"` // error or warning
	Recipe   string `json:"recipe,omitempty"`
	Version  string `json:"version,omitempty"`
	Path     string `json:"path,omitempty"` // of a published file
	Expected string `json:"expected,omitempty"`
	Found    string `json:"found,omitempty"`
	Message  string `json:"message"`
}

const (
	severityError   = "error"
	severityWarning = "warning"
)

// Kinds of findings.
const (
	badSignature = "signature"    // none of the keys vouches for the manifest
	rolledBack   = "rollback"     // an older manifest than one seen before, or one from the future
	badHash      = "hash"         // a file is not the one that is meant
	badContent   = "content"      // a file is of another recipe, or cannot be read
	expired      = "expired"      // an entry is past its valid_until
	movedTag     = "moved"        // a tag names another commit than the catalogue says
	goneTag      = "withdrawn"    // a version has no tag any more
	retagged     = "retagged"     // a tag was made again, for the same commit
	movedBefore  = "moved-before" // the catalogue says that the tag was moved once
)

func (f verifyFinding) String() string {
	var where []string
	for _, part := range []string{f.Recipe, f.Version, f.Path} {
		if part != "" {
			where = append(where, part)
		}
	}
	text := f.Severity + ": "
	if len(where) > 0 {
		text += strings.Join(where, " ") + ": "
	}
	text += f.Message
	if f.Expected != "" || f.Found != "" {
		text += ": expected " + cmp.Or(f.Expected, "none") + ", found " + cmp.Or(f.Found, "none")
	}
	return text
}

func compareFindings(a, b verifyFinding) int {
	return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Recipe, b.Recipe), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Path, b.Path))
}

// add notes a finding.
func (v *verification) add(f verifyFinding) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if f.Severity == "" {
		f.Severity = severityError
	}
	v.report.Findings = append(v.report.Findings, f)
}

// skip notes what could not be checked; asked where the operator wanted that.
func (v *verification) skip(what, reason string, asked bool) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.report.Unchecked = append(v.report.Unchecked, unchecked{what, reason, asked})
}
