package stack

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// resolve gives a scalar node the Go value that Docker's YAML parser gives it.
// A timestamp becomes the text that Docker prints for it.
func resolve(n *yaml.Node) (kind, any) {
	switch n.ShortTag() {
	case "!!null":
		return null, nil
	case "!!bool":
		return boolean, strings.EqualFold(n.Value, "true")
	case "!!int", "!!float": // -0 is an integer to Docker's parser, a float to ours
		return resolveInt(n.Value)
	case "!!timestamp":
		var t time.Time
		if n.Decode(&t) == nil {
			return timestamp, fmt.Sprint(t)
		}
	case "!!binary":
		if data, err := base64.StdEncoding.DecodeString(n.Value); err == nil {
			return text, string(data)
		}
	}
	return text, n.Value
}

// resolveInt reads 1_000, 0x10, 0b1, 0o17 and the old octal 0777.
func resolveInt(s string) (kind, any) {
	plain := strings.ReplaceAll(s, "_", "")
	if i, err := strconv.ParseInt(plain, 0, 64); err == nil {
		return integer, int(i)
	}
	if u, err := strconv.ParseUint(strings.TrimPrefix(plain, "+"), 0, 64); err == nil {
		return integer, u
	}
	return resolveFloat(s)
}

func resolveFloat(s string) (kind, any) {
	plain := strings.ReplaceAll(s, "_", "")
	switch strings.ToLower(plain) {
	case ".nan":
		return float, math.NaN()
	case ".inf", "+.inf":
		return float, math.Inf(1)
	case "-.inf":
		return float, math.Inf(-1)
	}
	f, err := strconv.ParseFloat(plain, 64)
	if err != nil {
		return text, s
	}
	if f == math.Trunc(f) && !math.IsInf(f, 0) {
		return integer, f // 2.0 is an integer to Docker's JSON schema
	}
	return float, f
}

// show is how Docker writes a scalar where the engine wants a string.
func show(data any) string {
	switch data := data.(type) {
	case nil:
		return ""
	case string:
		return data
	default:
		return fmt.Sprint(data)
	}
}
