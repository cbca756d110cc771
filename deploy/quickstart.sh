#!/usr/bin/env bash
# Builds the gateway and shows it at work on a simulated Vinci: no key, no cost, nothing installed but what a build
# needs. From any folder:
#
#   deploy/quickstart.sh           the demo: one order step by step, then it keeps serving until Ctrl-C
#   deploy/quickstart.sh --once    ends after the order; exit code 0 if every step held
#
# All arguments go to `vinci-gateway demo` (--public-port N, --admin-port N, --keep DIR).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source-path=SCRIPTDIR/..
source deploy/debian.sh

install_missing "${build_packages[@]}"
require_swift
echo "== building (the first time takes about 6 minutes on 2 cores)"
swift build -c release --product vinci-gateway --static-swift-stdlib
program=$(swift build -c release --show-bin-path)/vinci-gateway
echo "== $program demo $*"
exec "$program" demo "$@"
