# What there is to do here; `make` alone shows it.

SHELL := /bin/sh
# The pinned Node and the tools come before whatever else is on PATH.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: help run test demo soak faults parked bench bench-classify bench-decide gateway-reload bench-calls bench-ledger ledger-scale capture check fmt image pack install sdks lint format types imports unit clean

help: ## show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: install ## install, make what a first run lacks, start the gateway
	@exec bin/interlock start --first-run

test: check unit ## everything that CI runs: lint, format, types, import rules, all tests

demo: install ## two stories with real git and the real Stripe SDK, in about a minute
	@node demo/demo.ts

soak: install ## the long ones: kills, load, 1 GiB bodies; then the packed package
	@node soak/soak.ts
	@scripts/check-package.sh

faults: install ## what the ledger survives: 200 kills under load, power cuts, bad disks, clock steps, other processes and links in its folder
	@node soak/soak.ts kills cuts folder-cuts
	@node --disable-warning=ExperimentalWarning --test test/e2e/disk-faults.test.ts test/record/slow-disk.test.ts test/record/wait-limit.test.ts test/record/data-folder.test.ts test/record/clock-watch.test.ts test/record/erased-repair.test.ts

parked: install ## 10,000 requests wait at once, then all are approved: memory, CPU, latency, each sent once
	@node soak/parked.ts
	@node soak/parked.ts --h2

bench: install ## CPU per request beside the peers found on this machine, as a table
	@node bench/bench.ts

check: install lint format types imports ## lint, format, types and import rules

fmt: install ## format everything
	@npm run --silent fmt

capture: sdks ## make the captured fixtures anew with the vendors' SDKs (see test/fixtures/README.md)
	@npm run --silent capture

bench-classify: sdks ## what recognising and classifying costs, for every operation and the worst bodies
	@node bench/classify.ts

bench-decide: install ## what a decision costs with 100 to 10,000 policies, what checking and reloading them does
	@node --expose-gc --max-semi-space-size=8 --no-parallel-scavenge bench/decide.ts

bench-calls: install ## what looking for calls in a model's streamed answer costs
	@node bench/tool-calls.ts
	@node --disable-warning=ExperimentalWarning bench/first-text.ts

gateway-reload: install ## how long requests wait in a whole gateway while 10,000 policies are loaded again
	@node bench/gateway-reload.ts

bench-ledger: install ## what an entry of the ledger costs, at a steady rate and as fast as it goes
	@node --expose-gc --max-semi-space-size=8 --no-parallel-scavenge bench/ledger.ts

ledger-scale: install ## ten million entries: append, seal, seek, prove and verify them (some 30 minutes, 6 GB in TMPDIR)
	@node --max-semi-space-size=8 --no-parallel-scavenge bench/ledger-scale.ts

image: ## build the container image, or run its steps where no engine answers
	@scripts/image.sh

pack: install ## pack the npm package and try it in a clean folder
	@scripts/check-package.sh

clean: ## remove what was built and installed; data, certs and policies stay
	rm -rf node_modules test/node_modules dist coverage bench/.build

# The steps of the above.
install:
	@scripts/install.sh

sdks:
	@scripts/install.sh tests

lint: sdks
	@npm run --silent lint

format: install
	@npm run --silent format

types: sdks
	@npm run --silent types

imports: install
	@npm run --silent imports

unit: sdks
	@npm test --silent
