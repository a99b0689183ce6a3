package lint

import "slices"

//go:generate go run ./gendocs ../../docs

// Rules lists every rule by its code. Those that Co-op Cloud numbers keep their
// numbers, R001 to R016; ours start at R101.
func Rules() []*Rule {
	return slices.Concat(coopCloudRules(), readingRules(), dialectRules(), operationRules(), recipeRules())
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

// Find returns the rule with the code or the name, or nil.
func Find(codeOrName string) *Rule {
	rules := Rules()
	at := slices.IndexFunc(rules, func(r *Rule) bool { return r.Code == codeOrName || r.Name == codeOrName })
	if at < 0 {
		return nil
	}
	return rules[at]
}
