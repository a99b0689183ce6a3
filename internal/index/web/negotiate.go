package web

import (
	"strconv"
	"strings"
)

// matchesETag compares weakly, as If-None-Match asks for: W/"a" matches "a".
// Tags of our own hold neither commas nor quotes, so that list may be split
// without a parser.
func matchesETag(list, etag string) bool {
	for tag := range strings.SplitSeq(list, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}

// acceptsGzip reads Accept-Encoding: RFC 9110, section 12.5.3. What is named
// counts before "*"; a weight of nought refuses.
func acceptsGzip(values []string) bool {
	star := false
	for coding := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, parameters, _ := strings.Cut(coding, ";")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "gzip", "x-gzip":
			return weight(parameters) > 0
		case "*":
			star = weight(parameters) > 0
		}
	}
	return star
}

// weight is the value of q, 1 where it is not given and 0 where it is no number.
func weight(parameters string) float64 {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, found := strings.Cut(parameter, "=")
		if found && strings.EqualFold(strings.TrimSpace(name), "q") {
			q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				return 0
			}
			return q
		}
	}
	return 1
}
