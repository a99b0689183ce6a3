package lint

// operationRules, R160 to R189, say what will go wrong on a running swarm.
func operationRules() []*Rule {
	return []*Rule{
		&imageMutable,
		&imageDigestMissing,
		&imageTagMissing,
		&healthcheckNoStartPeriod,
		&healthcheckToolAbsent,
		&monitorTooShort,
		&startFirstHostPort,
		&startFirstStateful,
		&noRollbackOnFailure,
		&replicasOnLocalVolume,
		&dbStopGrace,
		&traefikLabelMisplaced,
		&traefikPortMissing,
		&traefikUndefinedMiddleware,
		&traefikUndefinedService,
		&traefikNetworkUnreachable,
		&proxyNotExternal,
		&portPublishedBesideProxy,
		&dockerSocket,
		&plaintextSecret,
		&sensitiveBind,
		&limitsMissing,
		&shellInHealthcheck,
		&shellInCommand,
	}
}
