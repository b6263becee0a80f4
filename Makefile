# Commands for people, implemented in scripts/. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help up down rollback upgrade-database backup restore rotate mesh mesh-down preview env engine tools images sbom check test test-plugins test-unit test-smoke test-integration test-dendrite test-slow test-reliability bench bench-federation clean

SETUP := scripts/setup/run main
INSTALLED := node_modules/.package-lock.json

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { gsub(/\$$\$$/, "$$"); printf "  make %-17s %s\n", $$1, $$2 }' Makefile

up: $(INSTALLED) ## deploy the server, from nothing if need be; again: apply only what changed (STACK=dev)
	@$(SETUP) up

down: $(INSTALLED) ## remove the server; .state/passphrase stays (STACK=dev)
	@$(SETUP) down

rollback: $(INSTALLED) ## after a `pulumi up` whose containers did not come up: back to what ran before (STACK=dev)
	@$(SETUP) rollback

upgrade-database: $(INSTALLED) ## the stack's PostgreSQL to the next major version; without IMAGE: back, where that was cut short (STACK= IMAGE=)
	@$(SETUP) upgradeDatabase

backup: $(INSTALLED) ## store everything in the repository now, and say when it is there (STACK=dev)
	@$(SETUP) backup

restore: $(INSTALLED) ## make a lost stack anew from its backups (STACK= REPOSITORY= PASSWORD_FILE= TIME= CREDENTIALS_FILE= AUTHORITY_FILE=)
	@$(SETUP) restore

rotate: $(INSTALLED) ## replace generated secrets by new ones, and say first what that costs users (STACK=dev SECRET=turnSharedSecret)
	@$(SETUP) rotate

mesh: $(INSTALLED) ## deploy several servers on this machine that federate with each other (SERVERS=2, up to 9)
	@$(SETUP) mesh

mesh-down: $(INSTALLED) ## remove them all; their files Pulumi.mesh-*.yaml and .state/mesh stay
	@$(SETUP) meshDown

preview: $(INSTALLED) ## show what `make up` would change, as text for people and pull requests (STACK=dev PREVIEW_FILE=)
	@$(SETUP) readyToPreview >&2
	@$(SETUP) preview

env: $(INSTALLED) ## set up a shell that runs pulumi itself: eval "$$(make -s env)"
	@$(SETUP) env

engine: $(INSTALLED) ## start only the Docker engine, installed if need be
	@$(SETUP) engine

tools: $(INSTALLED) ## install only the Pulumi CLI, its language host and plugins
	@$(SETUP) tools

images: $(INSTALLED) ## pull or build only the container images
	@$(SETUP) images

sbom: $(INSTALLED) ## list what the images built here are made of, in .tools/sbom (CycloneDX)
	@$(SETUP) images
	@node --import tsx scripts/setup/printSboms.ts

check: $(INSTALLED) ## check format, lint, types and the order of imports
	@scripts/setup/check.sh

test: $(INSTALLED) ## run all tests but the slow ones, two at a time; ends with each file's time and "N passed, N failed"
	@node --import tsx scripts/testing/testAll.ts

test-plugins: $(INSTALLED) ## test the stand-in plugins against a real Docker engine and PostgreSQL
	@$(SETUP) ready
	@node --import tsx scripts/testing/testPlugins.ts

test-unit: $(INSTALLED) ## test what the program declares and computes, on mocks
	@npx mocha 'tests/unit/**/*.test.ts'

test-smoke: $(INSTALLED) ## test the running dev stack, in under 30 s
	@npx mocha 'tests/smoke/**/*.test.ts'

test-integration: $(INSTALLED) ## test on stacks of their own, two at a time (ONLY="gateway drift" runs these files)
	@$(SETUP) ready
	@node --import tsx scripts/testing/testIntegration.ts

test-dendrite: $(INSTALLED) ## test content, drift, command line, calls and federation on Dendrite (ONLY="drift" runs this file)
	@$(SETUP) ready
	@node --import tsx scripts/testing/testDendrite.ts

test-slow: $(INSTALLED) ## run the tests that take long, in an hour: upgrades, restarts, alerts, S3, guides
	@$(SETUP) ready
	@npx mocha 'tests/slow/**/*.test.ts'

test-reliability: $(INSTALLED) ## lose a machine, kill processes, attack: 25 minutes, ends in one table (ONLY="drill" runs this file)
	@$(SETUP) ready
	@node --import tsx scripts/testing/testReliability.ts

bench: $(INSTALLED) ## measure how long a thousand users and a hundred rooms take (MEMBERS=2 a room)
	@$(SETUP) ready
	@node --import tsx benchmarks/content.ts

bench-federation: $(INSTALLED) ## measure how long a message takes from one server to another
	@$(SETUP) ready
	@node --import tsx benchmarks/federation.ts

clean: ## remove what can be built again (.tools); the state and the containers stay
	rm -rf .tools

# npm's own note of what it installed: if it is newer than the lock file, there is nothing to install.
$(INSTALLED): package-lock.json
	@scripts/setup/npm.sh && touch $@
