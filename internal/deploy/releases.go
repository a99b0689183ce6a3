package deploy

import (
	"context"

	"coopcloud.tech/catalogue/internal/deploy/release"
)

// Releases returns the records of a stack, newest first. What cannot be read as
// one is left out.
func (d *Deployer) Releases(ctx context.Context, stack string) ([]release.Record, error) {
	records, _, err := d.store(stack).List(ctx)
	return records, err
}

func (d *Deployer) store(stack string) *release.Store { return release.Open(d.Swarm, stack) }
