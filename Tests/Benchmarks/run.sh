#!/usr/bin/env bash
# Measures the gateway beside nginx as a plain proxy, on this machine and in one run, and prints a table. README.md here
# says what the figures mean. Arguments go to benchmark.py (--rounds N, --seconds N, --program FILE); without --program
# the release build is made first.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/../..
source deploy/debian.sh

# Installing Debian's package would start a web server: only the program is wanted, so the package is just unpacked.
fetch_nginx() {
    local folder=$PWD/.build-tools/nginx
    PATH=$PATH:/usr/sbin:$folder/usr/sbin
    if command -v nginx >/dev/null; then return 0; fi
    echo "== fetching nginx"
    mkdir -p "$folder"
    (cd "$folder" && apt-get -q download nginx && dpkg -x nginx_*.deb .)
}

packages=()
command -v python3 >/dev/null || packages+=(python3)
command -v wrk >/dev/null || packages+=(wrk)
install_missing "${packages[@]}"
fetch_nginx

case " $* " in
*" --program"*) ;;
*)
    require_swift
    install_missing "${build_packages[@]}"
    swift build -c release --product vinci-gateway
    set -- --program "$(swift build -c release --show-bin-path)/vinci-gateway" "$@"
    ;;
esac
exec python3 Tests/Benchmarks/benchmark.py "$@"
