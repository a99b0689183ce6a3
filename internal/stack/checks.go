package stack

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/docker/go-units"
)

// plainName is the pattern of schema v3 for the names of services, volumes,
// secrets and configs.
var plainName = regexp.MustCompile(`^[a-zA-Z0-9._-]+$`)

func isNotEmpty(s string) bool { return s != "" }

func isPlainName(s string) bool { return plainName.MatchString(s) }

func checkDuration(v *value) string {
	if _, err := time.ParseDuration(v.str()); err != nil {
		return fmt.Sprintf("%q is no duration; write it as in 1m30s, with the units h, m, s, ms", v.shown())
	}
	return ""
}

func checkBytes(v *value) string {
	if _, err := units.RAMInBytes(v.str()); err != nil {
		return fmt.Sprintf("%q is no size; write it as in 512M", v.shown())
	}
	return ""
}

func checkOrder(v *value) string {
	if orders := []string{"start-first", "stop-first"}; !slices.Contains(orders, v.str()) {
		return fmt.Sprintf("%q is neither start-first nor stop-first", v.shown())
	}
	return ""
}

func checkNatural(v *value) string {
	if n, ok := v.data.(int); ok && n < 0 {
		return fmt.Sprintf("%d is below zero", n)
	}
	return ""
}

func checkVolume(v *value) string {
	if _, err := parseVolume(v.str()); err != nil {
		return fmt.Sprintf("%q is no volume: %s; write source:target, as in data:/var/lib/data:ro", v.shown(), err)
	}
	return ""
}
