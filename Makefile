# Two commands matter to a newcomer: make run, make test.

export CGO_ENABLED := 0
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BUILD   := go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)'
DATA    ?= data
LISTEN  ?= 127.0.0.1:8080
SOURCES ?= dir:$(DATA)/examples
FUZZTIME ?= 60s

.DEFAULT_GOAL := help
.PHONY: help build run test check bench soak generate fuzz deps clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the two static binaries, bin/catalogue and bin/recipe-lint
	$(BUILD) -o bin/ ./cmd/catalogue ./cmd/recipe-lint

run: build ## serve the sample catalogue on http://127.0.0.1:8080 (SOURCES="gitea:https://…/org" for a real one)
	@go run ./examples/seed $(DATA)/examples
	@echo 'See what the linter says of a recipe: bin/recipe-lint examples/rough-edges/0.1.0+latest'
	@bin/catalogue serve $(foreach s,$(SOURCES),--source '$(s)') --data $(DATA) --listen $(LISTEN)

test: deps ## install what the tests need (as root on Debian) and run them all
	@test/run.sh

check: ## formatter, vet, staticcheck, generated files, import rules
	@test/check.sh

bench: ## measure, as ratios against peers in the same run
	@test/bench.sh

soak: ## long fuzzing and repeated engine tests (SOAK=minutes each)
	@test/soak.sh

generate: ## write the generated files again: docs/rules*
	go generate ./...

fuzz: ## run every fuzz target for FUZZTIME (default 60s)
	@test/fuzz.sh $(FUZZTIME)

deps: ## install the Debian packages that the tests use, where that may be done
	@test/deps.sh

clean: ## remove what was built, and the data of make run
	rm -rf bin $(DATA)
