package lint

var imageRefInvalid = Rule{
	Code: "R151", Name: "image-ref-invalid",
	Severity: Error, Confidence: High, Docker: Fails,
	What: "An image's name is not valid.",
	Why: "Names are in lower case, with one tag and no spaces. Docker's loader and converter pass anything; " +
		"the engine refuses the service when others are deployed already, or no node can ever pull it.",
	Fix:   "Write the image as in registry.example/name:tag, in lower case.",
	Bad:   Example{{"compose.yml", "services:\n  app:\n    image: Nginx:1.27.3\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"}},
	Check: diagnosed("R151"),
}
