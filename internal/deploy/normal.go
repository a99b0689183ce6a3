package deploy

import (
	"cmp"
	"encoding/json"

	"github.com/distribution/reference"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/swarm"
)

// normal returns a copy of the spec with all that the engine fills in, and
// without what differs between a spec as sent and the same spec as stored:
// IDs, and the digest's platforms. networkName turns a network's ID into its
// name.
func normal(spec swarm.ServiceSpec, networkName func(id string) string) swarm.ServiceSpec {
	spec = clone(spec)
	normalTask(&spec.TaskTemplate)
	normalNetworks(&spec)
	for i := range spec.TaskTemplate.Networks {
		network := &spec.TaskTemplate.Networks[i]
		network.Target = networkName(network.Target)
	}
	normalMode(&spec.Mode)
	normalEndpoint(&spec)
	normalUpdate(spec.UpdateConfig)
	normalUpdate(spec.RollbackConfig)
	return spec
}

// normalNetworks moves the networks to where engines want them since API 1.44.
func normalNetworks(spec *swarm.ServiceSpec) {
	//lint:ignore SA1019 older tools wrote networks there
	old := &spec.Networks
	if len(spec.TaskTemplate.Networks) == 0 {
		spec.TaskTemplate.Networks = *old
	}
	*old = nil
}

func normalTask(task *swarm.TaskSpec) {
	if task.Runtime == "" {
		task.Runtime = swarm.RuntimeContainer
	}
	if task.Placement != nil {
		task.Placement.Platforms = nil
	}
	if policy := task.RestartPolicy; policy != nil {
		if policy.Condition == "" {
			policy.Condition = swarm.RestartPolicyConditionAny
		}
		if policy.MaxAttempts == nil {
			policy.MaxAttempts = new(uint64)
		}
	}
	if task.ContainerSpec != nil {
		normalContainer(task.ContainerSpec)
	}
}

func normalContainer(c *swarm.ContainerSpec) {
	c.Image = familiar(c.Image)
	if c.Isolation == "" {
		c.Isolation = container.IsolationDefault
	}
	if c.Privileges != nil && *c.Privileges == (swarm.Privileges{}) {
		c.Privileges = nil
	}
	for _, secret := range c.Secrets {
		secret.SecretID = ""
	}
	for _, config := range c.Configs {
		config.ConfigID = ""
		if config.Runtime != nil && c.Privileges != nil && c.Privileges.CredentialSpec != nil {
			c.Privileges.CredentialSpec.Config = config.ConfigName
		}
	}
}

func normalMode(mode *swarm.ServiceMode) {
	if *mode == (swarm.ServiceMode{}) {
		mode.Replicated = &swarm.ReplicatedService{}
	}
	one := uint64(1)
	if mode.Replicated != nil {
		mode.Replicated.Replicas = cmp.Or(mode.Replicated.Replicas, &one)
	}
	// Else a job would look changed, and run again, at each deploy.
	if job := mode.ReplicatedJob; job != nil {
		job.MaxConcurrent = cmp.Or(job.MaxConcurrent, &one)
		job.TotalCompletions = cmp.Or(job.TotalCompletions, job.MaxConcurrent)
	}
}

func normalEndpoint(spec *swarm.ServiceSpec) {
	if spec.EndpointSpec == nil {
		spec.EndpointSpec = &swarm.EndpointSpec{}
	}
	if spec.EndpointSpec.Mode == "" {
		spec.EndpointSpec.Mode = swarm.ResolutionModeVIP
	}
	for i := range spec.EndpointSpec.Ports {
		port := &spec.EndpointSpec.Ports[i]
		if port.Protocol == "" {
			port.Protocol = swarm.PortConfigProtocolTCP
		}
		if port.PublishMode == "" {
			port.PublishMode = swarm.PortConfigPublishModeIngress
		}
	}
}

func normalUpdate(update *swarm.UpdateConfig) {
	if update == nil {
		return
	}
	if update.FailureAction == "" {
		update.FailureAction = swarm.UpdateFailureActionPause
	}
	if update.Order == "" {
		update.Order = swarm.UpdateOrderStopFirst
	}
}

// familiar writes an image reference as the engine stores it.
func familiar(image string) string {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return image
	}
	return reference.FamiliarString(reference.TagNameOnly(named))
}

// repository is an image's name without tag and digest.
func repository(image string) string {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return image
	}
	return named.Name()
}

// clone copies a spec deeply: specs are JSON values.
func clone[T any](value T) T {
	var copied T
	data, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(data, &copied)
	}
	if err != nil {
		panic("deploy: an engine type does not survive JSON: " + err.Error())
	}
	return copied
}
