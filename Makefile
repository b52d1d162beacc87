# `make demo` shows the main job on a real service; `make test` passes the tests. Both first install what a bare machine
# with Swift lacks. `make help` lists the rest.

SWIFT ?= swift
PREFIX ?= /usr/local
FORMATTED = Package.swift Sources Tests Benchmarks/Bisect/Package.swift Benchmarks/Bisect/Sources/bisect-bench
# What Quench is built and tested with besides Swift: the command that shows it is there, then its Debian package.
DEBIAN_PACKAGES = pkg-config libgit2-dev libsqlite3-dev git python3 python3-cryptography python3-jsonschema python3-yaml \
  python3-venv curl skopeo postgresql haproxy

# End-to-end tests of production, and those of them that the other engine passes as well each time: one for each promise.
PRODUCTION = EndToEnd\.(Abort|Bake|ControlAPI|Death|Detach|Down|EvidenceGate|ForgedEvidence|Gate|KilledPromotion|Listener|Metrics|Move|NothingPromoted|Override|Promotion|Readiness|RemotePromotion|Rollback|SchemaProduction|Services|SocketAttack|TLS|Turncoat)Tests
PROMISES = EndToEnd\.(BakeTests|TurncoatTests|KilledPromotionTests|DeathTests|MoveTests/noRequestIsLostToAMove|DetachTests/productionOutlivesServe|DownTests/everythingEndsAndServeToo|RollbackTests/retainedSetIsUsedAgain)
# Tests of what has deadlines of its own: not beside hundreds of others, which would keep them from the processor.
TIMED = QuenchBalancerTests|QuenchManagersTests

.DEFAULT_GOAL := help
.PHONY: help setup build release man install dist demo test test-production check check-templates format bench docs clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 20

setup: ## install what the build and the tests need, and say what that is
	@command -v $(SWIFT) >/dev/null || { echo "quench needs Swift 6.2 or later: https://swift.org/install" >&2; exit 1; }
	@if [ "$$(uname)" = Darwin ]; then \
	  for formula in libgit2 pkg-config skopeo postgresql haproxy; do \
	    brew list --versions $$formula >/dev/null 2>&1 || missing="$$missing $$formula"; done; \
	  if [ -n "$$missing" ]; then echo "install first: brew install$$missing" >&2; exit 1; fi; \
	elif command -v dpkg-query >/dev/null; then \
	  for package in $(DEBIAN_PACKAGES); do \
	    dpkg-query -W -f '$${db:Status-Status}' $$package 2>/dev/null | grep -qx installed || missing="$$missing $$package"; done; \
	  if [ -n "$$missing" ]; then \
	    echo "installing:$$missing"; \
	    if [ "$$(id -u)" = 0 ]; then sudo=; elif command -v sudo >/dev/null; then sudo=sudo; \
	    else echo "run as root: apt-get update && apt-get install -y$$missing" >&2; exit 1; fi; \
	    $$sudo apt-get update -qq && \
	    $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	  fi; \
	else \
	  pkg-config --exists libgit2 sqlite3 || { echo "install the headers of libgit2 and sqlite3 first" >&2; exit 1; }; \
	fi

build: setup ## build quench for development
	$(SWIFT) build --product quench

release: setup ## build quench with optimisation
	$(SWIFT) build --configuration release --static-swift-stdlib --product quench

# Manual pages, by the tool that comes with the package that reads the command line.
PARSER = .build/checkouts/swift-argument-parser
MANUAL = .build/generate-manual/release/generate-manual

man: release ## make the manual pages in .build/man
	$(SWIFT) build --configuration release --product generate-manual --package-path $(PARSER) \
	  --scratch-path .build/generate-manual
	rm -rf .build/man && mkdir -p .build/man
	$(MANUAL) --multi-page --output-directory .build/man .build/release/quench

install: ## put what `make release` built, completions and quench.yml's reference below PREFIX (/usr/local); `make man` adds manuals
	@test -x .build/release/quench || { echo "build it first: make release" >&2; exit 1; }
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d \
	  $(DESTDIR)$(PREFIX)/share/doc/quench $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 .build/release/quench $(DESTDIR)$(PREFIX)/bin/quench
	@if ls .build/man/*.1 >/dev/null 2>&1; then install -m 644 .build/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1; fi
	install -m 644 Sources/quench/Quench.docc/Configuration.md $(DESTDIR)$(PREFIX)/share/doc/quench/Configuration.md
	.build/release/quench --generate-completion-script bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/quench
	.build/release/quench --generate-completion-script zsh >$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_quench
	.build/release/quench --generate-completion-script fish >$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/quench.fish

# A tarball that templates and people install from; the same sources give the same bytes.
VERSION = $(shell sed -n 's/^ *version: "\(.*\)",$$/\1/p' Sources/QuenchCommands/QuenchCommand.swift)
DIST = quench-$(VERSION)-$(shell uname -s | tr A-Z a-z)-$(shell uname -m)

dist: man ## make a release tarball and its checksum in .build/dist
	rm -rf .build/dist && mkdir -p .build/dist
	$(MAKE) --no-print-directory install PREFIX= DESTDIR=.build/dist/$(DIST)
	strip .build/dist/$(DIST)/bin/quench
	cp -R LICENSE README.md CHANGELOG.md ci-templates .build/dist/$(DIST)/
	chmod -R u+rwX,go+rX,go-w .build/dist/$(DIST)
	tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@$$(git log -1 --format=%ct) -C .build/dist \
	  -cf - $(DIST) | gzip -9 -n >.build/dist/$(DIST).tar.gz
	cd .build/dist && sha256sum $(DIST).tar.gz >$(DIST).tar.gz.sha256 && cat $(DIST).tar.gz.sha256

demo: build ## verify a good, a bad and a crashing revision of a real service
	fixtures/demo.sh .build/debug/quench

test: setup ## run all tests
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	$(SWIFT) test --skip-build --disable-xctest --skip '$(TIMED)|$(PRODUCTION)'
	$(SWIFT) test --skip-build --disable-xctest --filter '$(TIMED)'
	$(SWIFT) test --skip-build --disable-xctest --filter '$(PRODUCTION)'
	QUENCH_TEST_ENGINE=haproxy $(SWIFT) test --skip-build --disable-xctest --filter '$(PROMISES)'

test-production: setup ## run all tests of production on both engines
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --disable-xctest --filter 'QuenchBalancerTests'
	$(SWIFT) test --skip-build --disable-xctest --filter '$(PRODUCTION)'
	QUENCH_TEST_ENGINE=haproxy $(SWIFT) test --skip-build --disable-xctest --filter '$(PRODUCTION)'

check: ## lint the sources as CI does
	$(SWIFT) format lint --strict --recursive --parallel $(FORMATTED)

# The CI systems' own schemas, as check-jsonschema has them.
JSONSCHEMA = .build/check-jsonschema/bin/check-jsonschema
SCHEMA_OF = $(JSONSCHEMA) --regex-variant nonunicode --builtin-schema

check-templates: setup ## check ci-templates by the CI systems' schemas
	@test -x $(JSONSCHEMA) || { python3 -m venv .build/check-jsonschema && \
	  .build/check-jsonschema/bin/pip install --quiet --disable-pip-version-check check-jsonschema==0.39.0; }
	$(SCHEMA_OF) vendor.github-workflows ci-templates/github/verify.yml ci-templates/github/bisect.yml ci-templates/github/promote.yml
	$(SCHEMA_OF) custom.github-workflows-require-timeout ci-templates/github/verify.yml ci-templates/github/bisect.yml \
	  ci-templates/github/promote.yml
	$(SCHEMA_OF) vendor.github-actions ci-templates/github/action.yml
	$(SCHEMA_OF) vendor.gitlab-ci ci-templates/gitlab/.gitlab-ci.yml
	$(SCHEMA_OF) vendor.buildkite ci-templates/buildkite/pipeline.yml
	$(SCHEMA_OF) vendor.circle-ci ci-templates/circleci/config.yml
	$(SCHEMA_OF) vendor.azure-pipelines ci-templates/azure/azure-pipelines.yml
	@if command -v actionlint >/dev/null; then actionlint ci-templates/github/verify.yml ci-templates/github/bisect.yml \
	  ci-templates/github/promote.yml; fi

format: ## format the sources
	$(SWIFT) format --in-place --recursive --parallel $(FORMATTED)

bench: DEBIAN_PACKAGES += wrk nginx-light
bench: release ## print every benchmark as a ratio to its peer (ONLY=name, BENCH_JSON=FILE)
	Benchmarks/run.py --quench .build/release/quench $(if $(ONLY),--only $(ONLY)) $(if $(BENCH_JSON),--json $(BENCH_JSON))

docs: setup ## make the documentation of all modules in .build/docs
	$(SWIFT) package dump-symbol-graph --minimum-access-level public --skip-synthesized-members >/dev/null
	rm -rf .build/docs .build/docs-symbols && mkdir -p .build/docs-symbols
	cp .build/*/symbolgraph/Quench*.symbols.json .build/docs-symbols/
	docc convert Sources/quench/Quench.docc --additional-symbol-graph-dir .build/docs-symbols \
	  --fallback-display-name Quench --fallback-bundle-identifier quench --output-path .build/docs --warnings-as-errors
	@echo "open it with: docc preview, or serve .build/docs"

clean: ## remove what was built
	rm -rf .build
