# Two commands: `make run` serves the whole site, `make test` runs everything that must pass.
# Both start from a fresh clone with nothing but Python 3.12 or newer and make.

# What .env says counts here too; the environment says it louder.
dotenv = $(shell sed -n 's/^ *\(export  *\)\{0,1\}$(1) *= *//p' .env 2>/dev/null | tail -n 1 | tr -d "\"' ")
PORT ?= $(or $(call dotenv,PORT),8000)
export SITE_URL ?= $(or $(call dotenv,SITE_URL),http://localhost:$(PORT))
export PORT
SHELL := /bin/sh
BIN := .venv/bin
PROD := DJANGO_SETTINGS_MODULE=ptce_site.settings.prod
DEV := DJANGO_SETTINGS_MODULE=ptce_site.settings.dev

# The newest Python that answers; `make run PY=/path/to/python3.13` chooses another.
PY ?= $(shell for p in python3.13 python3.14 python3.12 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && { echo $$p; break; }; done)

STATIC_SOURCES := $(shell find static -type f) ptce_site/staticstorage.py requirements.txt
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/*.po)

.PHONY: run dev restore test kill drill bench endurance audit attack prepare lock update docs weights help

help:
	@echo "make run    serve the whole site at $(SITE_URL) (PORT=… for another port)"
	@echo "make dev    the same with reload and debug pages"
	@echo "make restore FILE=…  bring a whole site back from its backup, into a new database"
	@echo "make test   lint, types, templates, migrations, catalogues, tests on every database here"
	@echo "make kill   kill the server in the midst of saves, imports, pictures, backups; look for what was lost"
	@echo "make drill  lose a site at work, bring it back in a fresh clone on both databases, compare all it held"
	@echo "make bench  measure speed and memory beside Django, WhiteNoise and nginx (12 minutes; needs wrk)"
	@echo "make endurance  ten minutes at 70 % of what the machine can do, with an editor at work (needs wrk)"
	@echo "make audit  known vulnerabilities, licences, secrets; the list of what is shipped (var/sbom.json)"
	@echo "make attack  attack a server of our own: noise, forged hosts, files, vectors, rights, Wapiti (an hour)"
	@echo "make weights  weigh first visits to the shipped content again, for the page on eco-design"
	@echo "make lock   refresh the hashed locks after editing requirements*.in"
	@echo "make update the newest of everything that is locked, then make audit and make test"

run: prepare var/static/.stamp
	@echo "Ready: $(SITE_URL)"
	@$(PROD) $(BIN)/gunicorn ptce_site.wsgi:application

dev: prepare
	@$(DEV) $(BIN)/python manage.py runserver $(PORT)

restore: .venv/.stamp .env $(CATALOGUES:.po=.mo)
	@test -n "$(FILE)" || { echo "Which backup? make restore FILE=/path/to/ptce-….zip"; exit 1; }
	@$(PROD) $(BIN)/python manage.py restore "$(FILE)"

prepare: .venv/.stamp .env $(CATALOGUES:.po=.mo)
	@$(PROD) $(BIN)/python manage.py prepare

test: .venv/.stamp-dev
	@$(BIN)/python -m tests

# What is tested has an address of its own, whatever .env says of the site that is served here.
test kill drill: export SITE_URL := http://localhost:8000

kill: .venv/.stamp-dev
	@$(BIN)/python -m tests.kill
	@$(BIN)/python -m tests.postgresql $(BIN)/python -m tests.kill

drill: .venv/.stamp-dev
	@$(BIN)/python -m tests.drill
	@$(BIN)/python -m tests.postgresql $(BIN)/python -m tests.drill

bench: .venv/.stamp-dev
	@$(BIN)/python -m tests.bench

endurance: .venv/.stamp-dev
	@$(BIN)/python -m tests.bench.endurance

audit: .venv/.stamp-dev .venv-audit/.stamp
	@$(BIN)/python -m tests.audit

# Tools that are run beside the site, each in an environment of its own.
attack: .venv/.stamp-dev .venv-attack/.stamp
	@$(BIN)/python -m tests.attack

.venv-attack/.stamp: requirements-attack.txt | .venv/.python
	@$(PY) -m venv .venv-attack
	@.venv-attack/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements-attack.txt
	@touch $@

.venv-audit/.stamp: requirements-audit.txt | .venv/.python
	@$(PY) -m venv .venv-audit
	@.venv-audit/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements-audit.txt
	@touch $@

.venv/.python:
	@if [ -z "$(PY)" ]; then \
		echo "Python 3.12 or newer is needed and none was found."; \
		echo "Install one (Debian: apt-get install python3.13 python3.13-venv; macOS: brew install python@3.13)"; \
		echo "or name it: make run PY=/path/to/python3.13"; exit 1; fi
	@$(PY) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 12) and "Python 3.12 or newer is needed; %s is %d.%d. Install one and run: make run PY=python3.13" % (sys.executable, v[0], v[1]))'
	@$(PY) -m venv .venv || { \
		echo "$(PY) cannot make a virtual environment; on Debian: apt-get install python3-venv"; \
		rm -rf .venv; exit 1; }
	@touch $@

.venv/.stamp: requirements.txt | .venv/.python
	@echo "Installing what the site needs…"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.stamp-dev: requirements-dev.txt .venv/.stamp
	@echo "Installing what the tests need…"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.env: | .venv/.python
	@$(BIN)/python -c "import secrets; print('SECRET_KEY=' + secrets.token_urlsafe(48))" > $@.new
	@chmod 600 $@.new && mv $@.new $@

%.mo: %.po .venv/.stamp
	@$(BIN)/python manage.py compile_catalogues

var/static/.stamp: $(STATIC_SOURCES) .venv/.stamp
	@echo "Collecting static files…"
	@$(PROD) $(BIN)/python manage.py collectstatic --clear --noinput -v0
	@touch $@

UV_LOCK := $(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.12

lock: .venv/.stamp
	@$(BIN)/pip install -q uv
	@$(UV_LOCK) $(NEWER) -o requirements.txt requirements.in
	@$(UV_LOCK) $(NEWER) -o requirements-dev.txt requirements-dev.in
	@$(UV_LOCK) $(NEWER) -o requirements-s3.txt requirements-s3.in
	@$(UV_LOCK) $(NEWER) -o requirements-audit.txt requirements-audit.in
	@$(UV_LOCK) $(NEWER) -o requirements-attack.txt requirements-attack.in

update:
	@$(MAKE) lock NEWER=--upgrade
	@$(MAKE) audit
	@$(MAKE) test

docs: FRESH := DATA_DIR=var/described $(DEV)
docs: .venv/.stamp .env $(CATALOGUES:.po=.mo)
	@rm -rf var/described
	@$(FRESH) $(BIN)/python manage.py prepare >/dev/null
	@$(FRESH) $(BIN)/python manage.py describe_content > docs/data.md.new && mv docs/data.md.new docs/data.md
	@rm -rf var/described

weights: FRESH := DATA_DIR=var/weights $(PROD)
weights: .venv/.stamp .env $(CATALOGUES:.po=.mo)
	@rm -rf var/weights
	@$(FRESH) $(BIN)/python manage.py prepare >/dev/null
	@$(FRESH) $(BIN)/python manage.py collectstatic --noinput -v0
	@$(FRESH) $(BIN)/python manage.py weigh_pages
	@rm -rf var/weights
