#!/bin/sh
# Runs every test, with the race detector where a C compiler is there.
set -eu
cd "$(dirname "$0")/.."

race=
if [ "$(go env GOARCH)" = amd64 ] && command -v "${CC:-gcc}" >/dev/null 2>&1; then
	export CGO_ENABLED=1
	race=-race
fi
go test $race -timeout 20m "$@" ./...
(cd test/oracle && go test -timeout 20m "$@" ./...)
