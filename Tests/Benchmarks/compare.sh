#!/usr/bin/env bash
# The gateway beside other gateways and proxies on this machine: tables, ratios and what they are to be; README.md here
# says what is measured. Peers that are missing are fetched into .build-tools/peers; none is installed as a service.
#
# Arguments go to compare.py (--rounds N, --seconds N, --servers A,B, --loads A,B, --program FILE, --folder FOLDER);
# without --program the release build is made first.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/../..
source deploy/debian.sh
source Tests/Benchmarks/program.sh
source Tests/Benchmarks/peers/install.sh

packages=()
command -v python3 >/dev/null || packages+=(python3)
command -v wrk >/dev/null || packages+=(wrk)
install_missing "${packages[@]}"
case " $* " in *" -h "* | *" --help "*) exec python3 Tests/Benchmarks/compare.py --help ;; esac

install_peers
choose_program "$@"
exec python3 Tests/Benchmarks/compare.py "${arguments[@]}"
