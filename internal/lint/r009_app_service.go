package lint

import "fmt"

var appService = Rule{
	Code: "R009", Name: "app-service",
	Severity: Error, Confidence: High,
	What: "No service is named app.",
	Why: "The main service of every recipe is app: it carries the version label that the catalogue and the deploy compare, " +
		"and it is the one that a deploy gives the app's whole env and its coop-cloud labels. Without it none of them lands anywhere.",
	Fix:   "Name the main service app.",
	Bad:   Example{{"compose.yml", "services:\n  web:\n    image: nginx:1.27.3\n"}},
	Good:  Example{{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"}},
	Needs: []Need{NeedsCompose},
	Check: eachVariant(checkAppService),
}

func checkAppService(in *Input, v *Variant) []Finding {
	if v.Stack.Service("app") != nil {
		return nil
	}
	fix := ""
	if services := v.Stack.Services; len(services) == 1 {
		fix = fmt.Sprintf("Rename the service %s to app.", services[0].Key)
	}
	return []Finding{{
		Message:  "no service is named app",
		Fix:      fix,
		Span:     in.keySpan(v, "services"),
		Evidence: "services",
	}}
}
