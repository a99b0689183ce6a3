package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/upstream"
)

// reasons are why something is not known, each with the images that it holds for.
type reasons map[string][]string

func (r reasons) add(err error, image string) {
	if err == nil {
		return
	}
	text := err.Error()
	if errors.Is(err, upstream.ErrRefused) {
		text += "; --private-registry allows it"
	}
	if !slices.Contains(r[text], image) {
		r[text] = append(r[text], image)
	}
}

func (r reasons) lines() []string {
	var lines []string
	for _, reason := range slices.Sorted(maps.Keys(r)) {
		lines = append(lines, shown(reason, r[reason]))
	}
	return lines
}

// shown makes one line of a reason.
func shown(reason string, images []string) string {
	slices.Sort(images)
	if len(images) > 3 {
		images = append(images[:3:3], fmt.Sprintf("%d more", len(images)-3))
	}
	return reason + " (" + strings.Join(images, ", ") + ")"
}
