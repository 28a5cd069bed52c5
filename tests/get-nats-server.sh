#!/usr/bin/env bash
# Prints the paths of nats-servers, one per line: get-nats-server.sh VERSION...
# A VERSION is a prefix, such as 2.10, or "newest", which is looked up again after 30 days.
#
# They come from the Debian packages of this machine's release, of the next one and of unstable, from the mirror that apt-get uses here. The
# script uses separate package lists and a separate cache, so it does not change the system and does not need root. It stores the servers
# below $XDG_CACHE_HOME (~/.cache). If a version is not available, it prints the reason and the other versions, and exits with 1.
set -euo pipefail
kept=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/federation.actors/nats-server
mkdir -p "$kept"
work=
trap '[ -z "$work" ] || rm -rf "$work"' EXIT

find_kept() {
  if [ "$1" = newest ]; then
    find "$kept/newest" -mtime -30 -exec cat {} + 2>/dev/null || true
  else
    find "$kept" -path "$kept/$1*/nats-server" 2>/dev/null | sort -V | tail -1
  fi
}

apt() {
  local program=$1
  shift
  "$program" -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$work/lists" \
    -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root "$@"
}

# Reads the versions that the mirror offers into offered, once; prints the reason if it cannot.
look() {
  [ -z "$work" ] || return 0
  local mirror keys release suite
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { echo "this is not a Debian machine"; return 1; }
  mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
    grep -v '^ *#' | grep -oE 'https?://[^] ]+/debian/?( |$)' | tr -d ' ' | head -1) || true
  [ -n "$mirror" ] || { echo "no Debian mirror is configured"; return 1; }
  keys=$(ls /usr/share/keyrings/debian-archive-keyring.* 2>/dev/null | head -1) || true
  [ -n "$keys" ] || { echo "the package debian-archive-keyring is missing"; return 1; }
  echo "Downloading nats-server from Debian's packages, once; this takes half a minute." >&2
  release=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  work=$(mktemp -d)
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
  for suite in $release trixie sid; do
    printf 'deb [signed-by=%s] %s %s main\n' "$keys" "$mirror" "$suite"
  done | sort -u >"$work/sources.list"
  apt apt-get update -qq >"$work/log" 2>&1 || { echo "apt-get update: $(tail -1 "$work/log")"; return 1; }
  offered=$(apt apt-cache madison nats-server | awk '{ print $3 }' | sort -Vu)
}

get() {
  local version=$1 wanted made
  look || return 1
  wanted=$(grep "^${version#newest}" <<<"$offered" | tail -1) || { echo "the mirror has $(echo $offered)"; return 1; }
  made=$(mktemp -d "$kept/.making.XXXXXX")
  (cd "$made" && apt apt-get download -qq "nats-server=$wanted") >"$work/log" 2>&1 || { echo "apt-get download: $(tail -1 "$work/log")"; return 1; }
  dpkg-deb -x "$made"/nats-server_*.deb "$made/package"
  mv "$made"/package/usr/*bin/nats-server "$made/"
  rm -rf "$made/package" "$made"/*.deb
  chmod 755 "$made"
  mv -T "$made" "$kept/${wanted%%-*}" 2>/dev/null || rm -rf "$made" # It is there already, or another run was faster.
  [ "$version" != newest ] || printf '%s\n' "$kept/${wanted%%-*}/nats-server" >"$kept/newest"
}

code=0
for version; do
  if [ -z "$(find_kept "$version")" ]; then
    why=$(mktemp)
    get "$version" >"$why" || { printf 'nats-server %s is not available: %s\n' "$version" "$(cat "$why")" >&2; code=1; }
    rm -f "$why"
  fi
  find_kept "$version"
done
exit "$code"
