package lint

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var dockerSocket = Rule{
	Code: "R178", Name: "docker-socket",
	Severity: Warning, Confidence: High,
	What: "A service gets the node's Docker socket.",
	Why: "Whoever breaks into that container is root on the node, and on a manager owns the whole swarm with all its apps and secrets. " +
		"Mounting the socket read-only changes nothing: the file stays, and so does what can be asked through it. 7.6% of public compose files do it.",
	Fix:   "Put a socket proxy between that allows only the calls which are needed, on a network of its own, or say in a suppression why not.",
	Bad:   Example{{"compose.yml", socketExample("traefik:v3.2.3")}},
	Good:  Example{{"compose.yml", socketExample("tecnativa/docker-socket-proxy:0.3.0")}},
	Needs: []Need{NeedsCompose},
	Check: eachService(checkDockerSocket),
}

func socketExample(image string) string {
	return "services:\n  app:\n    image: " + image + "\n    volumes:\n      - /var/run/docker.sock:/var/run/docker.sock:ro\n"
}

// sockets give the same as Docker's own, and lie below /run, which /var/run leads to.
var sockets = []string{"/run/docker.sock", "/run/docker", "/run/containerd/containerd.sock", "/run/podman/podman.sock"}

func checkDockerSocket(_ *Input, v *Variant, s *stack.Service) []Finding {
	if strings.Contains(s.Image, "socket-proxy") || strings.Contains(s.Image, "socketproxy") {
		return nil
	}
	at := slices.IndexFunc(s.Volumes, isSocket)
	if at < 0 {
		return nil
	}
	return []Finding{{
		Message:  fmt.Sprintf("service %s gets %s, and with it the whole node", s.Key, s.Volumes[at].Source),
		Span:     v.Stack.Span("services", s.Key, "volumes", strconv.Itoa(at)),
		Evidence: "services." + s.Key + ".volumes " + s.Volumes[at].Source,
	}}
}

func isSocket(m stack.Mount) bool {
	source := strings.TrimPrefix(path.Clean(m.Source), "/var")
	return m.Type == "bind" && slices.Contains(sockets, source)
}
