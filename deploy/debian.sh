# shellcheck shell=bash
# Sourced by the scripts that need Debian packages; does nothing by itself.

# What a build needs beside Swift: SQLite's headers, and libpq's, whose pkg-config file asks for OpenSSL's.
# shellcheck disable=SC2034
build_packages=(libsqlite3-dev libpq-dev libssl-dev pkg-config)

# Installs those of the named packages that are missing, and says so. Elsewhere than on Debian it only names them.
install_missing() {
    local package missing=() as_root=()
    (($# > 0)) || return 0
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        echo "Not a Debian system: please see to it that the equivalents of these are installed: $*" >&2
        return 0
    fi
    for package in "$@"; do
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true) == installed ]] ||
            missing+=("$package")
    done
    ((${#missing[@]} > 0)) || return 0
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            echo "Missing packages, and no sudo to install them with. As root: apt-get install ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    echo "== installing missing Debian packages: ${missing[*]}"
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
    # The lists of a fresh machine may be absent or old: they are fetched only when the first try fails.
    "${apt[@]}" install -y --no-install-recommends "${missing[@]}" ||
        { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${missing[@]}"; }
}

# Ends with clear words unless a Swift toolchain is there that can read Package.swift. Run in the package's folder.
require_swift() {
    local needed found
    needed=$(sed -n '1s|^// swift-tools-version: *||p' Package.swift)
    if ! command -v swift >/dev/null; then
        echo "Swift $needed or newer is needed, and there is no 'swift' on the PATH." >&2
        echo "Install it from https://www.swift.org/install/linux/ and run this again." >&2
        return 1
    fi
    found=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p')
    if [[ $(printf '%s\n' "$needed" "$found" | sort -V | head -n 1) != "$needed" ]]; then
        echo "Swift $needed or newer is needed; 'swift' on the PATH is ${found:-of unknown version}." >&2
        echo "Install a newer one from https://www.swift.org/install/linux/ and run this again." >&2
        return 1
    fi
}
