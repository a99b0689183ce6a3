package lint

var undefinedConfig = Rule{
	Code: "R132", Name: "undefined-config",
	Severity: Error, Confidence: High, Docker: Fails,
	What: "A service uses a config that no file defines.",
	Why: "Docker's loader passes it and the deploy stops half-way with \"undefined config\", when networks and secrets " +
		"are created and other services may be updated.",
	Fix:   "Define the config under the top-level configs of the same file, or correct the name.",
	Bad:   app("    configs: [site_conf]\n"),
	Good:  Example{{"compose.yml", configExample}, {"site.conf", "server {}\n"}, {"abra.sh", "export SITE_CONF_VERSION=v1\n"}},
	Check: diagnosed("R132", lessAlone),
}
