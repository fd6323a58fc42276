#!/usr/bin/env bash
# What other programs make of our calendars (`make ical-check`). Without arguments all of it:
#
#	run.sh oracle			dates of series beside npm's rrule, ical.js and libical: they differ as
#					api/events/localtime/testdata/differences.json says, no more and no less
#	run.sh readers [SITE [API]]	ical.js, node-ical, libical and khal read feeds: samples, or those of a site
set -euo pipefail
cd "$(dirname "$0")/.."
. ./packages.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# need TOOL...: all of them, or what to install is said.
need() {
	for tool in "$@"; do
		command -v "$tool" >/dev/null || { echo "e2e/ical: $tool is missing (Debian: apt-get install gcc libc6-dev pkg-config libical-dev khal vdirsyncer)" >&2; exit 1; }
	done
}

# compile NAME: the program that ical/NAME.c is, with libical.
compile() {
	need gcc pkg-config
	# shellcheck disable=SC2046
	gcc -O1 -Wall -Wextra -Werror -o "$work/$1" "ical/$1.c" $(pkg-config --cflags --libs libical)
}

oracle() {
	compile libical_rrule
	local cases=../api/events/localtime/testdata
	if ! go run ./ical/oracle -cases "$cases/cases" -differences "$cases/differences.json" -libical "$work/libical_rrule"; then
		echo "e2e/ical: libical is $(pkg-config --modversion libical); the differences are those of 3.0" >&2
		return 1
	fi
}

readers() {
	need khal vdirsyncer
	compile libical_read
	local feeds=("$@")
	if [ $# -eq 0 ]; then
		mkdir "$work/samples"
		(cd .. && go test ./api/shared/ical -count=1 -run TestWriteSamples -samples "$work/samples" >/dev/null)
		feeds=("$work/samples")
	fi
	TZ=UTC LIBICAL_READ="$work/libical_read" node ical/readers.mjs "${feeds[@]}"
}

case ${1:-} in
'')
	oracle
	readers
	;;
oracle | readers) "$@" ;;
*)
	echo "e2e/ical/run.sh: there is no part $1" >&2
	exit 2
	;;
esac
