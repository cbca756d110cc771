#!/usr/bin/env bash
# Measures the gateway on this machine and prints tables; README.md here says what the figures mean.
#
#   run.sh            beside nginx as a plain proxy, in one run (benchmark.py)
#   run.sh durable    durable orders on both engines, with an empty store and with a long past (durable.py)
#
# Further arguments go to the Python file (--rounds N, --seconds N, --program FILE); without --program the release build is
# made first.
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

measurement=benchmark.py
packages=()
if [[ ${1:-} == durable ]]; then
    measurement=durable.py
    shift
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || packages+=(postgresql)
    command -v strace >/dev/null || packages+=(strace)
else
    fetch_nginx
fi
command -v python3 >/dev/null || packages+=(python3)
command -v wrk >/dev/null || packages+=(wrk)
install_missing "${packages[@]}"

case " $* " in
*" --program"*) ;;
*)
    require_swift
    install_missing "${build_packages[@]}"
    swift build -c release --product vinci-gateway
    set -- --program "$(swift build -c release --show-bin-path)/vinci-gateway" "$@"
    ;;
esac
exec python3 "Tests/Benchmarks/$measurement" "$@"
