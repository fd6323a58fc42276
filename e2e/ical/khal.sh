#!/usr/bin/env bash
# The dates of a feed as a subscriber sees them: vdirsyncer fetches it from its address into a
# directory, and khal lists what is there. Each date is a record of UID, start, end and summary,
# with a unit separator after each, and a record separator at its end; instants are in UTC.
#
#	khal.sh URL FROM UNTIL		(2026-01-01)
set -euo pipefail
export LC_ALL=C.UTF-8 TZ=UTC
url=$1 from=$2 until=$3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export HOME=$dir XDG_CONFIG_HOME=$dir XDG_DATA_HOME=$dir XDG_CACHE_HOME=$dir

cat >"$dir/vdirsyncer" <<END
[general]
status_path = "$dir/status/"
[pair feed]
a = "here"
b = "there"
collections = null
[storage here]
type = "filesystem"
path = "$dir/calendar/"
fileext = ".ics"
[storage there]
type = "http"
url = "$url"
END
cat >"$dir/khal" <<END
[calendars]
[[feed]]
path = $dir/calendar/
readonly = True
[sqlite]
path = $dir/khal.db
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M:%S
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%dT%H:%M:%S
longdatetimeformat = %Y-%m-%dT%H:%M:%S
unicode_symbols = False
[default]
highlight_event_days = False
END
mkdir "$dir/calendar"
{ yes || true; } | vdirsyncer -c "$dir/vdirsyncer" discover feed >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
vdirsyncer -c "$dir/vdirsyncer" sync feed >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
unit=$'\x1f' record=$'\x1e'
khal -c "$dir/khal" --no-color list --day-format "" \
	--format "{uid}$unit{start-long}$unit{end-long}$unit{title}$unit$record" "$from" "$until"
