#!/bin/sh
# Measures whole commands against peers in the same run, then the parts alone.
set -eu
cd "$(dirname "$0")/.."
make -s build
# The peers to compare with. Where one cannot be had, its row says so.
if [ ! -x bin/peers/node_modules/.bin/dclint ]; then
	npm install --silent --no-audit --no-fund --prefix bin/peers dclint@3.1.0 ||
		echo "NO PEER: dclint 3.1.0 could not be installed from npm" >&2
fi
for peer in yamllint skopeo docker-registry; do
	command -v "$peer" >/dev/null 2>&1 ||
		apt-get install -y -qq --no-install-recommends "$peer" >/dev/null ||
		echo "NO PEER: $peer could not be installed with apt-get" >&2
done
go test -tags bench -count=1 -timeout 90m -v ./test/bench
go test -run '^$' -bench . -benchmem ./internal/...
