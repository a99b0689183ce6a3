package upstream

import "strings"

// field is a run of digits, or of letters, with the separators before it.
type field struct {
	sep  string // ., -, _ or several; "" where letters and digits touch
	text string
	kind fieldKind
}

type fieldKind int

const (
	letters fieldKind = iota
	digits
	commit // 7 to 40 hexadecimal digits that stand free: the hash of a commit
)

const (
	minHash = 7 // what git abbreviates to
	maxHash = 40
)

// split takes a tag apart where its separators stand, and where letters and digits meet.
func split(tag string) []field {
	fields := make([]field, 0, 8)
	for tag != "" {
		end := strings.IndexFunc(tag, func(r rune) bool { return !isSeparator(r) })
		if end < 0 {
			return append(fields, field{sep: tag})
		}
		sep := tag[:end]
		tag = tag[end:]
		end = strings.IndexFunc(tag, isSeparator)
		if end < 0 {
			end = len(tag)
		}
		fields = appendToken(fields, sep, tag[:end])
		tag = tag[end:]
	}
	return fields
}

func isSeparator(r rune) bool { return r == '.' || r == '-' || r == '_' || r == '+' }

// appendToken takes apart what stands between two separators.
func appendToken(fields []field, sep, token string) []field {
	if isHash(token) || len(fields) > 0 && isNumericHash(fields[len(fields)-1].text, token) {
		return append(fields, field{sep, token, commit})
	}
	for token != "" {
		end, kind := 1, letters
		if isDigit(token[0]) {
			kind = digits
		}
		for end < len(token) && isDigit(token[end]) == (kind == digits) {
			end++
		}
		fields = append(fields, field{sep, token[:end], kind})
		sep, token = "", token[end:]
	}
	return fields
}

// isHash reports whether a token is the hash of a commit. One of digits alone looks like a
// number that counts, but for the g that git describe puts before it.
func isHash(token string) bool {
	bare, described := strings.CutPrefix(token, "g")
	if len(bare) < minHash || len(bare) > maxHash || !isHex(bare) {
		return false
	}
	return described || strings.ContainsAny(bare, "0123456789") && strings.ContainsAny(bare, "abcdef")
}

// isNumericHash reports whether digits are a hash, for the word before them: one hash of
// seven digits in 27 has no letter.
func isNumericHash(word, token string) bool {
	return (word == "sha" || word == "commit") && len(token) >= minHash && len(token) <= maxHash && isHex(token) && calendar(token) == ""
}

func isHex(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) && (s[i] < 'a' || s[i] > 'f') {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func hasHash(fields []field) bool {
	for _, f := range fields {
		if f.kind == commit {
			return true
		}
	}
	return false
}

func join(fields []field) string {
	var text strings.Builder
	for _, f := range fields {
		text.WriteString(f.sep + f.text)
	}
	return text.String()
}
