package lint

var configContent = Rule{
	Code: "R125", Name: "config-content",
	Severity: Error, Confidence: High, Docker: Refuses,
	What: "A config's content stands in the compose file.",
	Why: "content: and environment: of a config are compose-spec's; Docker's loader knows file: and external: only, and stops. " +
		"Inline content would also hide from abra.sh's versions that the config has changed.",
	Fix:   "Put the text into a file of the recipe and name it with file.",
	Bad:   app("    configs: [site]\nconfigs:\n  site:\n    content: server {}\n"),
	Good:  app("    configs: [site]\nconfigs:\n  site:\n    name: ${STACK_NAME}_site_${SITE_VERSION}\n    file: site.conf\n").and(File{"site.conf", "server {}\n"}, File{"abra.sh", "export SITE_VERSION=v1\n"}),
	Check: diagnosed("R125"),
}
