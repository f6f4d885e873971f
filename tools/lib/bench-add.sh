# Sourced by tools/bench: what it costs to add, prove and list, beside the peers of ../shared/peers/datasets.

# Says what share of the second time the first one is, in seconds.
ratio() { echo "$1 $2" | awk -v what="${3:-of it}" '{ printf "%-28s %8.2f %s\n", "", $1 / $2, what }'; }

least() { printf '%s\n' "$@" | sort -n | head -1; }

# Puts the CPU seconds of a peer's case into `peer`, and shows the case. Nothing where Python lacks the peer.
peer_cpu() {
    convert_peer "$1" | tee "$place/peer"
    peer="$(sed -n 's/.* \([0-9.]*\) ms CPU.*/\1/p' "$place/peer" | awk '{ print $1 / 1000 }')"
}

# The median of fifteen runs, in milliseconds.
median_start() {
    local label="$1"
    shift
    for _ in $(seq 15); do
        local before after
        before="$(date +%s%N)"
        "$@" >/dev/null
        after="$(date +%s%N)"
        echo $((after - before))
    done | sort -n | awk -v label="$label" '{ run[NR] = $1 / 1e6 }
        END { printf "%-28s %8.1f ms: median of %d; %.1f to %.1f\n", label, run[int((NR + 1) / 2)], NR, run[1], run[NR] }'
}

# A store of its own in a folder, made anew.
fresh_store() {
    rm -rf "$place/$1"
    mkdir "$place/$1"
    cd "$place/$1"
    "$ds" init >&2
}

bench_add() {
    local corpus="${DS_BENCH_DIR:-$place/corpus}" peer file
    local -a ours peers
    mkdir -p "$corpus"
    export DS_BENCH_DIR="$corpus" DS_RESULTS="$place/results.jsonl"
    if [ ! -d "$corpus/small" ]; then python3 "$here/../shared/peers/datasets/gen_corpus.py" >&2; fi
    # Read once, so that all find them in memory.
    cat "$corpus"/corpus.json* >"$place/output"
    for file in corpus.jsonl corpus.json; do
        ours=() peers=()
        # In turns, and the least of each counts: a new file's first pages are the system's work, which varies most.
        for _ in 1 2 3; do
            fresh_store added
            measure "ds add $file" "$ds" add "$corpus/$file"
            ours+=("$cpu")
            # Which parses, and keeps nothing.
            peer_cpu polars_ndjson_1t
            [ -z "$peer" ] || peers+=("$peer")
        done
        [ ${#peers[@]} -eq 0 ] || ratio "$(least "${ours[@]}")" "$(least "${peers[@]}")"
    done
    convert_peer pyarrow_json_1t
    measure "ds verify" "$ds" verify
    measure "sha1sum" sha1sum "$corpus/corpus.jsonl"
    median_start "ds --version" "$ds" --version
    median_start "ds list" "$ds" list
    if command -v dvc >/dev/null; then median_start "dvc --version" dvc --version; fi
    add_second_version "$corpus/corpus.jsonl"
    add_ten_times "$corpus/corpus.jsonl"
    add_small_files "$corpus/small"
}

# One row in a hundred is another one, scattered over the file.
add_second_version() {
    local before after
    fresh_store versions
    cp "$1" rows.jsonl
    "$ds" add rows.jsonl >&2
    before="$(du -sb .ds/objects | cut -f1)"
    awk 'NR % 100 == 0 { sub(/^\{/, "{\"changed\": true, ") } { print }' "$1" >rows.jsonl
    measure "ds add a second version" "$ds" add rows.jsonl
    after="$(du -sb .ds/objects | cut -f1)"
    echo "$before $after" | awk '{ printf "%-28s %8.2f %% more disk\n", "", 100 * ($2 - $1) / $1 }'
}

# Rows that no other copy has, or they would be kept once.
add_ten_times() {
    local copy
    local -a once=() tenfold=() once_user=() tenfold_user=()
    # Other rows, and as long.
    for copy in 0 1 2 3 4 5 6 7 8 9; do sed "s/\"sft-/\"s${copy}t-/" "$1"; done >"$place/tenfold.jsonl"
    for _ in 1 2 3; do
        fresh_store once
        measure "ds add 200,000 rows" "$ds" add "$1"
        once+=("$cpu")
        once_user+=("$user")
        fresh_store tenfold
        measure "ds add ten times as many" "$ds" add "$place/tenfold.jsonl"
        tenfold+=("$cpu")
        tenfold_user+=("$user")
    done
    ratio "$(least "${tenfold[@]}")" "$(least "${once[@]}")"
    # Without the system's part: a guest's host may take longer to find a gigabyte of pages than all the rest takes.
    ratio "$(least "${tenfold_user[@]}")" "$(least "${once_user[@]}")" "of it in user mode"
    measure "ds verify" "$ds" verify
    rm -rf "$place/tenfold.jsonl" "$place/tenfold"
}

add_small_files() {
    local ours
    find "$1" -type f -exec cat {} + >"$place/output"
    fresh_store small
    measure "ds add of 10,000 files" "$ds" add "$1"
    ours="$wall"
    measure "git add of them" env GIT_CONFIG_GLOBAL=/dev/null sh -c \
        'git init -q "$1" && cp -r "$2" "$1" && cd "$1" && git add .' git-add "$place/git" "$1"
    ratio "$ours" "$wall"
}
