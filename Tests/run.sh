#!/usr/bin/env bash
# The one test command: installs what the tests need, checks the format, builds without a warning of ours, runs all
# tests. Exit code 0 only if everything held. Arguments go to `swift test`:
#
#   Tests/run.sh                                   everything
#   Tests/run.sh --filter GatewayCoreTests         some of it
#
# Variables:
#   VINCI_TEST_SEEDS=N               seeds that each randomised test tries (or N-M, a part of a long campaign); each has
#                                    a default of its own
#   VINCI_TEST_SEED=N                only this seed, as a failing test printed it
#   VINCI_TEST_ROUNDS=N              rounds of each race for the last money of a budget
#   VINCI_TEST_KILLS=N               kills in each test that kills the running program; each has a default of its own
#   VINCI_TEST_WITHOUT_BROWSER=1     leave Chromium and Playwright out
#   VINCI_TEST_MINUTES=N             tests of one room that take longer are ended and fail (15)
#
# Compilers warn only about files that they compile: a second run on an unchanged checkout repeats no warning.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$(pwd -P)
# shellcheck source-path=SCRIPTDIR/..
source deploy/debian.sh
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

step() { printf '\n== %s  (%(%H:%M:%S)T)\n' "$1" -1; }

install_tools() {
    local packages=("${build_packages[@]}") modules=(requests)
    command -v python3 >/dev/null || packages+=(python3 python3-venv)
    command -v node >/dev/null || packages+=(nodejs)
    command -v openssl >/dev/null || packages+=(openssl)
    command -v strace >/dev/null || packages+=(strace)
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || packages+=(postgresql)
    if [[ -z ${VINCI_TEST_WITHOUT_BROWSER:-} ]]; then
        command -v chromium >/dev/null || packages+=(chromium fonts-dejavu-core)
        modules+=(playwright)
    fi
    install_missing "${packages[@]}"
    install_modules "${modules[@]}"
}

# Python modules go into an environment of the checkout's own: Debian's Python refuses to be changed by pip. Playwright
# drives Debian's Chromium, so it downloads no browser.
install_modules() {
    local tools=$root/.build-tools
    if [[ -x $tools/bin/python3 ]]; then PATH=$tools/bin:$PATH; fi
    if python3 -c "$(printf 'import %s\n' "$@")" 2>/dev/null; then return 0; fi
    echo "== installing Python modules: $*"
    python3 -c 'import ensurepip, venv' 2>/dev/null || install_missing python3-venv
    python3 -m venv --system-site-packages "$tools"
    PATH=$tools/bin:$PATH
    python3 -m pip install --quiet --disable-pip-version-check "$@"
}

build() {
    swift build --build-tests 2>&1 | tee "$logs/build"
    if grep -E "^$root/(Sources|Tests|Package\.swift).*: warning:" "$logs/build" | sort -u >"$logs/warnings"; then
        echo "Warnings in our own files:" >&2
        cat "$logs/warnings" >&2
        return 1
    fi
}

# One room after the other: thousands of sockets, processes and commits at once would test this machine's patience
# instead of the rules.
run_tests() {
    local status=0 room
    if (($# > 0)); then
        run_some "$@" || status=1
    else
        for room in $(rooms); do
            step "$room"
            run_some --filter "^$room\\." || status=1
        done
    fi
    step "summary"
    grep -E '✘|Test run with' "$logs/tests" || true
    return "$status"
}

# The chaos room comes last: it has the machine's processors busy for minutes.
rooms() {
    basename -a Tests/*Tests
    echo ChaosTests
}

# Shows failures and ends as they come; what hangs is named when its time is over.
run_some() {
    local minutes=${VINCI_TEST_MINUTES:-15}
    timeout --kill-after=10 "${minutes}m" stdbuf -oL swift test --skip-build --disable-xctest "$@" 2>&1 |
        tee "$logs/some" | grep -vE '^(◇|✔ Test case|✔ Test ")' || true
    cat "$logs/some" >>"$logs/tests"
    if ! grep -q 'Test run with' "$logs/some"; then
        echo "The tests did not come to their end, or took more than $minutes minutes. Begun and not ended:" >&2
        unfinished "$logs/some" >&2
    fi
    grep -qE '^✔ Test run with [1-9]' "$logs/some"
}

unfinished() {
    comm -23 <(sed -nE 's/^◇ Test (".*") started\.$/\1/p' "$1" | sort) \
        <(sed -nE 's/^(✔|✘) Test (".*")( with [0-9]+ test cases?)? (passed|failed) after .*/\2/p' "$1" | sort)
}

step "tools"
install_tools
require_swift
swift --version 2>&1 | sed -n 1p
step "format"
swift format lint -r --strict Sources Tests Package.swift
step "build"
build
step "tests"
run_tests "$@"
