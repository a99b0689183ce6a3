package lint

import (
	"fmt"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

var configTooLarge = Rule{
	Code: "R148", Name: "config-too-large",
	Severity: Error, Confidence: High, Docker: Fails,
	What: "The file of a config or secret is empty or larger than Swarm takes.",
	Why: "Swarm keeps them in its raft log: configs below 1,000 KiB (500 on engines before 23), secrets below 500 KiB, neither may be empty. " +
		"Docker reads the file, starts the deploy and is refused by the engine.",
	Fix:   "Put large files into an image or a volume, and something into an empty one.",
	Bad:   configOf("").and(File{"abra.sh", "export SITE_CONF_VERSION=v1\n"}),
	Good:  configOf("server {}\n").and(File{"abra.sh", "export SITE_CONF_VERSION=v1\n"}),
	Check: diagnosed("R148", nameObject),
}

func nameObject(_ *Input, _ *Variant, d stack.Diagnostic, f *Finding) {
	section, key, _ := strings.Cut(d.Path, ".")
	f.Message = fmt.Sprintf("the file of %s %s is empty or too large: %s", strings.TrimSuffix(section, "s"), key, d.Message)
	f.Fix = "" // the rule's
}

// configOf is the example of a config with a file of that text.
func configOf(text string) Example {
	return Example{{"compose.yml", configExample}, {"site.conf", text}}
}
