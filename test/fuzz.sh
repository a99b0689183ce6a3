#!/bin/sh
# Runs every fuzz target of the project for the given time each (default 60s).
set -eu
cd "$(dirname "$0")/.."
time=${1:-60s}

git grep -l '^func Fuzz' -- '*_test.go' | while read -r file; do
	dir=./$(dirname "$file")
	sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file" | while read -r target; do
		echo "== $dir $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 10x "$dir"
	done
done
