#!/bin/sh
# Makes the secrets that compose.yaml mounts, once; those that exist stay. The
# directory is closed to other users; the files inside are readable because
# each container reads them as a user of its own.
set -eu
dir=$(dirname "$0")/secrets
umask 077
mkdir -p "$dir"
chmod 700 "$dir"
if [ ! -e "$dir/postgres_password" ]; then
	od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$dir/postgres_password"
fi
if [ ! -e "$dir/secret_key" ]; then
	head -c 32 /dev/urandom | base64 | tr -d '\n' >"$dir/secret_key"
fi
rm -f "$dir/database_url"
printf 'postgres://roseash:%s@postgres:5432/roseash?sslmode=disable\n' "$(cat "$dir/postgres_password")" >"$dir/database_url"
chmod 444 "$dir/postgres_password" "$dir/secret_key" "$dir/database_url"
