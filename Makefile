# `make` lists the targets. Two are all that a new machine needs: `make run` and `make test`.

SWIFT ?= swift
# Exclusive access is checked while it runs in every test, which are debug builds; here it would be
# 3 to 4 % of what a message costs, in dependencies alone (docs/performance.md).
FOR_RELEASE := -c release -Xswiftc -enforce-exclusivity=unchecked
VENV := .venv
PYTHON := $(VENV)/bin/python
RELEASE := .build/release/lethe
PREFIX ?= /usr/local

.DEFAULT_GOAL := help
.PHONY: help run build release certs test test-swift test-web test-allocations test-sockets \
	test-optimised test-browser check lint types format bench bench-peers bench-protection measured \
	screenshots shipped install dependencies test-dependencies clean \
	conformance faults simulate mutate fuzz fuzz-seeded sealing timing tsan reliability \
	hold soak soak-leak growth storm floods tls

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

run: dependencies release certs ## Install, make certificates, build, start, print the links
	@.ci/start $(RELEASE)

install: release ## Install below DESTDIR, into PREFIX (/usr/local): relay, pages, unit, example
	@.ci/place $(RELEASE) "$(DESTDIR)" "$(PREFIX)"

build: ## Build everything, for development
	$(SWIFT) build --build-tests

release: shipped ## Build the relay, for production
	$(SWIFT) build $(FOR_RELEASE) --product lethe-tools

certs: release ## Make development certificates and keys in Certs/
	$(RELEASE) certs --directory Certs

TESTS := $(addprefix test-,swift web allocations sockets optimised browser)

test: test-dependencies $(TESTS) ## Run all tests

# Simulation and sealing keep each core busy for a minute; a test that waits for another task would
# starve beside them.
BUSY_TESTS := ^(RoomsTests|SealedChatTests)\.

test-swift: build ## Rules, codec, admission, server, house rules
	$(SWIFT) test --skip-build --filter "$(BUSY_TESTS)"
	$(SWIFT) test --skip-build --skip "$(BUSY_TESTS)"

test-web: ## The pages' floors without a browser
	node --test Tests/WebTests/*.test.js

test-allocations: ## Allocations of the relay path against Tests/Thresholds
	$(SWIFT) build $(FOR_RELEASE) --product RelayBenchmarks
	.build/release/RelayBenchmarks --check Tests/Thresholds/allocations.json

# A machine that stalls is not a fault: what fails is run once more, and listed when it passes then.
# What must leave nothing behind is never run again (`flaky(reruns=0)`).
ONCE_MORE := --reruns 1 -r fER

test-sockets: build $(PYTHON) ## Real sockets against the real binary
	$(PYTHON) -m pytest -q $(ONCE_MORE) Tests/SocketTests

shipped:
	$(SWIFT) build $(FOR_RELEASE) --product lethe

# What the optimiser makes of a mistake, no debug build shows: all addresses were one once.
OPTIMISED := $(addprefix Tests/SocketTests/,test_chat.py \
	test_reliability.py::test_addresses_are_bounded_apart)

test-optimised: shipped $(PYTHON) ## Some of the same against the binary that is shipped
	LETHE_TEST_BINARY=$(RELEASE) $(PYTHON) -m pytest -q $(ONCE_MORE) $(OPTIMISED)

test-browser: build shipped $(PYTHON) ## Real pages in Chromium, Firefox and WebKit against it
	LETHE_TEST_BINARY=$(RELEASE) $(PYTHON) -m pytest -q -n 4 $(ONCE_MORE) Tests/BrowserTests

check: lint test ## Lint, then all tests

lint: types ## Formatting, types of the pages
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

types:
	tsc -p Sources/Web/jsconfig.json

format: ## Format the Swift sources
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

screenshots: build $(PYTHON) ## Draw each state of each page into docs/screenshots
	$(PYTHON) Tests/BrowserTests/screenshots.py

bench: measured $(PYTHON) ## Speed and size: rules, relay path, a running relay; into docs
	$(SWIFT) build $(FOR_RELEASE) --product RelayBenchmarks
	$(PYTHON) Tests/Load/bench.py --write

bench-peers: measured $(PYTHON) ## Lethe and its peers in turn, with one generator; into docs
	$(SWIFT) build $(FOR_RELEASE) --product BareRelay
	@.ci/install bench
	$(PYTHON) -m pip install --quiet --requirement Tests/Load/requirements.txt
	$(PYTHON) Tests/Load/bench_peers.py --write

bench-protection: measured $(PYTHON) ## What the seal and the wiping cost; into docs
	$(SWIFT) build $(FOR_RELEASE) --product UnwipedRelay
	$(PYTHON) Tests/Load/protection_cost.py --write

measured: release
	$(SWIFT) build $(FOR_RELEASE) --product UnthrottledRelay

conformance: $(PYTHON) ## All 301 cases of RFC 6455 in full size
	$(SWIFT) build $(FOR_RELEASE) --product EchoTarget
	LETHE_ECHO_BUILD=release LETHE_CONFORMANCE_SCALE=1 \
		$(PYTHON) -m pytest -q -rP Tests/SocketTests/test_conformance.py

FAULTS ?= 1000000
faults: release $(PYTHON) ## A million messages over a wire that does harm (FAULTS=…)
	$(SWIFT) build $(FOR_RELEASE) --product FaultDriver
	LETHE_TEST_BINARY=$(RELEASE) LETHE_FAULTS_BUILD=release LETHE_FAULTS=$(FAULTS) \
		LETHE_FAULTS_ROOMS=50 $(PYTHON) -m pytest -q -n 0 -s Tests/SocketTests/test_faults.py \
		-k nothing_is_lost

SCHEDULES ?= 10000000
FROM ?= 0
simulate: ## Ten million schedules of the rules, and the broken rooms (SCHEDULES=… FROM=…)
	python3 Tests/Mutation/rules_package.py .build/rules
	LETHE_SCHEDULES=$(SCHEDULES) LETHE_FROM=$(FROM) $(SWIFT) test $(FOR_RELEASE) \
		--package-path .build/rules --filter "SimulationTests"

mutate: ## The rules changed in 1,700 ways: do the tests notice?
	SWIFT=$(SWIFT) python3 Tests/Mutation/mutate.py

FUZZ_RUNS ?= 10000000
FUZZ_BUILD := .build/fuzz
fuzz: ## libFuzzer on what strangers send, ten million times each (FUZZ_RUNS=…, FUZZ_TARGETS=…)
	$(SWIFT) build -c release --scratch-path $(FUZZ_BUILD) --product Fuzz \
		--sanitize=fuzzer -Xswiftc -DFUZZING -Xswiftc -parse-as-library
	@.ci/fuzz $(FUZZ_BUILD)/release/Fuzz $(FUZZ_RUNS) $(FUZZ_TARGETS)

FUZZ_SECONDS ?= 600
fuzz-seeded: ## The same targets, changed at random and not guided: more of them in a second
	$(SWIFT) build $(FOR_RELEASE) --product Fuzz
	.build/release/Fuzz Tests/Fuzz/Corpus $(FUZZ_SECONDS) $$(date +%s) .build/fuzz-tape

ORACLE ?= 100000
ATTEMPTS ?= 1000000
sealing: build ## Two engines on the same inputs; relays in the middle (ORACLE=…, ATTEMPTS=…)
	LETHE_ORACLE=$(ORACLE) LETHE_ATTEMPTS=$(ATTEMPTS) $(SWIFT) test --skip-build \
		--filter "OracleTests|RelayInTheMiddleTests"

TIMING ?= 1000000
timing: ## Whether the time of a refusal tells how near a guess was (TIMING=…)
	$(SWIFT) build $(FOR_RELEASE) --product Timing
	.build/release/Timing $(TIMING)

TSAN := --scratch-path .build/tsan --sanitize=thread
# The sanitizer has an allocator of its own: the relay without ours. A race ends it, and so a test.
RACES := $(addprefix Tests/SocketTests/,test_resume.py test_stopping.py test_erasure.py)
tsan: $(PYTHON) ## The server's tests, and a relay with real sockets, under the thread sanitizer
	$(SWIFT) build $(TSAN) --product lethePackageTests
	$(SWIFT) build $(TSAN) --product UnwipedRelay
	$(SWIFT) test --skip-build $(TSAN) --filter RelayServerTests
	TSAN_OPTIONS=halt_on_error=1 SWIFT_BACKTRACE=enable=no LETHE_TEST_BINARY=.build/tsan/debug/UnwipedRelay \
		$(PYTHON) -m pytest -q $(ONCE_MORE) $(RACES)

reliability: release $(PYTHON) ## Kills, storms, pauses, starvation, at the size of docs/reliability.md
	LETHE_TEST_BINARY=$(RELEASE) LETHE_KILLS=100 LETHE_STORM=1800 \
		$(PYTHON) -m pytest -q -n 1 -rP Tests/SocketTests/test_reliability.py

HOLD_MINUTES ?= 30
hold: measured $(PYTHON) ## 10,000 connections for half an hour, erasures among them; into docs
	$(PYTHON) Tests/Load/hold.py --minutes $(HOLD_MINUTES) --write

SOAK_MINUTES ?= 60
soak: measured $(PYTHON) ## An hour at 30 % load: what grows; into docs (SOAK_MINUTES=…)
	$(PYTHON) Tests/Load/soak.py --minutes $(SOAK_MINUTES) --write

soak-leak: $(PYTHON) ## The control: a relay that keeps 100 bytes of each message must be red
	$(SWIFT) build $(FOR_RELEASE) --product LeakingRelay
	! $(PYTHON) Tests/Load/soak.py --minutes 2 --relay LeakingRelay

growth: measured $(PYTHON) ## What a message costs, however many wait; charts into docs
	$(PYTHON) Tests/Load/growth.py --write

storm: measured $(PYTHON) ## 10,000 pages back after a restart; latency among them; into docs
	$(PYTHON) Tests/Load/storm.py --write

floods: release $(PYTHON) ## 50 who flood beside 1,000 who chat; into docs
	$(PYTHON) Tests/Load/floods.py --write

tls: release $(PYTHON) ## testssl.sh and sslyze against the sealed relay
	@.ci/install tls
	$(PYTHON) -m pip install --quiet --requirement Tests/Load/requirements-tls.txt
	$(PYTHON) Tests/Load/tls.py --write

dependencies: ## Install the system packages that building needs
	@.ci/install build

test-dependencies: ## Install what the tests need
	@.ci/install build test

$(PYTHON): Tests/requirements.txt
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --requirement Tests/requirements.txt
	@touch $(PYTHON)

clean: ## Remove what was built
	rm -rf .build $(VENV)
