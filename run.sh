#!/usr/bin/env bash
# Builds, runs, tests and measures the federation node. See: ./run.sh help
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
root=$PWD
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
program=artifacts/federation/federation
run_dir=.run

# Debian installs nats-server into a folder that is not on the PATH of an ordinary user.
PATH=$PATH:/usr/sbin:/usr/local/sbin

# An empty value would override the configuration's address.
[ -n "${NATS_URL:-}" ] || unset NATS_URL

say() { printf '%s\n' "$*"; }
fail() { printf 'run.sh: %s\n' "$*" >&2; exit 1; }

help() {
  cat <<'END'
./run.sh [VERB]

  serve [OPTION]...  build the node, start a nats-server unless NATS_URL names one, and run config/server.conf (the default verb);
                     takes the options of "federation run", such as --set federation.admin.port=0
  demo               run two sites, each with its own nats-server: a sensor and an edge send to a hub, and the hub sends requests to
                     the edge; kill the hub or its nats-server, and see that no warning is lost or duplicated
  cluster            run three nodes as one federation, with a balancer, ten edges and a hub; kill a node, and another one dials the hub
  build              build the program: artifacts/federation/federation
  tools              install the programs that the tests use, and list those that cannot be installed here
  test               install the same programs, then build and run all tests; the last line is "N passed, M failed"
  package [nuget | RUNTIME]...
                     build the packages into artifacts/packages: the libraries, and the program for linux-x64, linux-arm64, linux-musl-x64,
                     osx-arm64 and win-x64; "package --check" tests the packages that have been built
  chaos [MINUTES] [SEED]
                     kill, freeze and cut processes and connections at random for MINUTES (10), while senders record every message:
                     the first half between senders and a stream, the second half between two streams that two nodes link
  fuzz [ENVELOPES] [SEED]
                     send ENVELOPES (10000000) valid, odd and broken envelopes, in random fragments, over several connections to an
                     in-memory bus, and check that every id gets exactly one correct answer
  chaos-cluster [KILLS] [SEED]
                     kill random nodes of a cluster, one after the other, KILLS times (20), while 30 dialled remotes record every
                     message
  bench [--quick | --link [--quick] [SETTING=VALUE]... | --jetstream | --control [IN_FLIGHT] | --fan-out | --idle |
         --micro [OPTION]...]
                     compare the node with a bare Kestrel loop, a Node.js receiver, bare publishers or (for requests to a peer) a bare
                     NATS responder; compare two nodes with a NATS leaf node and a stream source; send one subject to 10 peers;
                     measure idle connections; or measure single steps with BenchmarkDotNet and its options. The exit code is 1 if a
                     target is missed. Results: .run/bench
  help               print this text

NATS_URL   address of an existing NATS server to use
NATS_SERVER
           nats-server program to run (default: the one on the PATH or, if that is older than 2.10, the newest Debian package)
NO_NATS    if set, no nats-server is used
NATS_PORT  port of the nats-server that this script starts (default: 4222 or, if that is taken, any free port)
FEDERATION_PREVIOUS
           folder with the published programs of another version (tests/Federation.Actors.Samples.Asker, which includes federation);
           the tests compare with it instead of with the previous commit
END
}

quietly() {
  local log
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "failed: $*"
  fi
  rm -f "$log"
}

# Runs a build; prints each project once it is built, with the seconds so far.
with_progress() {
  local log begun=$SECONDS line
  log=$(mktemp)
  if ! "$@" --tl:off 2>&1 | tee "$log" | while IFS= read -r line; do
    case $line in
      *' -> '*.dll) line=${line%% -> *} && printf '%4d s  built %s\n' $((SECONDS - begun)) "${line##* }" ;;
      *Restored*.csproj*) line=${line%.csproj*} && printf '%4d s  packages of %s\n' $((SECONDS - begun)) "${line##*/}" ;;
    esac
  done; then
    cat "$log" >&2
    rm -f "$log"
    fail "failed: $*"
  fi
  rm -f "$log"
}

# Publishes a project into a folder, and shows progress if the folder does not exist yet.
publish() {
  local run=quietly
  [ -d "$2" ] || run=with_progress
  "$run" dotnet publish "$1" -c Release -o "$2"
}

need_dotnet() {
  command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: https://dotnet.microsoft.com/download"
  dotnet --list-sdks | grep -q '^1[0-9]\.' || fail "the .NET SDK is too old; version 10 is required: https://dotnet.microsoft.com/download"
}

# Installs Debian packages with apt-get, as root or with sudo. Sudo asks for a password only on a terminal.
install_packages() {
  local as_root='' package
  command -v apt-get >/dev/null || return 1
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || return 1
    as_root=sudo
    [ -t 0 ] || as_root='sudo -n'
  fi
  say "Installing with apt-get: $*"
  $as_root apt-get update -qq >/dev/null 2>&1 || return 1
  # Recommended packages are left out: one of them would start a prometheus-node-exporter. Packages are installed one by one, because an
  # unknown package prevents the installation of all others.
  for package; do
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 ||
      say "apt-get cannot install $package."
  done
}

# The programs that the tests use besides dotnet and nats-server: the program (or a library of Debian's Python), its Debian package, and
# the tests that are skipped without it. Those tests have the trait Needs with the same name.
test_tools='git git the comparison with the previous commit
openssl openssl the tests with certificates
haproxy haproxy the tests behind haproxy
nginx nginx the tests behind nginx
tmux tmux the tests on a terminal
prometheus prometheus the tests with a Prometheus server
promtool prometheus the tests of the alerts
faketime faketime the chaos tests with a changing clock
chromium chromium the tests of the dashboard in a browser
node nodejs the tests with Node.js clients
npm npm the tests with Node.js clients
python3-websockets python3-websockets the tests with Python clients
python3-websocket python3-websocket the tests with Python clients'

has() {
  case $1 in
    python3-*) /usr/bin/python3 -c "import ${1#python3-}" 2>/dev/null ;;
    chromium) command -v chromium || command -v chromium-browser || command -v google-chrome ;;
    *) command -v "$1" ;;
  esac >/dev/null
}

missing_packages() {
  local tool package tests
  while read -r tool package tests; do
    has "$tool" || say "$package"
  done <<<"$test_tools" | sort -u
}

# Installs missing programs. A program that cannot be installed is listed, also in not_tested, and its tests are excluded by without.
without=
not_tested=
get_tools() {
  local tool package tests packages line
  packages=$(missing_packages)
  [ -z "$packages" ] || install_packages $packages || true
  while read -r tool package tests; do
    if ! has "$tool"; then
      without="$without&Needs!=$tool"
      line="NOT TESTED: $tests; $tool is missing and cannot be installed here (Debian package $package)."
      say "$line"
      not_tested="$not_tested$line
"
    fi
  done <<<"$test_tools"
}

version_of() { "$1" --version 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+)+' | head -1; }

is_2_10() { [ "$(printf '%s\n' 2.10 "$(version_of "$1")" | sort -V | head -1)" = 2.10 ]; }

# Finds or downloads a nats-server, version 2.10 or later if possible, and puts its path into NATS_SERVER. Fails if there is none.
get_nats() {
  [ -z "${NO_NATS:-}" ] || return 1
  if [ -n "${NATS_SERVER:-}" ]; then
    has "$NATS_SERVER" || fail "there is no program $NATS_SERVER, which NATS_SERVER names"
    return 0
  fi
  local found
  found=$(command -v nats-server || true)
  if [ -z "$found" ] || ! is_2_10 "$found"; then
    if command -v apt-get >/dev/null; then
      found=$(tests/get-nats-server.sh newest) || found=$(command -v nats-server || true)
    elif command -v brew >/dev/null; then
      say "Installing nats-server: brew install nats-server"
      brew install --quiet nats-server || true
      found=$(command -v nats-server || true)
    fi
  fi
  [ -n "$found" ] || return 1
  is_2_10 "$found" || say "$found is version $(version_of "$found"); 2.10 or later is recommended."
  export NATS_SERVER=$found
}

need_nats() {
  get_nats || fail "cannot install nats-server here; download it from https://github.com/nats-io/nats-server/releases, and set NATS_SERVER to its path"
}

# Publishes the program, unless "./run.sh test" has already published it.
build() {
  [ -z "${FEDERATION_BUILT:-}" ] || return 0
  need_dotnet
  [ -x "$program" ] || say "First build; this takes 1 to 3 minutes."
  publish src/Federation.Actors.Host artifacts/federation
}

is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

nats_pids=
nats_pid=
nats_store=
passing_stores=
node_pid=
hub=
edge=
sensor=
ask=
check=

stop_nats() {
  local pid
  for pid in $nats_pids; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  nats_pids=
  for store in $passing_stores; do
    rm -rf "$store"
  done
}

# Starts a nats-server on a port if it is free (-1: any port). Puts its address into NATS_URL, its process id into nats_pid, and the folder
# of its streams into nats_store.
start_nats() {
  local port=$1 store=${2:-} ports tries=0
  if [ "$port" != -1 ] && is_taken "$port"; then
    say "Port $port is taken, so nats-server uses another port. To use the existing server, set NATS_URL."
    port=-1
  fi
  mkdir -p "$run_dir"
  if [ -z "$store" ] && [ "$port" = -1 ]; then
    # Another server may be using the permanent folder.
    store=$(mktemp -d "$run_dir/jetstream.XXXXXX")
    passing_stores="$passing_stores $store"
  fi
  nats_store=${store:-$run_dir/jetstream}
  ports=$(mktemp -d "$run_dir/ports.XXXXXX")
  # In its own process group, because Ctrl-C is for the node only: it still needs NATS while it drains.
  set -m
  "$NATS_SERVER" -a 127.0.0.1 -p "$port" -js -sd "$nats_store" --ports_file_dir "$ports" >>"$run_dir/nats-server.log" 2>&1 &
  nats_pid=$!
  set +m
  nats_pids="$nats_pids $nats_pid"
  until NATS_URL=$(cat "$ports"/*.ports 2>/dev/null | grep -o 'nats://127.0.0.1:[0-9]*' | head -1) && [ -n "$NATS_URL" ]; do
    kill -0 "$nats_pid" 2>/dev/null && [ $((tries += 1)) -le 100 ] || fail "nats-server did not start; see $run_dir/nats-server.log"
    sleep 0.1
  done
  rm -rf "$ports"
  export NATS_URL
}

serve() {
  build
  trap 'stop_nats' EXIT
  local arrives
  if [ -n "${NATS_URL:-}" ] || get_nats; then
    [ -n "${NATS_URL:-}" ] || start_nats "${NATS_PORT:-4222}"
    arrives="on the NATS subject federated.data at ${NATS_URL##*@}; the envelope is then acked"
  else
    say "nats-server cannot be installed here, so messages are printed instead. Set NATS_URL to use an existing server."
    arrives="below; the envelope is then acked"
    set -- --set 'federation.components.edge-in.ports.outputs=[{name=ws_data,subject=federated.data,type=local}]' "$@"
  fi
  say "Send to    ws://127.0.0.1:8081/ingest, one JSON envelope per message:"
  say "           {\"type\":\"data\",\"id\":\"1\",\"timestamp\":0,\"payload\":{\"hello\":\"world\"}}"
  say "Arrives    $arrives"
  say "Dashboard  http://127.0.0.1:9464/ in a browser; also /health and /metrics"
  say "Stop with  Ctrl-C; received messages are published and answered first"
  set -m
  "$program" run --config config/server.conf "$@" &
  node_pid=$!
  set +m
  trap 'kill -INT "$node_pid" 2>/dev/null || true' INT
  trap 'kill -TERM "$node_pid" 2>/dev/null || true' TERM HUP
  local code=0
  # wait returns at each signal; the node has ended when its process is gone.
  while true; do
    code=0
    wait "$node_pid" || code=$?
    kill -0 "$node_pid" 2>/dev/null || break
  done
  return "$code"
}

# Runs a command as a separate job, and prefixes its output with a name. Puts its process id into job.
start_job() {
  local name=$1
  shift
  set -m
  "$@" > >(while IFS= read -r line; do printf '%-6s | %s\n' "$name" "$line"; done) 2>&1 &
  job=$!
  set +m
}

stop_job() {
  if [ -n "$1" ]; then
    kill -TERM "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
  fi
}

# Ends a job that is a function, together with its child processes.
stop_function() {
  if [ -n "$1" ]; then
    kill -TERM -- "-$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
  fi
}

# The requests of the hub to the edge, in turn. Without a hub the program prints one line about that.
ask_edge() {
  while true; do
    ask_for "how are you?" status
    ask_for "only warnings and worse, please" subscribe --params '{"filter":{"path":"$.severity","operator":">=","value":"warning"}}'
    ask_for "no more than 5 a second, please" backpressure --params '{"rate_limit":5,"unit":"msg/sec"}'
    ask_for "as many a second as you like" backpressure --params '{"rate_limit":null,"unit":"msg/sec"}'
    ask_for "everything, please" subscribe --params '{"filter":null}'
  done
}

ask_for() {
  sleep "${DEMO_PAUSE:-8}"
  say "$1"
  shift
  "$program" request edge "$@" --config config/hub.conf || true
}

random_token() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# Publishes the sender and the counter of the demo and the cluster.
build_bench() {
  [ -n "${FEDERATION_BUILT:-}" ] || publish tests/Federation.Actors.Benchmarks artifacts/bench
}

demo() {
  need_dotnet
  need_nats
  build
  build_bench
  local ending='' code edge_nats hub_store='' hub_nats_pid=''
  trap 'ending=yes' INT TERM HUP
  trap 'stop_function "$ask"; stop_job "$sensor"; stop_job "$check"; stop_job "$edge"; stop_job "$hub"; stop_nats' EXIT
  local hub_nats=${NATS_URL:-}
  start_nats -1
  edge_nats=$NATS_URL
  if [ -n "$hub_nats" ]; then
    NATS_URL=$hub_nats
  else
    start_nats "${NATS_PORT:-4222}"
    hub_nats_pid=$nats_pid hub_store=$nats_store
  fi
  export HUB_PORT=${HUB_PORT:-8081}
  export HUB_URL=ws://127.0.0.1:$HUB_PORT/ingest
  EDGE_TOKEN=$(random_token)
  export EDGE_TOKEN
  say "sensor  publishes 200 messages a second to sensors.> on the edge's nats-server, $edge_nats"
  say "edge    config/edge.conf: receives them, dials the hub, and repeats each message until it is acked"
  say "hub     config/hub.conf: accepts the edge on $HUB_URL, and stores its messages in its stream hub on ${NATS_URL##*@}"
  say "check   reads that stream and counts missing and duplicate warnings; messages are numbered"
  say "ask     sends requests to the edge through the hub, such as: federation request edge status --config config/hub.conf"
  say "The dashboards are at http://127.0.0.1:${HUB_ADMIN_PORT:-9464}/ (hub) and http://127.0.0.1:${EDGE_ADMIN_PORT:-9465}/ (edge)."
  if [ -n "$hub_nats_pid" ]; then
    say "Kill the hub or its nats-server as often as you like, with kill -9 and the process ids below. Stop the demo with Ctrl-C."
    say "The hub's nats-server is process $hub_nats_pid."
  else
    say "Kill the hub as often as you like, with kill -9 and the process id below. Stop the demo with Ctrl-C."
  fi
  start_job check artifacts/bench/bench check "$NATS_URL" hub
  check=$job
  run_hub
  start_job edge env NATS_URL="$edge_nats" "$program" run --config config/edge.conf \
    --set federation.components.hub-link.egress.queue_size=100000
  edge=$job
  start_job sensor artifacts/bench/bench publish "$edge_nats" sensors 200
  sensor=$job
  start_job ask ask_edge
  ask=$job
  while [ -z "$ending" ]; do
    # Hides the message of bash about a killed job; a clearer one follows.
    { sleep 0.5 || true; } 2>/dev/null
    [ -z "$ending" ] || break
    if [ -n "$hub_nats_pid" ] && ! kill -0 "$hub_nats_pid" 2>/dev/null; then
      say "The hub's nats-server has ended; it restarts in ${DEMO_PAUSE:-5} s."
      sleep "${DEMO_PAUSE:-5}" || true
      [ -z "$ending" ] || break
      start_nats "${NATS_URL##*:}" "$hub_store"
      hub_nats_pid=$nats_pid
      say "The hub's nats-server is process $hub_nats_pid."
    fi
    if ! kill -0 "$hub" 2>/dev/null; then
      code=0
      wait "$hub" 2>/dev/null || code=$?
      # Its port is taken or its settings are wrong. A restart would fail in the same way, and the edge would connect to another node.
      [ "$code" != 2 ] || fail "the hub cannot start; free its ports, or set HUB_PORT, HUB_ADMIN_PORT and EDGE_ADMIN_PORT"
      say "The hub has ended with code $code; it restarts in 2 s."
      sleep 2 || true
      run_hub
    fi
  done
  say "Stopping: the sensor ends, and the remaining messages arrive."
  stop_function "$ask"
  ask=
  "$program" request edge backpressure --params '{"rate_limit":null,"unit":"msg/sec"}' --config config/hub.conf >/dev/null 2>&1 || true
  stop_job "$sensor"
  sensor=
  # It ends by itself after the last message.
  for _ in $(seq 150); do
    kill -0 "$check" 2>/dev/null || { check='' && break; }
    sleep 0.1 || true
  done
  [ -z "$check" ] || say "The last message did not arrive within 15 s."
}

# The hub of the demo stores the messages of its edge in a stream, which survives a restart of its nats-server.
run_hub() {
  start_job hub "$program" run --config config/hub.conf --set 'federation.components.edges.ports.outputs=[
    { name = ws_data, subject = hub.data, type = jetstream, stream { name = hub, create = true } }
    { name = ws_control, subject = hub.control, type = nats } ]'
  hub=$job
  say "The hub is process $hub."
}

get_haproxy() {
  has haproxy && return 0
  if command -v brew >/dev/null; then
    brew install --quiet haproxy || true
  else
    install_packages haproxy || true
  fi
  has haproxy
}

jobs_of_cluster=

stop_cluster() {
  local pid
  for pid in $jobs_of_cluster; do
    kill -TERM "$pid" 2>/dev/null || true
  done
  for pid in $jobs_of_cluster; do
    wait "$pid" 2>/dev/null || true
  done
  stop_nats
}

start_member() {
  start_job "$@"
  jobs_of_cluster="$jobs_of_cluster $job"
}

cluster() {
  need_dotnet
  need_nats
  get_haproxy || fail "cannot install haproxy here; download it from https://www.haproxy.org"
  build
  build_bench
  local ending='' plant_nats site_nats n
  trap 'ending=yes' INT TERM HUP
  trap 'stop_cluster' EXIT
  unset NATS_URL
  start_nats -1
  site_nats=$NATS_URL
  start_nats -1
  plant_nats=$NATS_URL
  start_nats -1
  EDGE_TOKEN=$(random_token)
  export EDGE_TOKEN
  say "sensor  publishes 200 messages a second to sensors.> on the edges' nats-server, $site_nats"
  say "edges   config/cluster-edges.conf: ten edges that divide the messages among them and dial the balancer; http://127.0.0.1:9474/"
  say "balance config/haproxy.cfg: forwards connections to a ready node; ws://127.0.0.1:8090/ingest"
  for n in 1 2 3; do
    say "node-$n  config/cluster-$n.conf: accepts edges on port 809$n, publishes to plant.data.> on $plant_nats; http://127.0.0.1:947$n/"
  done
  say "hub     config/hub.conf: accepts one of the nodes, and publishes to hub.data on $NATS_URL; http://127.0.0.1:9464/"
  say "watch   counts the messages that arrive there"
  start_member watch artifacts/bench/bench watch "$NATS_URL" hub.data
  start_member hub "$program" run --config config/hub.conf
  for n in 1 2 3; do
    start_member "node-$n" env NATS_URL="$plant_nats" "$program" run --config "config/cluster-$n.conf"
    say "node-$n is process $job."
  done
  start_member balance haproxy -db -f config/haproxy.cfg
  start_member edges env NATS_URL="$site_nats" "$program" run --config config/cluster-edges.conf
  start_member sensor artifacts/bench/bench publish "$site_nats" sensors 200
  say "Kill a node by its process id, with or without -9: another node dials the hub. Stop everything with Ctrl-C."
  while [ -z "$ending" ]; do
    sleep 1 || true
  done
  say "Stopping."
}

# Builds the programs of the previous commit, once, for the tests that run them in one cluster with the current ones. The build needs its
# own folder, because the Directory.*.props here do not apply to it. The sample that sends them requests is the current one, because the
# previous commit may not have it.
build_previous() {
  local commit made=artifacts/previous asker=tests/Federation.Actors.Samples.Asker source git
  git=(git -c safe.directory="$root")
  # Also skipped if this is a folder in another repository.
  if [ -n "$("${git[@]}" rev-parse --show-prefix || say none)" ] || ! commit=$("${git[@]}" rev-parse --verify --quiet 'HEAD^1^{commit}'); then
    rm -rf "$made"
    return 0
  fi
  commit="$commit $(cat $asker/*.cs* | cksum)"
  [ "$(cat $made/commit 2>/dev/null)" != "$commit" ] || return 0
  rm -rf "$made"
  source=$(mktemp -d)
  "${git[@]}" archive "${commit%% *}" | tar -x -C "$source"
  rm -rf "${source:?}/$asker"
  mkdir -p "$made" "$source/$asker"
  cp $asker/*.cs* "$source/$asker"
  if (cd "$source" && dotnet publish "$asker" -c Release -o "$root/$made/programs" -p:RunAnalyzers=false) >"$made/log" 2>&1; then
    printf '%s' "$commit" >"$made/commit"
  else
    rm -rf "$made/programs"
    say "The previous commit does not build; see $made/log"
  fi
  rm -rf "$source"
}

# Runs a test project with these options, and appends its output to the log. A project that ends before its tests counts as failed.
run_project() {
  local output
  output=$(mktemp)
  nice -n "${gives_way:-0}" dotnet test -c Release --no-build --blame-hang-timeout 4m "$@" 2>&1 | tee "$output" ||
    grep -q "^Failed!" "$output" || say "Failed! - Failed: 1, Passed: 0: $1 ended before its tests did" | tee -a "$output"
  cat "$output" >>"$log"
  rm -f "$output"
}

# Runs some integration tests with the newest server beside others, and prints their output at the end.
run_aside() {
  local output title=$1
  shift
  output=$(mktemp)
  say "nats-server $(version_of "$NATS_SERVER"): $title" >"$output"
  run_project tests/Federation.Actors.IntegrationTests "$@" >>"$output"
  cat "$output"
  rm -f "$output"
}

tools() {
  get_tools
  if ! get_nats; then
    say "nats-server is missing and cannot be installed here; ./run.sh test does not run without it."
  elif [ -z "$not_tested" ]; then
    say "All programs that the tests use are installed."
  fi
}

run_tests() {
  need_dotnet
  need_nats
  local passed failed
  get_tools
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  # Most of these processes are too short to gain from recompiled code. Without it, build and tests take two thirds of the time.
  export DOTNET_TieredPGO=0
  # Pages that are never both writable and executable cost each process a sixth of its start.
  export DOTNET_EnableWriteXorExecute=0
  # Nor do they gain from code that is compiled again at once, the setting of the program.
  export DOTNET_TC_CallCountingDelayMs=64
  # One compiler for all projects; it ends with the build.
  export UseSharedCompilation=true
  local previous
  [ -n "${FEDERATION_PREVIOUS:-}" ] || build_previous &
  previous=$!
  dotnet build Federation.Actors.sln -c Release -warnaserror -p:RunAnalyzers=true
  build
  build_bench
  export FEDERATION_BUILT=yes FEDERATION=$root/$program
  wait "$previous" || say "The previous commit could not be built; the tests that need it fail."
  if [ -z "${FEDERATION_PREVIOUS:-}" ] && [ ! -d artifacts/previous ]; then
    say "There is no previous commit here (a shallow clone needs a depth of 2): tests of two versions in one cluster use the current one twice."
    quietly dotnet publish tests/Federation.Actors.Samples.Asker -c Release -o artifacts/previous/programs
  fi
  dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1 || true
  run_project tests/Federation.Actors.Tests
  local newest=$NATS_SERVER version untested= aside= gives_way=
  # The tests of a cluster mostly wait, and members that get no processor in time are taken for dead: the others give way to them.
  run_aside "the integration tests of a cluster" --filter "Alone=Yes$without" &
  aside=$!
  gives_way=5
  say "nats-server $(version_of "$newest"): all integration tests except those of a cluster"
  run_project tests/Federation.Actors.IntegrationTests --filter "Alone!=Yes$without"
  for version in 2.10 2.9; do
    if ! NATS_SERVER=$(tests/get-nats-server.sh "$version"); then
      untested="$untested $version"
    elif [ "$NATS_SERVER" != "$newest" ]; then
      say "nats-server $(version_of "$NATS_SERVER"): the integration tests that depend on the server"
      run_project tests/Federation.Actors.IntegrationTests --filter "Servers=All$without"
    fi
  done
  wait "$aside"
  [ -z "$untested" ] || say "NOT TESTED: nats-server$untested cannot be downloaded here; see above."
  read -r passed failed < <(awk '
    /^(Passed|Failed)! +- Failed:/ { for (i = 1; i < NF; i++) { if ($i == "Failed:") failed += $(i + 1); if ($i == "Passed:") passed += $(i + 1) } }
    END { print passed + 0, failed + 0 }' "$log")
  printf '%s' "$not_tested"
  say "$passed passed, $failed failed"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

package() {
  need_dotnet
  if [ "${1:-}" = --check ]; then
    need_nats
    quietly dotnet build tests/Federation.Actors.IntegrationTests -c Release
    dotnet test tests/Federation.Actors.IntegrationTests -c Release --no-build --filter FullyQualifiedName~IntegrationTests.Packages
  else
    build
    config/packages/package.sh "$@"
  fi
}

chaos() {
  need_dotnet
  need_nats
  quietly dotnet build tests/Federation.Actors.IntegrationTests -c Release
  local watcher
  mkdir -p "$run_dir"
  export CHAOS_MINUTES=${1:-10} CHAOS_SEED=${2:-$RANDOM} CHAOS_PROGRESS=$root/$run_dir/chaos.progress
  : >"$CHAOS_PROGRESS"
  say "Injecting random faults for $CHAOS_MINUTES minutes, seed $CHAOS_SEED; one line per fault."
  tail -n +1 -f "$CHAOS_PROGRESS" &
  watcher=$!
  local code=0
  dotnet test tests/Federation.Actors.IntegrationTests -c Release --no-build --filter "FullyQualifiedName~Everything_at_random|FullyQualifiedName~HubKilledTests" || code=$?
  sleep 1
  kill "$watcher"
  return "$code"
}

fuzz() {
  need_dotnet
  quietly dotnet build tests/Federation.Actors.Tests -c Release
  export FUZZ_ENVELOPES=${1:-10000000} FUZZ_SEED=${2:-$RANDOM}
  say "Sending $FUZZ_ENVELOPES envelopes, seed $FUZZ_SEED."
  dotnet test tests/Federation.Actors.Tests -c Release --no-build --filter FullyQualifiedName~Every_id_gets --logger "console;verbosity=detailed"
}

chaos_cluster() {
  need_dotnet
  need_nats
  quietly dotnet build tests/Federation.Actors.IntegrationTests -c Release
  local watcher
  mkdir -p "$run_dir"
  export CHAOS_KILLS=${1:-20} CHAOS_SEED=${2:-$RANDOM} CHAOS_PROGRESS=$root/$run_dir/chaos-cluster.progress
  : >"$CHAOS_PROGRESS"
  say "Killing $CHAOS_KILLS nodes, seed $CHAOS_SEED; one line per kill."
  tail -n +1 -f "$CHAOS_PROGRESS" &
  watcher=$!
  local code=0
  dotnet test tests/Federation.Actors.IntegrationTests -c Release --no-build --filter FullyQualifiedName~ClusterTests.A_node_is_killed || code=$?
  sleep 1
  kill "$watcher"
  return "$code"
}

bench() {
  need_dotnet
  need_nats
  build
  quietly dotnet build tests/Federation.Actors.Benchmarks -c Release
  FEDERATION=$root/$program dotnet run --project tests/Federation.Actors.Benchmarks -c Release --no-build -- "$@"
}

verb=${1:-serve}
[ $# -eq 0 ] || shift
case $verb in
  serve) serve "$@" ;;
  demo) demo ;;
  build) build && say "$program" ;;
  tools) tools ;;
  test) run_tests ;;
  cluster) cluster ;;
  package) package "$@" ;;
  chaos) chaos "$@" ;;
  chaos-cluster) chaos_cluster "$@" ;;
  fuzz) fuzz "$@" ;;
  bench) bench "$@" ;;
  help | -h | --help) help ;;
  *) help >&2; fail "no such verb: $verb" ;;
esac
