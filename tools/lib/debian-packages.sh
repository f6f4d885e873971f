# Sourced by the scripts beside it: installs Debian packages that are missing.

# install_packages NAME...: asks apt only for what dpkg does not have, and sudo only if not root.
install_packages() {
    local lacking=() package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || lacking+=("$package")
    done
    [ ${#lacking[@]} -gt 0 ] || return 0
    local become=()
    [ "$(id -u)" -eq 0 ] || become=(sudo)
    echo "installing ${lacking[*]}" >&2
    "${become[@]}" apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive "${become[@]}" apt-get install -y -qq --no-install-recommends "${lacking[@]}" >&2
}

# What Package.swift names as providers.
install_build_packages() {
    install_packages libxxhash-dev libssl-dev libsqlite3-dev libopenblas0 libarchive-dev libsimdjson-dev \
        libzstd-dev liblz4-dev libsnappy-dev zlib1g-dev libbrotli-dev
}
