package lint

var configFileMissing = Rule{
	Code: "R149", Name: "config-file-missing",
	Severity: Error, Confidence: High, Docker: Fails,
	What: "The file of a config or secret is not in the recipe.",
	Why: "Docker's loader passes the name and reads the file while it deploys: \"no such file or directory\", with networks created. " +
		"A renamed file, one that git ignores, or an overlay in a subfolder, whose paths start at the base file's folder, are the usual causes.",
	Fix:   "Add the file, or write its path from the folder of the first compose file.",
	Bad:   Example{{"compose.yml", configExample}, {"abra.sh", "export SITE_CONF_VERSION=v1\n"}},
	Good:  configOf("server {}\n").and(File{"abra.sh", "export SITE_CONF_VERSION=v1\n"}),
	Check: diagnosed("R149"),
}
