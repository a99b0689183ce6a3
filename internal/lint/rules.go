package lint

import (
	"slices"
	"strings"
)

//go:generate go run ./gendocs ../../docs

// Rules lists every rule by its code. Those that Co-op Cloud numbers keep their
// numbers, R001 to R016; ours start at R101.
func Rules() []*Rule {
	return slices.Concat(coopCloudRules(), readingRules(), dialectRules(), operationRules(), recipeRules(), engineRules())
}

// coopCloudRules are R001 to R016.
func coopCloudRules() []*Rule {
	return []*Rule{
		&composeVersion,
		&healthcheck,
		&imageTag,
		&stableTag,
		&semverTag,
		&published,
		&readmeMetadata,
		&envSample,
		&appService,
		&traefikEnabled,
		&serviceImage,
		&configVersions,
		&repository,
		&annotatedTags,
		&secretName,
		&reserved,
	}
}

// readingRules, R101 to R109, catch what no rule of its own names.
func readingRules() []*Rule {
	return []*Rule{
		&unreadablePart,
		&dockerRefuses,
		&deployFails,
		&dockerMangles,
		&dockerIgnores,
		&engineRefuses,
	}
}

// Find returns the rule with the code or the name, in any case, or nil.
func Find(codeOrName string) *Rule { return findAmong(Rules(), codeOrName) }

func findAmong(rules []*Rule, codeOrName string) *Rule {
	at := slices.IndexFunc(rules, func(r *Rule) bool {
		return strings.EqualFold(r.Code, codeOrName) || strings.EqualFold(r.Name, codeOrName)
	})
	if at < 0 {
		return nil
	}
	return rules[at]
}
