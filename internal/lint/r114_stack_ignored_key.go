package lint

import (
	"slices"

	"coopcloud.tech/catalogue/internal/stack"
)

var stackIgnoredKey = Rule{
	Code: "R114", Name: "stack-ignored-key",
	Severity: Warning, Confidence: High, Docker: Ignores,
	What: "A key that docker stack deploy drops.",
	Why: "Sixteen keys of a service get one line, \"Ignoring unsupported options\", others not even that: devices, network_mode, shm_size, " +
		"links, container_name, the address of a service in a network. The app runs without them, on whoever has not read that line " +
		"(docker/cli's loader; zavoloklom/docker-compose-linter#296 asks for it).",
	Fix:   "Remove the key, or use what Swarm has for it.",
	Bad:   app("    shm_size: 1gb\n"),
	Good:  app("    volumes:\n      - type: tmpfs\n        target: /dev/shm\n        tmpfs:\n          size: 1073741824\n"),
	Check: diagnosed("R114", judgeIgnoredKey),
}

// harmless keys cost the app nothing when they are dropped.
var harmless = []string{"build", "container_name", "create_host_path", "expose", "links"}

func judgeIgnoredKey(in *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	if slices.Contains(harmless, lastKey(d.Path)) {
		f.Severity = Info
	}
	read := lastKey(d.Path) == "build" // by docker compose build, with what stands nowhere else
	f.Repairs = in.removeKey("Remove "+lastKey(d.Path), d.Engine == stack.Ignore && !read, d.Span)
}
