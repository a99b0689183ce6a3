package lint

var portIPIgnored = Rule{
	Code: "R116", Name: "port-ip-ignored",
	Severity: Error, Confidence: High, Docker: Ignores,
	What: "A port is bound to an address, and Swarm publishes it on every address.",
	Why: "127.0.0.1:8080:80 listens on 0.0.0.0: Docker drops the address (moby/moby#32299). What was meant for the machine itself, " +
		"a database or an admin page, is open to the internet. Linters for docker compose ask for exactly this address.",
	Fix:   "Remove the port and let services meet in a network, or publish it knowingly and close it with a firewall.",
	Bad:   app("    ports:\n      - \"127.0.0.1:8080:80\"\n"),
	Good:  app("    ports:\n      - \"8080:80\"\n"),
	Check: diagnosed("R116"),
}
