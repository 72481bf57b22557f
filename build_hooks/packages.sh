#!/usr/bin/env bash
# Install what the tests drive (Chromium, a broker, gettext), where this user may; say so where not.
set -u
missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v msguniq >/dev/null || missing+=(gettext)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null && exit 0
fi
echo "Not installed: ${missing[*]}. Tests that need them are skipped with a reason." >&2
