#!/bin/sh
# Everything a machine can say about the code without running it.
set -eu
cd "$(dirname "$0")/.."

unformatted=$(git ls-files '*.go' | xargs go tool gofumpt -l)
if [ -n "$unformatted" ]; then
	echo "not formatted (go tool gofumpt -w FILE):" >&2
	echo "$unformatted" >&2
	exit 1
fi
go vet ./...
go tool staticcheck ./...
go mod verify >/dev/null
go mod tidy -diff
go test -count=1 ./test/imports
go test -count=1 -run 'TestDocs|TestCostIsLinear' ./internal/lint/...
