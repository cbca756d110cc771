#!/usr/bin/env bash
# The gateway's memory: with thousands of clients that follow one job (streams), or after many jobs and polls (jobs); README.md
# here says what the figures mean.
#
# Arguments after the part's name go to streams.py or jobs.py (--program FILE, …); without --program the release build is
# made first.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/../..
source deploy/debian.sh
source Tests/Benchmarks/program.sh

part=${1:-}
case $part in
streams | jobs) shift ;;
*) echo "usage: Tests/Benchmarks/memory.sh streams|jobs [argument …]" >&2 && exit 2 ;;
esac
packages=()
command -v python3 >/dev/null || packages+=(python3)
command -v wrk >/dev/null || packages+=(wrk)
install_missing "${packages[@]}"
case " $* " in *" -h "* | *" --help "*) exec python3 "Tests/Benchmarks/$part.py" --help ;; esac

choose_program "$@"
# One file for each connection, here and in the gateway.
ulimit -n "$(ulimit -Hn)"
exec python3 "Tests/Benchmarks/$part.py" "${arguments[@]}"
