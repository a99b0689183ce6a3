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
	switch n := v.data.(type) {
	case int:
		if n < 0 {
			return fmt.Sprintf("%d is below zero", n)
		}
	case float64:
		if n < 0 {
			return fmt.Sprintf("%s is below zero", v.source)
		}
	}
	return ""
}

// checkWhole refuses what Docker's schema takes for an integer and its decoder
// does not: 2.0, 1e3, and what is too large for an int.
func checkWhole(v *value) string {
	switch v.data.(type) {
	case float64, uint64:
		if v.kind == integer {
			return fmt.Sprintf("Docker cannot decode %s; write a plain number, below 2^63", v.source)
		}
	}
	return ""
}

func checkVolume(v *value) string {
	if overlongDrive(v.str()) {
		return ""
	}
	if _, err := parseVolume(v.str()); err != nil {
		return fmt.Sprintf("%q is no volume: %s; write source:target, as in data:/var/lib/data:ro", v.shown(), err)
	}
	return ""
}
