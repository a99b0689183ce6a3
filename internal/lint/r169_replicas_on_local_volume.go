package lint

import (
	"fmt"
	"slices"

	"coopcloud.tech/catalogue/internal/stack"
)

var replicasOnLocalVolume = Rule{
	Code: "R169", Name: "replicas-on-local-volume",
	Severity: Warning, Confidence: Medium,
	What: "Several replicas of a service write to a volume that each node has for itself.",
	Why: "Swarm makes a local volume on whichever node a task lands on. Replicas on two nodes see different files, on one node they write " +
		"over each other; either way uploads and sessions come and go from request to request.",
	Fix:   "Run one replica, or keep the data in a volume that nodes share (driver_opts type: nfs) or in a database.",
	Bad:   Example{{"compose.yml", replicasExample(3)}},
	Good:  Example{{"compose.yml", replicasExample(1)}},
	Needs: []Need{NeedsCompose},
	Check: eachService(checkReplicas),
}

func replicasExample(n int) string {
	return fmt.Sprintf(`services:
  app:
    image: nextcloud:30.0.4-apache
    volumes:
      - data:/var/www/html
    deploy:
      replicas: %d
volumes:
  data:
`, n)
}

func checkReplicas(_ *Input, v *Variant, s *stack.Service) []Finding {
	if s.Deploy.Replicas == nil || *s.Deploy.Replicas < 2 {
		return nil
	}
	at := slices.IndexFunc(s.Volumes, func(m stack.Mount) bool { return !m.ReadOnly && isLocal(v.Stack, m) })
	if at < 0 {
		return nil
	}
	return []Finding{{
		Message:  fmt.Sprintf("service %s runs %d replicas, but the volume %s is another one on each node", s.Key, *s.Deploy.Replicas, s.Volumes[at].Source),
		Span:     v.Stack.Span("services", s.Key, "deploy", "replicas"),
		Evidence: "services." + s.Key + ".deploy.replicas " + s.Volumes[at].Source,
	}}
}

// isLocal reports whether the mount is a volume of the stack that lives on one
// node; options such as type: nfs may make it a shared one.
func isLocal(st *stack.Stack, m stack.Mount) bool {
	return m.Type == "volume" && slices.ContainsFunc(st.Volumes, func(volume *stack.Volume) bool {
		return volume.Key == m.Source && !volume.External && len(volume.DriverOpts) == 0 && (volume.Driver == "" || volume.Driver == "local")
	})
}
