#!/usr/bin/env bash
# From the distribution: the browsers that the tests drive, two for text among them, and the programs that make files
# with hidden data and look for it after cleaning. What cannot be installed is said, not hidden.
set -euo pipefail

missing=()
need() { # a package, then the commands of which any will do
  local package=$1 command
  shift
  for command in "$@"; do command -v "$command" >/dev/null && return; done
  missing+=("$package")
}
need chromium chromium google-chrome
need firefox-esr firefox-esr firefox
need libimage-exiftool-perl exiftool
need imagemagick identify
need ffmpeg ffmpeg
need qpdf qpdf
need poppler-utils pdftotext
need libheif-examples heif-enc
need webp cwebp
need w3m w3m
need lynx lynx
if ! command -v soffice >/dev/null; then missing+=(libreoffice-writer libreoffice-calc libreoffice-impress); fi
[ ${#missing[@]} -eq 0 ] && exit 0

say_how() {
  echo "test: ${missing[*]} could not be installed here; the tests that need them are skipped, or fail where CI=true." >&2
  echo "test: install these by hand to run them." >&2
  # Under CI the tests themselves say what is missing; here it would only be said twice.
  exit 0
}

command -v apt-get >/dev/null || say_how
if [ "$(id -u)" -eq 0 ]; then as_root=(); elif sudo -n true 2>/dev/null; then as_root=(sudo -n); else say_how; fi

echo "test: installing ${missing[*]} with apt-get"
export DEBIAN_FRONTEND=noninteractive
{ "${as_root[@]}" apt-get update -qq && "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
  >/dev/null || say_how
