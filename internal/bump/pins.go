package bump

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// pinFile holds upgrade pins, as abra reads them: `pin SERVICE IMAGE:TAG`, one a line.
const pinFile = "versions"

// pin holds the image of a service to a tag, or to those that begin with it.
type pin struct {
	tag   string // "" holds it where it is
	image string // familiar name; "" is any
	where string // file and line
}

// allows reports whether a tag is the pin's, or goes on from it: 16 allows 16.4
// and 16-alpine, not 160.
func (p pin) allows(tag string) bool {
	rest, found := strings.CutPrefix(tag, p.tag)
	return found && p.tag != "" && (rest == "" || strings.IndexByte(".-_+", rest[0]) >= 0)
}

// readPins reads the file of pins, by service. A line that is none is an error:
// what it was to hold would move.
func readPins(fsys fs.FS) (map[string]pin, error) {
	data, err := recipe.ReadFile(fsys, pinFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the pins cannot be read: %w", err)
	}
	pins := map[string]pin{}
	number := 0
	for line := range strings.Lines(strings.TrimPrefix(string(data), "\ufeff")) {
		number++
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		where := fmt.Sprintf("%s:%d", pinFile, number)
		if len(words) != 3 || words[0] != "pin" {
			return nil, fmt.Errorf("%s: expected `pin SERVICE IMAGE:TAG`, as in `pin db postgres:16`", where)
		}
		image, err := stack.ParseImage(words[2])
		switch {
		case err != nil || image.Tag == "":
			return nil, fmt.Errorf("%s: expected an image with a tag, as in `pin db postgres:16`", where)
		case pins[words[1]].where != "":
			return nil, fmt.Errorf("%s: service %q is pinned at %s already; keep one of the two", where, words[1], pins[words[1]].where)
		}
		pins[words[1]] = pin{image.Tag, image.Name, where}
	}
	return pins, nil
}

// pinComment is `# catalogue: pin=TAG`, or `# catalogue: pin` for the tag that is
// there, with whatever reason behind it.
var pinComment = regexp.MustCompile(`(?:^|[ \t])#[ \t]*catalogue:[ \t]*pin(?:=([^ \t\r]+))?(?:[ \t\r]|$)`)

// comments finds the pins on the lines where the tag of a use is written, and those
// that stand alone on the line above.
func (u use) comments(texts map[string]*recipe.Text) []pin {
	var found []pin
	for _, p := range u.parts {
		if p.place.file == "" {
			continue
		}
		for _, c := range commentsAt(texts[p.place.file].String, p.place) {
			if !slices.Contains(found, c) {
				found = append(found, c)
			}
		}
	}
	return found
}

// commentsAt are the pins behind a place, and above its line.
func commentsAt(text string, at place) []pin {
	start := strings.LastIndexByte(text[:at.end], '\n') + 1
	behind, _, _ := strings.Cut(text[at.end:], "\n")
	above := text[strings.LastIndexByte(text[:max(start-1, 0)], '\n')+1 : max(start-1, 0)]
	if above = strings.TrimLeft(above, " \t"); !strings.HasPrefix(above, "#") {
		above = ""
	}
	var found []pin
	for _, comment := range []string{behind, above} {
		if m := pinComment.FindStringSubmatch(comment); m != nil {
			found = append(found, pin{tag: m[1], where: fmt.Sprintf("%s:%d", at.file, lineOf(text, at.end))})
		}
	}
	return found
}

// pinsOf are the pins that hold a use.
func (j *job) pinsOf(u use) []pin {
	pins := u.comments(j.texts)
	if p, ok := j.pins[u.service]; ok {
		pins = append(pins, p)
	}
	return pins
}
