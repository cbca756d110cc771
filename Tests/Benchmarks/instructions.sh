#!/usr/bin/env bash
# How many instructions the gateway runs for one poll and for one order, and in which functions; README.md here says what the
# figures mean.
#
# Arguments go to instructions.py (--loads A,B, --seconds N, --functions N, --program FILE); without --program the release
# build is made first.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/../..
source deploy/debian.sh
source Tests/Benchmarks/program.sh

packages=()
command -v python3 >/dev/null || packages+=(python3)
command -v wrk >/dev/null || packages+=(wrk)
command -v valgrind >/dev/null || packages+=(valgrind)
install_missing "${packages[@]}"
case " $* " in *" -h "* | *" --help "*) exec python3 Tests/Benchmarks/instructions.py --help ;; esac

choose_program "$@"
exec python3 Tests/Benchmarks/instructions.py "${arguments[@]}"
