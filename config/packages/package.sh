#!/usr/bin/env bash
# Builds the packages into artifacts/packages: package.sh [nuget | RUNTIME]..., without arguments all of them. ./run.sh package calls it.
#
#   nuget    Federation.Actors, Federation.Actors.TestKit and Federation.Hocon, with symbols
#   RUNTIME  the program as one file for this runtime, in an archive; linux-x64 and linux-arm64 as a Debian package too
#
# Each program has a bill of materials (SPDX), and SHA256SUMS covers all files. Nothing is installed on this machine.
#
# ./run.sh test sets FEDERATION_BUILT: packages as good as those for tests, in a fraction of the time. They are not compared with older ones, not
# compiled ahead of time, and larger.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
packages=$root/artifacts/packages
work=$root/artifacts/packaging
host=src/Federation.Actors.Host
libraries=(Federation.Hocon Federation.Actors Federation.Actors.TestKit)
runtimes=(linux-x64 linux-arm64 linux-musl-x64 osx-arm64 win-x64)
git=(git -c safe.directory="$root")
quick=${FEDERATION_BUILT:-}

# The time of the commit: the same commit gives the same archives.
SOURCE_DATE_EPOCH=$("${git[@]}" log -1 --format=%ct 2>/dev/null || date +%s)
export SOURCE_DATE_EPOCH DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say() { printf '%s\n' "$*"; }
fail() { printf 'package.sh: %s\n' "$*" >&2; exit 1; }

quietly() {
  "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "failed: $*"; }
}

# Prints the commit whose packages those of now are compared with: the last release, or before the first one the previous commit.
baseline_commit() {
  local tag
  # Not where this is a folder in someone else's repository.
  [ -z "$("${git[@]}" rev-parse --show-prefix 2>/dev/null || say none)" ] || return 0
  if tag=$("${git[@]}" describe --tags --match 'v*' --abbrev=0 'HEAD^' 2>/dev/null); then
    "${git[@]}" rev-parse "$tag^{commit}"
  # Before the first release the API may change on purpose, and the text that approves it changes with it.
  elif "${git[@]}" diff --quiet 'HEAD^' HEAD -- 'tests/*/PublicApi*.approved.txt' 2>/dev/null; then
    "${git[@]}" rev-parse 'HEAD^'
  fi
}

build_baseline() {
  local commit=$1 source project
  [ "$(cat "$work/baseline/commit" 2>/dev/null)" != "$commit" ] || return 0
  rm -rf "$work/baseline"
  source=$(mktemp -d)
  "${git[@]}" archive "$commit" | tar -x -C "$source"
  for project in "${libraries[@]}"; do
    quietly dotnet pack "$source/src/$project" -c Release -o "$work/baseline" -p:RunAnalyzers=false
  done
  rm -rf "$source"
  printf '%s' "$commit" >"$work/baseline/commit"
}

build_nuget() {
  local project commit='' options
  [ -n "$quick" ] || commit=$(baseline_commit)
  if [ -n "$commit" ]; then
    say "The libraries, compared with those of commit ${commit:0:7}"
    build_baseline "$commit"
  elif [ -n "$quick" ]; then
    say "The libraries"
  else
    say "The libraries, compared with none: there is no history here, or the API changes on purpose"
  fi
  for project in "${libraries[@]}"; do
    options=(-p:RunAnalyzers=false)
    [ -z "$commit" ] || options+=("-p:PackageValidationBaselinePath=$(ls "$work/baseline/$project".[0-9]*.nupkg)")
    quietly dotnet pack "src/$project" -c Release -o "$packages" "${options[@]}"
  done
}

# Prints the version that git gives this commit, such as 0.2.0 or 0.2.0-alpha.0.12.
version() { dotnet msbuild src/Federation.Hocon -t:MinVer -getProperty:Version -p:Configuration=Release; }

build_program() {
  local runtime=$1 name=federation-$version-$1 program=federation archive
  say "The program for $runtime"
  [ "${runtime%%-*}" != win ] || program=federation.exe
  rm -rf "$work/publish"
  quietly dotnet publish "$host" -c Release -r "$runtime" --self-contained -o "$work/publish" \
    -p:RunAnalyzers=false ${quick:+-p:PublishReadyToRun=false}
  rm -rf "$work/archive"
  mkdir -p "$work/archive/$name"
  # Nothing else that was published: LMDB, beside it, is for durable distributed data, which the program does not use.
  cp "$work/publish/$program" LICENSE "$work/archive/$name/"
  cp config/server.conf "$work/archive/$name/node.conf"
  chmod 755 "$work/archive/$name/$program"
  if [ "$program" = federation ]; then
    archive=$packages/$name.tar.gz
    tar -C "$work/archive" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -c "$name" |
      gzip -n ${quick:+-1} >"$archive"
  else
    archive=$packages/$name.zip
    quietly dotnet msbuild config/packages/zip.proj -t:Zip -p:Folder="$work/archive" -p:File="$archive"
  fi
  dotnet run config/packages/sbom.cs -- "$host/obj/Release/net10.0/$runtime/federation.deps.json" "$archive" "$version" \
    >"$packages/$name.spdx.json" || fail "failed: the bill of materials"
  case $runtime in
    linux-x64) build_deb amd64 ;;
    linux-arm64) build_deb arm64 ;;
  esac
}

# The verbs of the program, for its man page.
verbs() {
  artifacts/federation/federation --help | awk '
    /^[^ ]/ { listed = /^Commands:/ }
    listed && match($0, /^  [a-z].*[^ ]  +/) { printf ".TP\n.B %s\n", $1 }
    listed && /^  / { sub(/^  [a-z].*[^ ]  +/, ""); sub(/^ +/, ""); gsub(/-/, "\\-"); print }'
}

build_deb() {
  local architecture=$1 folder=$work/deb doc
  if ! command -v dpkg-deb >/dev/null; then
    say "NOT BUILT: the Debian package for $architecture; dpkg-deb is missing."
    return 0
  fi
  doc=$folder/usr/share/doc/federation
  rm -rf "$folder"
  install -Dm755 -t "$folder/usr/bin" "$work/publish/federation"
  install -Dm644 config/server.conf "$folder/etc/federation/node.conf"
  install -dm750 "$folder/etc/federation/secrets"
  mkdir -p "$folder/usr/lib/systemd/system"
  sed -e 's|/opt/federation/federation  .*|/usr/bin/federation|; s|/opt/federation/federation|/usr/bin/federation|' \
    -e 's|^# A user that exists only while.*|# The user of the package. It owns no file: the node keeps nothing on disk.|; s|^DynamicUser=yes|User=federation|' \
    config/systemd/federation.service >"$folder/usr/lib/systemd/system/federation.service"
  mkdir -p "$folder/usr/share/bash-completion/completions" "$folder/usr/share/fish/vendor_completions.d" "$folder/usr/share/man/man1"
  artifacts/federation/federation completion bash >"$folder/usr/share/bash-completion/completions/federation"
  artifacts/federation/federation completion fish >"$folder/usr/share/fish/vendor_completions.d/federation.fish"
  verbs >"$work/verbs"
  sed -e "s|@VERSION@|$version|; s|@DATE@|$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)|" -e "/@VERBS@/ { r $work/verbs" -e 'd }' \
    config/packages/federation.1 | gzip -9n >"$folder/usr/share/man/man1/federation.1.gz"
  install -Dm644 -t "$doc/examples" config/*.conf hocon/reference.conf
  install -Dm644 LICENSE "$doc/copyright"
  gzip -9n <"$host/CHANGELOG.md" >"$doc/changelog.gz"
  mkdir -p "$folder/DEBIAN"
  install -m755 config/packages/debian/* "$folder/DEBIAN/"
  echo /etc/federation/node.conf >"$folder/DEBIAN/conffiles"
  (cd "$folder" && find etc usr -type f -print0 | sort -z | xargs -0 md5sum) >"$folder/DEBIAN/md5sums"
  # A pre-release is older than its release: 0.2.0~alpha.0.12 < 0.2.0.
  cat >"$folder/DEBIAN/control" <<END
Package: federation
Version: ${version/-/\~}
Architecture: $architecture
Maintainer: Federation.Actors contributors
Section: net
Priority: optional
Installed-Size: $(du -sk --exclude=DEBIAN "$folder" | cut -f1)
Depends: adduser, ca-certificates, libc6, libgcc-s1, libssl3 | libssl3t64, libstdc++6
Suggests: nats-server
Description: links NATS servers over WebSockets
 A federation node accepts WebSocket peers, or dials them, and publishes their
 messages to NATS. It acks each message once NATS has it, and sends messages
 from NATS to peers until they are acked.
END
  chmod -R u=rwX,go=rX "$folder/usr" "$folder/DEBIAN" "$folder/etc/federation/node.conf"
  local compression=(-Zxz -z2)
  [ -z "$quick" ] || compression=(-Zgzip -z1)
  quietly dpkg-deb --root-owner-group "${compression[@]}" --build "$folder" "$packages/federation_${version/-/\~}_$architecture.deb"
}

wanted=("$@")
[ $# -gt 0 ] || wanted=(nuget "${runtimes[@]}")
for one in "${wanted[@]}"; do
  [ "$one" = nuget ] || printf '%s\n' "${runtimes[@]}" | grep -qx -- "$one" || fail "no such runtime: $one; there are ${runtimes[*]}"
done
rm -rf "$packages"
mkdir -p "$packages" "$work"
quietly dotnet restore "$host"
version=$(version)
for one in "${wanted[@]}"; do
  if [ "$one" = nuget ]; then build_nuget; else build_program "$one"; fi
done
(cd "$packages" && sha256sum -- * >SHA256SUMS)
say "artifacts/packages:"
(cd "$packages" && du -h -- * | awk '{ print "  " $0 }')
