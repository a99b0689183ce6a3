package engine

import (
	"fmt"
	"os/exec"
	"testing"
)

// NeedsCommand ends a test that compares with the docker command where there is
// none: it fails where an engine is required, else it is skipped.
func NeedsCommand(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("docker"); err != nil {
		giveUp(t, fmt.Errorf("%w; apt-get install docker.io", err))
	}
}
