# Commands for people. What they do is in scripts/setup; `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help up down mesh mesh-down preview env engine tools images check test test-plugins test-unit test-smoke test-integration test-slow bench bench-federation clean

SETUP := scripts/setup/run main
INSTALLED := node_modules/.package-lock.json

help: ## lists these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { gsub(/\$$\$$/, "$$"); printf "  make %-17s %s\n", $$1, $$2 }' Makefile

up: $(INSTALLED) ## from nothing to a running server; again: only what changed (STACK=dev)
	@$(SETUP) up

down: $(INSTALLED) ## takes the server away; .state/passphrase stays (STACK=dev)
	@$(SETUP) down

mesh: $(INSTALLED) ## several servers on this machine that federate with each other (SERVERS=2, up to 9)
	@$(SETUP) mesh

mesh-down: $(INSTALLED) ## takes them all away; their files Pulumi.mesh-*.yaml and .state/mesh stay
	@$(SETUP) meshDown

preview: $(INSTALLED) ## what `make up` would change, as text for people and pull requests (STACK=dev PREVIEW_FILE=)
	@$(SETUP) ready >&2
	@$(SETUP) preview

env: $(INSTALLED) ## for a shell that runs pulumi itself: eval "$$(make -s env)"
	@$(SETUP) env

engine: $(INSTALLED) ## the Docker engine alone
	@$(SETUP) engine

tools: $(INSTALLED) ## the Pulumi CLI, its language host and plugins alone
	@$(SETUP) tools

images: $(INSTALLED) ## the container images alone
	@$(SETUP) images

check: $(INSTALLED) ## format, lint, types
	@scripts/setup/check.sh

test: $(INSTALLED) ## all tests but the slow ones, two at a time; ends with each file's time and "N passed, N failed"
	@node --import tsx scripts/testing/testAll.ts

test-plugins: $(INSTALLED) ## the stand-in plugins against a real Docker engine and PostgreSQL
	@$(SETUP) ready
	@node --import tsx scripts/testing/testPlugins.ts

test-unit: $(INSTALLED) ## what the program declares, on mocks
	@npx mocha 'tests/unit/**/*.test.ts'

test-smoke: $(INSTALLED) ## the running dev stack, under 30 s
	@npx mocha 'tests/smoke/**/*.test.ts'

test-integration: $(INSTALLED) ## on stacks of their own, two at a time (ONLY="gateway drift" runs these files)
	@$(SETUP) ready
	@node --import tsx scripts/testing/testIntegration.ts

test-slow: $(INSTALLED) ## what takes long: kills, restarts
	@$(SETUP) ready
	@npx mocha 'tests/slow/**/*.test.ts'

bench: $(INSTALLED) ## how long a thousand users and a hundred rooms take (MEMBERS=2 a room)
	@$(SETUP) ready
	@node --import tsx benchmarks/content.ts

bench-federation: $(INSTALLED) ## how long a message takes from one server to another
	@$(SETUP) ready
	@node --import tsx benchmarks/federation.ts

clean: ## removes what can be made again (.tools); the state and the containers stay
	rm -rf .tools

# npm's own note of what it installed: newer than the lock file means that nothing is to be done.
$(INSTALLED): package-lock.json
	@scripts/setup/npm.sh && touch $@
