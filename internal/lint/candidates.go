package lint

import (
	"fmt"
	"strings"
)

// candidate is a check that Co-op Cloud's linter has, or that was proposed from
// what Docker's loader does, what linters of other ecosystems check and what
// maintainers reported.
type candidate struct {
	name  string
	codes []string // the rules that took it up
	note  string   // what they judge otherwise, and why; "" where nothing
}

// coopCloudCandidates are the rows of abra recipe lint.
func coopCloudCandidates() []candidate {
	return []candidate{
		{"R001 expected version", []string{"R001", "R117"}, "Files that say different versions do not merge: that is R117's, an error."},
		{"R002 healthcheck", []string{"R002"}, ""},
		{"R003 all images use a tag", []string{"R003"}, ""},
		{"R004 no unstable tags", []string{"R004", "R160"}, "A tag that names a major version alone moves, too: R160."},
		{"R005 semver-like tags", []string{"R005"}, ""},
		{"R006 catalogue version", []string{"R006"}, "Only with --online."},
		{"R007 README metadata", []string{"R007", "R195"}, "A value outside of its scale is R195's."},
		{"R008 .env.sample", []string{"R008"}, ""},
		{"R009 service app", []string{"R009"}, ""},
		{"R010 Traefik", []string{"R010", "R171", "R172", "R175"}, "Skipped without DOMAIN, as there. That the routing works is asked by the others."},
		{"R011 all services have images", []string{"R011", "R137"}, "A service that only an overlay writes, without an image, is R137's: mostly its name is wrong."},
		{"R012 config versions", []string{"R012", "R193"}, "Not only that abra.sh is there: it must export each version that a config's name needs."},
		{"R013 repository", []string{"R013"}, "Only with --online."},
		{"R014 annotated tags", []string{"R014"}, "Tags are read as they are in the clone; nothing is fetched."},
		{"R015 long secret names", []string{"R015"}, "An info where the name as it is fits behind a stack name of 40 characters."},
		{"R016", []string{"R016"}, "What it checks is not documented anywhere public: the number stays free."},
	}
}

// proposedCandidates are the sixty others, in the order in which they were proposed.
func proposedCandidates() []candidate {
	return []candidate{
		{"stack-unknown-key", []string{"R110", "R119"}, "A key that exists, but in a newer version of the format, is R119's: there the version is what is wrong."},
		{"stack-forbidden-key", []string{"R111"}, ""},
		{"depends-on-map", []string{"R112"}, ""},
		{"depends-on-ignored", []string{"R113"}, "The fix is unsafe: `catalogue app deploy` starts services in that order."},
		{"stack-ignored-key", []string{"R114", "R153", "R105"}, "tmpfs is dropped without a word, and its fix is unsafe: it would begin to work."},
		{"hardening-ignored", []string{"R115"}, "Has an unsafe fix, removal, for those whose swarm hardens elsewhere."},
		{"port-ip-ignored", []string{"R116"}, ""},
		{"version-mixed, unsupported", []string{"R117", "R118"}, ""},
		{"scalar-type", []string{"R120", "R121"}, "Another kind of value, a list for a text, has no fix: R121."},
		{"enum-invalid", []string{"R122", "R123"}, "Words are R122's; durations, sizes, addresses R123's."},
		{"env-file-map, config-content, secret-environment", []string{"R124", "R125", "R126"}, "config-content has no fix: the text needs a file of its own, and a fix changes files, it makes none."},
		{"yaml-tag-ignored", []string{"R127"}, "Has an unsafe fix: the tag goes, which is what Docker does."},
		{"duplicate-key", []string{"R128"}, "Has a safe fix where both say the same."},
		{"undefined-network, volume, secret, config", []string{"R129", "R130", "R131", "R132"}, ""},
		{"unused-secret, config, volume", []string{"R133", "R134", "R135", "R136"}, "Networks, too. Used by any choice of overlays is used."},
		{"overlay-orphan-service", []string{"R137"}, ""},
		{"env-scalar-mangled", []string{"R138"}, ""},
		{"unescaped-dollar", []string{"R139"}, ""},
		{"interpolation-invalid", []string{"R140", "R143"}, "Has an unsafe fix, $$. What Docker reads, but not as meant, is R143's."},
		{"undefined-var", []string{"R142", "R141"}, "One that must be set, ${NAME:?…}, is R141's."},
		{"unused-sample-var", []string{"R144"}, "An info: functions that operators run, and images that read their whole environment, use variables that no file names."},
		{"sample-default-drift", []string{"R145"}, ""},
		{"new-var-without-default since tag", []string{"R190"}, "Not where a release note names the variable."},
		{"name-too-long", []string{"R146"}, "An info where only a domain of more than 40 characters makes it too long, a warning where a shorter one does; an error where any does."},
		{"name-charset", []string{"R147"}, ""},
		{"config-too-large", []string{"R148"}, "Empty ones, too: Swarm refuses them."},
		{"config-file-missing", []string{"R149", "R150"}, ""},
		{"config-changed-not-bumped", []string{"R191"}, ""},
		{"config-name-unversioned", []string{"R192"}, ""},
		{"version-var-not-exported", []string{"R193", "R012"}, ""},
		{"image-unpinned, mutable", []string{"R003", "R004", "R160"}, "Warnings, as Co-op Cloud has them: such a recipe deploys."},
		{"image-digest-missing", []string{"R161"}, "Judged by whether the tag has moved, and without a fix: abra's recipe upgrade refuses a tag together with a digest."},
		{"image-tag-missing", []string{"R162"}, ""},
		{"image-ref-invalid", []string{"R151"}, ""},
		{"healthcheck-missing", []string{"R002"}, ""},
		{"healthcheck-no-start-period", []string{"R163"}, "Not where interval times retries gives a slow start a minute."},
		{"healthcheck-no-CMD", []string{"R152"}, ""},
		{"healthcheck-tool-absent", []string{"R164"}, ""},
		{"monitor-too-short", []string{"R165"}, "Not where a healthcheck holds the update back, and no monitor is written."},
		{"start-first-host-port", []string{"R166"}, ""},
		{"start-first-stateful", []string{"R167"}, ""},
		{"no-rollback-on-failure", []string{"R168"}, "Asked of app and of what Traefik routes to: a database must not be rolled back unasked."},
		{"replicas-on-local-volume", []string{"R169"}, ""},
		{"db-stop-grace", []string{"R170"}, ""},
		{"traefik-label-misplaced", []string{"R171"}, ""},
		{"traefik-port-missing", []string{"R172"}, ""},
		{"traefik-undefined-middleware, service", []string{"R173", "R174"}, ""},
		{"traefik-network-unreachable, proxy not external", []string{"R175", "R176"}, ""},
		{"port-published-beside-proxy", []string{"R177"}, "Has an unsafe fix, removal of the port."},
		{"docker-socket", []string{"R178"}, ""},
		{"plaintext-secret", []string{"R179"}, "Without a fix: it takes a secret that each operator makes, and an image that reads it from a file; which do, no file of the recipe says."},
		{"sensitive-bind", []string{"R180"}, "An info where the bind is read-only, as monitoring needs it."},
		{"limits-missing", []string{"R181"}, "Only where other services have limits: 90% of compose files have none, and a guessed one kills an app on larger data."},
		{"version-label-vs-tag", []string{"R194", "R201"}, "Held against the image as well, R201."},
		{"readme-metadata-invalid", []string{"R195", "R007"}, ""},
		{"readme-claim-false", []string{"R196"}, ""},
		{"backup-label-missing", []string{"R197"}, ""},
		{"abra-sh-syntax, shellcheck", []string{"R198"}, "Syntax only. Shellcheck is a program of its own, which the linter would have to execute: run it beside."},
		{"shell-in-healthcheck, command", []string{"R182", "R183"}, ""},
		{"unused-suppression", []string{"R220"}, ""},
	}
}

const candidatesHead = `
## Where the rules come from

Co-op Cloud's own linter, then sixty checks that were proposed: from Docker's loader as it is, from the linters of other
ecosystems and from what maintainers report. Each names the rules that took it up, and what they judge otherwise, with the reason.

| Proposed | Rules | Judged otherwise |
|---|---|---|
`

// candidatesTable says of each check that was proposed what became of it.
func candidatesTable() string {
	var b strings.Builder
	b.WriteString(candidatesHead)
	for _, list := range [][]candidate{coopCloudCandidates(), proposedCandidates()} {
		for _, c := range list {
			links := make([]string, len(c.codes))
			for i, code := range c.codes {
				links[i] = fmt.Sprintf("[%s](rules/%s.md)", code, code)
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", c.name, strings.Join(links, ", "), c.note)
		}
	}
	return b.String()
}
