package secret

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// MaxLength bounds generated values, in characters. Swarm takes up to 500 KiB.
const MaxLength = 4096

// modifiers gathers what the env lines say, the weightiest first.
func modifiers(lines []recipe.EnvVar) (Modifiers, error) {
	m := Modifiers{Generate: true}
	seen := map[string]bool{}
	var errs []error
	for _, line := range lines {
		for key, value := range line.Modifiers {
			if seen[key] {
				continue
			}
			seen[key] = true
			if err := m.set(key, value); err != nil {
				errs = append(errs, fmt.Errorf("%s:%d: %s: %w", line.Span.File, line.Span.Line, line.Key, err))
			}
		}
	}
	return m, errors.Join(errs...)
}

// set takes one modifier over. Keys that it does not know may be prose.
func (m *Modifiers) set(key, value string) (err error) {
	switch key {
	case "length":
		m.Length, err = parseLength(value)
	case "charset":
		m.Charset, err = parseCharset(value)
	case "generate":
		m.Generate, err = parseGenerate(value)
	}
	return err
}

func parseLength(value string) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > MaxLength {
		return 0, fmt.Errorf("length=%s: expected a number from 1 to %d", clip(value), MaxLength)
	}
	return n, nil
}

// parseGenerate errs towards not generating: a wrong value that nobody typed
// is worse than a question.
func parseGenerate(value string) (bool, error) {
	switch strings.ToLower(value) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, fmt.Errorf("generate=%s: expected true or false", clip(value))
}

// clip makes a stranger's text fit for an error message.
func clip(s string) string {
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	return strconv.QuoteToGraphic(s)
}
