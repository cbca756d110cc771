#!/usr/bin/env bash
# Durable orders on this machine: how many and how fast on both engines, with an empty store and with a long past;
# README.md here says what the figures mean.
#
# Arguments go to durable.py (--rounds N, --seconds N, --engines A,B, --program FILE); without --program the release
# build is made first.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/../..
source deploy/debian.sh
source Tests/Benchmarks/program.sh

packages=()
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || packages+=(postgresql)
command -v strace >/dev/null || packages+=(strace)
command -v python3 >/dev/null || packages+=(python3)
command -v wrk >/dev/null || packages+=(wrk)
install_missing "${packages[@]}"
case " $* " in *" -h "* | *" --help "*) exec python3 Tests/Benchmarks/durable.py --help ;; esac

choose_program "$@"
exec python3 Tests/Benchmarks/durable.py "${arguments[@]}"
