#!/usr/bin/env bash
# The two browsers that the tests drive, from the distribution; what cannot be installed is said, not hidden.
set -euo pipefail

missing=()
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
command -v firefox-esr >/dev/null || command -v firefox >/dev/null || missing+=(firefox-esr)
[ ${#missing[@]} -eq 0 ] && exit 0

say_how() {
  echo "test: ${missing[*]} could not be installed here; the tests that need them are skipped, or fail where CI=true." >&2
  echo "test: install Chromium and Firefox by hand to run them." >&2
  # Under CI the tests themselves say what is missing; here it would only be said twice.
  exit 0
}

command -v apt-get >/dev/null || say_how
if [ "$(id -u)" -eq 0 ]; then as_root=(); elif sudo -n true 2>/dev/null; then as_root=(sudo -n); else say_how; fi

echo "test: installing ${missing[*]} with apt-get"
export DEBIAN_FRONTEND=noninteractive
{ "${as_root[@]}" apt-get update -qq && "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
  >/dev/null || say_how
