# Sourced by tools/build: Debian's small libraries as archives, so that they become a part of the program.

# What ds takes from each is little, and the loader's work for a shared one is the same for a little as for all of it. The
# others stay shared: libarchive needs ten more, and Debian has no archive of libsimdjson.
static_libraries=(crypto zstd lz4 z brotlidec brotlienc brotlicommon snappy sqlite3)
# The descriptions in which Package.swift finds them.
static_packages=(libcrypto libzstd liblz4 zlib libbrotlidec)

# static_library_options FOLDER: makes a folder of the archives that the system has, and puts the options for
# `swift build` into the array `options`. Where the system lacks one, the shared library is linked as ever.
static_library_options() {
    local folder="$1" library archive package description exclude=()
    rm -rf "$folder"
    mkdir -p "$folder/pkgconfig"
    for library in "${static_libraries[@]}"; do
        archive="$(cc -print-file-name="lib$library.a" 2>/dev/null || true)"
        [ -f "$archive" ] || continue
        ln -s "$(realpath "$archive")" "$folder/lib$library.a"
        exclude+=("lib$library.a")
    done
    [ ${#exclude[@]} -gt 0 ] || return 0
    # The linker takes the first folder that has a library: here it is named before the system's.
    for package in "${static_packages[@]}"; do
        description="$(pkg-config --variable=pcfiledir "$package" 2>/dev/null || true)/$package.pc"
        [ -f "$description" ] || continue
        sed "s#^libdir=.*#libdir=$folder#" "$description" >"$folder/pkgconfig/$package.pc"
    done
    # A shared library names those that it needs; an archive does not.
    if [ -e "$folder/libbrotlienc.a" ]; then options+=(-Xlinker -lbrotlicommon); fi
    # libarchive has its own libraries, and is not to be given ours.
    options+=(--pkg-config-path "$folder/pkgconfig" -Xlinker "--exclude-libs=$(IFS=:; echo "${exclude[*]}")")
}
