# shellcheck shell=bash
# Sourced by the benchmarks, after deploy/debian.sh; does nothing by itself.

# Sets `arguments` to those given, and in front of them the release build as it is shipped, unless they name a
# --program themselves.
# shellcheck disable=SC2034,SC2154
choose_program() {
    arguments=("$@")
    case " $* " in *" --program"*) return 0 ;; esac
    require_swift
    install_missing "${build_packages[@]}"
    swift build -c release --product vinci-gateway --static-swift-stdlib
    arguments=(--program "$(swift build -c release --show-bin-path)/vinci-gateway" "$@")
}
