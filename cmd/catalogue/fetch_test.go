package main

import (
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/git"
)

// A recipe that is named by its URL is in no catalogue: its tags say which
// version is the latest.
func TestLatestOfTags(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2025, 1, n, 0, 0, 0, 0, time.UTC) }
	r := catalogue.Recipe{Versions: versionsOf([]git.Tag{
		{Name: "10.0.0+1.0", Date: day(1)},
		{Name: "9.0.0+3.0", Date: day(2)},
		{Name: "11.0.0-rc1+2.0", Date: day(3)},
		{Name: "nightly", Date: day(4)},
		{Name: "v99", Date: day(5)},
	})}
	if latest, ok := r.Latest(); !ok || latest.Version != "10.0.0+1.0" {
		t.Errorf("got %q, want 10.0.0+1.0", latest.Version)
	}
}
