# make demo   see the product work: PostgreSQL binaries, the page, a server with events on sale
# make test   everything that has to pass
# make dev    server and page, both reloading when their sources change
# make fuzz   feeds whatever takes bytes from strangers, FUZZ_SECONDS each (needs nightly, cargo-fuzz)
# make churn  a hundred thousand reconnects, minutes: what do they leave behind?
# make mutants   whether the torture finds what it is there for, half an hour; what was proven of this
#              tree is not run again
# make torture SEED=1 SEEDS=200   faults by the hundred; what has passed is not run again. The
#              plan of what fails is made smaller, with SHRINK=1 at length
# make bench-web  the page's map beside one from npm
# make bench  the server beside its yardsticks, an hour and a half; make bench-quick to see that it works
# make microbench   decide, codecs, merging and choosing by themselves; make bench ends with it
#
# What is missing is installed by package; what is there is left alone, so that all of it works
# without network once the dependencies are there.

SHELL := /bin/bash
.DEFAULT_GOAL := demo
.PHONY: demo test dev fuzz bench bench-quick microbench page postgres browser suites fmt lint docs deny web rust e2e clean churn torture

# Root needs no sudo, and a container often has none.
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
PORT ?= 8080

find_postgres = { ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin 2>/dev/null; \
	pg_config --bindir 2>/dev/null; dirname "$$(command -v initdb || echo /nowhere/initdb)"; } \
	| while read -r folder; do [ -x "$$folder/initdb" ] && [ -x "$$folder/postgres" ] && echo "$$folder"; done | tail -n 1

demo: postgres page
	LOG_LEVEL=$${LOG_LEVEL:-warn} cargo run --bin seatmap -- demo --port $(PORT)

dev: postgres web-client/node_modules/.package-lock.json
	@trap 'kill 0' EXIT; \
	web-client/node_modules/.bin/nodemon --quiet --signal SIGTERM --watch src --watch migrations --ext rs,sql,html,json \
		--exec 'cargo run --bin seatmap -- demo --port $(PORT)' & \
	(cd web-client && SEATMAP_URL=http://127.0.0.1:$(PORT) npm run dev) & \
	wait

# Built as it is shipped. Let the machine do nothing else meanwhile.
programs = $${CARGO_TARGET_DIR:-target}/release
bench: postgres
	cargo build --release --package seatmap --package seatmap-yardsticks
	$(programs)/bench run --results loadtest/results
	$(MAKE) microbench

# The name and the commit as the other results have them. Results themselves may have changed since.
machine = $$({ sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1; nproc; echo cores; } \
	| LC_ALL=C tr '[:upper:]' '[:lower:]' | LC_ALL=C tr -cs '[:alnum:]' '-' | sed 's/^-//; s/-$$//')
commit = $$(git rev-parse --short HEAD)$$(git diff --quiet HEAD -- src benches Cargo.toml Cargo.lock || echo -dirty)
microbench:
	set -o pipefail; { echo "$$(date -u +'%Y-%m-%d %H:%M UTC'), $(machine), commit $(commit)"; echo; \
		cargo bench --package seatmap --bench micro; } \
		| tee "loadtest/results/$$(date -u +%Y-%m-%d)-$(machine)-micro.txt"

bench-quick: postgres
	cargo build --release --package seatmap --package seatmap-yardsticks
	$(programs)/bench run --quick

# What is found worth keeping goes to fuzz/corpus, which the tests run on stable.
FUZZ_SECONDS ?= 60
FUZZ_BYTES_MAX := 8192
fuzz:
	for target in $$(cargo +nightly fuzz list); do \
		cargo +nightly fuzz run $$target -- -max_total_time=$(FUZZ_SECONDS) -max_len=$(FUZZ_BYTES_MAX) || exit 1; \
	done
# The seeded simulation. Totals stay in the folder of results, and tell which seeds have passed.
SEED ?= 1
SEEDS ?= 1
RESULTS ?= tests/torture/results
TABLE ?= docs/torture.md
torture: postgres faketime
	cargo build --package seatmap --package seatmap-torture --bin seatmap --bin torture
	$${CARGO_TARGET_DIR:-target}/debug/torture --seed $(SEED) --seeds $(SEEDS) --results $(RESULTS) \
		--table $(TABLE) $(if $(SHRINK),--shrink) $(TORTURE)

# The server with one protection less each: what the torture must find.
.PHONY: mutants
mutants: postgres faketime
	bash tests/mutants/run.sh $(MUTANTS)

# Shows nodes another time. Without it their clocks stay right, and the table says so.
.PHONY: faketime
faketime:
	@ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || ! command -v apt-get >/dev/null || \
		{ $(SUDO) apt-get update -q && $(SUDO) apt-get install -y -q libfaketime; } || true
# The map in a real Chromium, beside one from npm.
.PHONY: bench-web
bench-web: postgres browser page
	cargo build --release --bin seatmap
	cd web-client && SEATMAP_BINARY="$$(realpath $${CARGO_TARGET_DIR:-../target})/release/seatmap" npm run --silent bench

test: postgres browser suites
	@echo; echo "All suites passed."

suites: fmt web page lint docs deny rust e2e

fmt:
	cargo fmt --all --check

lint:
	cargo clippy --workspace --all-targets -- -D warnings

docs:
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --quiet

# Licences and sources of dependencies. The tool takes minutes to build; who has it uses it.
deny:
	@if command -v cargo-deny >/dev/null; then cargo deny --offline check licenses bans sources || cargo deny check licenses bans sources; \
	else echo "cargo-deny is not installed: dependencies' licences are not checked (cargo install cargo-deny)"; fi

web: web-client/node_modules/.package-lock.json
	cd web-client && npm run lint && npm test

page: web-client/dist/index.html

web-client/dist/index.html: web-client/node_modules/.package-lock.json $(shell find web-client/src web-client/sdk web-client/examples web-client/public web-client/index.html web-client/vite.config.ts web-client/vite.sdk.config.ts -type f -not -path '*/sdk/dist/*' 2>/dev/null)
	cd web-client && npm run build

web-client/node_modules/.package-lock.json: web-client/package-lock.json
	cd web-client && npm ci

# Most tests wait most of the time: for clocks, for cut connections, for processes.
TEST_THREADS ?= 5

rust: outside
	RUST_TEST_THREADS=$(TEST_THREADS) cargo test --workspace

churn: postgres
	CHURN=100000 cargo test --package seatmap --test it siege::churn -- --nocapture

# The clients that aren't ours: Python's websockets, Node's ws and Schemathesis.
.PHONY: outside
outside:
	@if command -v apt-get >/dev/null && ! { command -v curl && python3 -c 'import ensurepip'; } >/dev/null 2>&1; \
		then $(SUDO) apt-get update -q && $(SUDO) apt-get install -y -q curl python3-venv; fi
	@bash tests/it/outside/install.sh

# The built page in a real Chromium against a real server.
e2e: web-client/node_modules/.package-lock.json
	bash .ci/e2e

postgres:
	@found="$$($(find_postgres))"; if [ -n "$$found" ]; then exit 0; fi; \
	if command -v apt-get >/dev/null; then $(SUDO) apt-get update -q && $(SUDO) apt-get install -y -q postgresql; \
	elif command -v dnf >/dev/null; then $(SUDO) dnf install -y postgresql-server; \
	elif command -v brew >/dev/null; then brew install postgresql@17; \
	else echo "Install PostgreSQL's server programs (initdb, postgres), 14 or newer." >&2; exit 1; fi

browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null && exit 0; \
	if command -v apt-get >/dev/null; then $(SUDO) apt-get update -q && $(SUDO) apt-get install -y -q chromium; \
	else echo "Install Chromium for the browser tests." >&2; exit 1; fi

clean:
	cargo clean
	rm -rf web-client/dist web-client/node_modules
