package lint

import (
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

var readmeClaimFalse = Rule{
	Code: "R196", Name: "readme-claim-false",
	Severity: Warning, Confidence: Medium,
	What: "README.md claims a healthcheck or backups that the recipe does not have.",
	Why: "People choose by these fields. Whoever reads Backups: Yes makes no backups of their own and learns the truth on the day of the restore; " +
		"backup labels that silently do nothing are a complaint of operators since 2023.",
	Fix: "Make the claim true, or write No.",
	Bad: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"},
		{"README.md", claimExample},
	},
	Good: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n    deploy:\n      labels:\n        - backupbot.backup=true\n"},
		{"README.md", claimExample},
	},
	Needs: []Need{NeedsCompose},
	Check: checkReadmeClaims,
}

const claimExample = "# site\n\n<!-- metadata -->\n* **Healthcheck**: No\n* **Backups**: Yes\n<!-- endmetadata -->\n"

func checkReadmeClaims(in *Input) []Finding {
	readme := in.Recipe.Readme
	if readme == nil {
		return nil
	}
	var found []Finding
	if claim := readme.Metadata.Healthcheck; says(claim, "yes") && !in.checksHealth() {
		found = append(found, falseClaim("Healthcheck", "service app has no healthcheck", claim))
	}
	if claim := readme.Metadata.Backups; says(claim, "yes") && !in.backedUp() {
		found = append(found, falseClaim("Backups", "no service has the label backupbot.backup=true", claim))
	}
	return found
}

func falseClaim(field, truth string, claim recipe.Field) Finding {
	return Finding{
		Message:  "README.md says " + field + ": Yes, but " + truth,
		Span:     claim.Span,
		Evidence: field,
	}
}

// checksHealth reports whether app, as the sample enables it, says how its health is
// checked.
func (in *Input) checksHealth() bool {
	app := in.enabled().Stack.Service("app")
	return app == nil || probes(app.Healthcheck)
}

const backupLabel = "backupbot.backup"

// backedUp reports whether any choice of overlays has backups: by label, or by the
// functions of abra.sh that did it before there were labels.
func (in *Input) backedUp() bool {
	for i := range in.Variants {
		v := &in.Variants[i]
		if slices.ContainsFunc(v.Stack.Services, func(s *stack.Service) bool { return in.maySave(v, s) }) {
			return true
		}
	}
	return in.Recipe.AbraSh != nil && slices.ContainsFunc(in.Recipe.AbraSh.Functions, func(f recipe.Function) bool {
		return strings.HasPrefix(f.Name, "abra_backup")
	})
}

// maySave reports whether the service's label says that it is backed up, or leaves that
// to the operator.
func (in *Input) maySave(v *Variant, s *stack.Service) bool {
	value, labelled := s.Deploy.Labels[backupLabel]
	return labelled && (isTrue(value) || len(variables(in.text(labelSpan(v, s)))) > 0)
}
