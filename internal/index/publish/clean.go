package publish

import (
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is how much of any one text a page shows, in bytes; the JSON has it
// all.
const maxText = 4 << 10

// clean makes every text inside *value fit to be shown: control characters
// and the marks that reverse the reading direction become U+FFFD, and what is
// longer than maxText is cut. A README is cut elsewhere: its field is named in
// whole.
func clean(value reflect.Value, whole ...string) {
	switch value.Kind() {
	case reflect.String:
		value.SetString(cut(printable(value.String()), maxText))
	case reflect.Pointer:
		if !value.IsNil() {
			clean(value.Elem(), whole...)
		}
	case reflect.Slice:
		for i := range value.Len() {
			clean(value.Index(i), whole...)
		}
	case reflect.Struct:
		for i := range value.NumField() {
			switch field := value.Type().Field(i); {
			case !field.IsExported():
			case slices.Contains(whole, field.Name):
				value.Field(i).SetString(printable(value.Field(i).String()))
			default:
				clean(value.Field(i), whole...)
			}
		}
	}
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return -1
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return utf8.RuneError
		default:
			return r
		}
	}, s)
}

// cut shortens s to at most limit bytes, between two characters.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := limit - len("…")
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
