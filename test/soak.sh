#!/bin/sh
# Long runs: each fuzz target for SOAK minutes (default 10), then the engine and
# crawl tests at full length again and again, to find what happens once in twenty times.
set -eu
cd "$(dirname "$0")/.."
minutes=${SOAK:-10}

test/fuzz.sh "${minutes}m"
CATALOGUE_SOAK=1 CATALOGUE_TEST_ENGINE=${CATALOGUE_TEST_ENGINE:-require} go test -count=20 -timeout 4h \
	./internal/git/... ./internal/index/... ./internal/deploy/... ./test/...
# Every day of every image, every stack and recipe: once, since nothing in them is chance.
CATALOGUE_SOAK=1 go test -count=1 ./internal/upstream ./internal/bump
(cd test/oracle && CATALOGUE_SOAK=1 go test -count=1 -timeout 4h ./...)
# Clients killed at 50 random moments of a deploy.
CATALOGUE_TEST_ENGINE=${CATALOGUE_TEST_ENGINE:-require} CATALOGUE_TEST_KILLS=${CATALOGUE_TEST_KILLS:-50} \
	go test -count=1 -timeout 4h -run TestKilledClient ./cmd/catalogue
