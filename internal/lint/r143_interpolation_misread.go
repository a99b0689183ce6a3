package lint

var interpolationMisread = Rule{
	Code: "R143", Name: "interpolation-misread",
	Severity: Error, Confidence: High, Docker: Mangles,
	What: "Docker reads a ${…} in another way than it is meant.",
	Why: "Docker does not nest: ${A:-${B:-c}} yields the literal ${B:-c with a brace lost or left over, and in $A-b it takes -b for a default. " +
		"docker compose and catalogue app deploy read both as meant, so only some operators get the broken value.",
	Fix:   "Write one level of defaults, with braces; set the inner one in .env.sample.",
	Bad:   app("    environment:\n      HOST: ${SMTP_HOST:-${DOMAIN:-localhost}}\n").and(File{".env.sample", "#SMTP_HOST=\nDOMAIN=app.example.com\n"}),
	Good:  app("    environment:\n      HOST: ${SMTP_HOST:-localhost}\n").and(File{".env.sample", "#SMTP_HOST=\nDOMAIN=app.example.com\n"}),
	Check: diagnosed("R143"),
}
