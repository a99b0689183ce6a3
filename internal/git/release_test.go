package git_test

import (
	"testing"

	"coopcloud.tech/catalogue/internal/git"
)

// Behind the + stands an image tag, which may hold "_". Numbers and dates that
// somebody tagged are no releases, however high.
func TestNewestVersion(t *testing.T) {
	for _, test := range []struct {
		tags []string
		want string
	}{
		{[]string{"1.0.0+1.27.1", "1.10.0+1.27.2", "1.9.0+2"}, "1.10.0+1.27.2"},
		{[]string{"1.0.0+1.27.1", "1.1.0+9.0_p1-alpine"}, "1.1.0+9.0_p1-alpine"},
		{[]string{"1.0.0+1.27.1", "2021", "2026.11", "v5", "nightly", "20260101+1"}, "1.0.0+1.27.1"},
		{[]string{"1.1.0-rc1+2", "1.1.0+2", "1.0.0+1"}, "1.1.0+2"},
		{[]string{"v0.9.0", "0.8.0"}, "v0.9.0"},
		{[]string{"latest"}, ""},
		{nil, ""},
	} {
		var tags []git.Tag
		for _, name := range test.tags {
			tags = append(tags, git.Tag{Name: name})
		}
		if got := git.NewestVersion(tags); got != test.want {
			t.Errorf("%v: got %q, want %q", test.tags, got, test.want)
		}
	}
}
