#!/bin/sh
# Measures whole commands against peers in the same run, then the parts alone.
set -eu
cd "$(dirname "$0")/.."
make -s build
go test -tags bench -count=1 -timeout 30m -v ./test/bench
go test -run '^$' -bench . -benchmem ./internal/...
