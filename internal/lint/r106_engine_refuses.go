package lint

import "strings"

var engineRefuses = Rule{
	Code: "R106", Name: "engine-refuses",
	Severity: Error, Confidence: High,
	What: "catalogue app deploy refuses a stack that docker stack deploy takes.",
	Why: "A recipe is code from a stranger that runs on the operator's machine: a file outside the recipe, or a name that leads out of the stack, " +
		"is not read, whatever Docker does with it.",
	Fix:   "Keep what the stack reads inside the recipe's folder.",
	Bad:   Example{{"compose.yml", outsideExample("/etc/hostname")}},
	Good:  Example{{"compose.yml", outsideExample("site.conf")}, {"site.conf", "server {}\n"}, {"abra.sh", "export SITE_CONF_VERSION=v1\n"}},
	Check: diagnosed("R106"),
}

func outsideExample(file string) string {
	return strings.Replace(configExample, "file: site.conf", "file: "+file, 1)
}
