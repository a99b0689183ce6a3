package bump

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// nextNote is the release note of the version in the making; the release renames it.
const nextNote = "release/next"

// writeNote adds what moves to the release note, behind the words that are there.
func (w *work) writeNote() error {
	file, published := nextNote, ""
	if w.Publish && w.report.Version != nil {
		published = "release/" + w.report.Version.New
	}
	if published == "" && w.report.Version != nil {
		if data, err := w.original("release/" + w.report.Version.New); err == nil && data != nil {
			file = "release/" + w.report.Version.New
		}
	}
	before, err := w.original(file)
	if err != nil {
		return fmt.Errorf("the release note: %w", err)
	}
	lines := w.noteLines(string(before))
	if published != "" {
		return w.publishNote(published, before, lines)
	}
	if len(lines) > 0 {
		w.files[file] = []byte(appended(string(before), lines))
	}
	return nil
}

// publishNote gives the note the version's name.
func (w *work) publishNote(file string, next []byte, lines []string) error {
	there, err := w.original(file)
	switch {
	case err != nil:
		return fmt.Errorf("the release note: %w", err)
	case there != nil && next != nil:
		return errors.New("there are both " + nextNote + " and " + file + "; make one of the two, since they are the note of the same version")
	case next != nil:
		there = next
		w.removed = append(w.removed, nextNote)
	}
	if next != nil || len(lines) > 0 {
		w.files[file] = []byte(appended(string(there), lines))
	}
	return nil
}

// noteLines are the moves that the note does not have yet.
func (w *work) noteLines(note string) []string {
	there := map[string]bool{}
	for line := range strings.Lines(strings.TrimPrefix(note, "\ufeff")) {
		there[strings.TrimSpace(line)] = true
	}
	return slices.DeleteFunc(w.report.Moves(), func(line string) bool { return there[line] })
}

// Moves says what moves from where to where, one service a line.
func (r Report) Moves() []string {
	var lines []string
	for _, s := range r.Services {
		line := fmt.Sprintf("%s: %s from %s to %s", s.Service, s.Image, TagOf(s.Old), TagOf(s.New))
		if s.Status == Raised && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// TagOf is the tag of a reference, with its digest, cut short, where it has one.
func TagOf(ref string) string {
	name, digest, pinned := strings.Cut(ref, "@sha256:")
	tag := name[strings.LastIndexByte(name, ':')+1:]
	if pinned {
		tag += " (" + digest[:min(12, len(digest))] + ")"
	}
	return tag
}

// appended is the text with lines behind it, ended as the text ends its lines.
func appended(text string, lines []string) string {
	ending := "\n"
	if strings.Contains(text, "\r\n") {
		ending = "\r\n"
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += ending
	}
	for _, line := range lines {
		text += line + ending
	}
	return text
}
