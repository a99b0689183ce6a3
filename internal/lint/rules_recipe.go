package lint

// recipeRules, R190 to R219, compare the recipe's files with each other and with its past.
func recipeRules() []*Rule {
	return []*Rule{
		&newVarWithoutDefault,
		&configChangedNotBumped,
		&configNameUnversioned,
		&versionVarNotExported,
		&versionLabelVsTag,
		&readmeMetadataInvalid,
		&readmeClaimFalse,
		&backupLabelMissing,
		&abraShSyntax,
		&releaseNoteMissing,
		&envSampleTypeMissing,
		&versionLabelVsImage,
	}
}
