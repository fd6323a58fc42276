# Sourced by run.sh and lint.sh, in this directory: makes sure that Node is there
# and that node_modules is what package-lock.json says.

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	echo "e2e: Node 20 or newer and npm are needed (Debian: apt-get install nodejs npm)" >&2
	exit 1
fi
if ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; then
	echo "e2e: Node 20 or newer is needed, and this is $(node --version)" >&2
	exit 1
fi

# A copy of the lock file that was installed is the stamp.
if ! cmp -s package-lock.json node_modules/.installed.json; then
	echo "e2e: installing the packages of package-lock.json" >&2
	npm ci --no-progress --loglevel=error >&2
	cp package-lock.json node_modules/.installed.json
fi
