package deploy

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/convert"
)

// ReadApp reads the app with the domain on that server.
func ReadApp(dir, server, domain string) (*App, error) {
	if err := validName("an app", domain); err != nil {
		return nil, err
	}
	return read(filepath.Join(dir, "servers", server, domain+".env"), domain)
}

// Running is what runs of a stack, as the labels of its services say. Fields are
// "" where no service says so.
type Running struct {
	Recipe       string
	Version      string
	Chaos        bool   // a local recipe, of no released version
	ChaosVersion string // its commit
}

// Stacks tells what runs on the swarm, by stack, in one request.
func (d *Deployer) Stacks(ctx context.Context) (map[string]Running, error) {
	services, err := d.Swarm.AllServices(ctx)
	if err != nil {
		if reason := d.Swarm.CheckManager(ctx); reason != nil {
			err = reason
		}
		return nil, refused(err)
	}
	byStack := map[string][]swarm.Service{}
	for _, service := range services {
		if stack := service.Spec.Labels[convert.LabelNamespace]; stack != "" {
			byStack[stack] = append(byStack[stack], service)
		}
	}
	stacks := map[string]Running{}
	for stack, services := range byStack {
		stacks[stack] = runningOf(stack, services)
	}
	return stacks, nil
}

func runningOf(stack string, services []swarm.Service) Running {
	running := Running{Version: RunningVersion(services, stack)}
	for _, service := range services {
		label := func(key string) string {
			return strings.TrimSpace(service.Spec.Labels["coop-cloud."+stack+"."+key])
		}
		if name := label("recipe"); name != "" {
			running.Recipe = name
		}
		if label("chaos") == "true" {
			running.Chaos, running.ChaosVersion = true, label("chaos-version")
		}
	}
	return running
}
