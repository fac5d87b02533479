# Sourced by ./run, ./test and ./bench: installs and builds with progress, so that each can hand over to tess.
# The caller has set `root`, and `steps` to how many steps it announces.
set -euo pipefail
cd "$root"
out=$root/out
tess=$out/host-release/tools/tess/tess
step_number=0
mkdir -p "$out/log"

# step TEXT LOG COMMAND...: shows what runs, how far and how long; the command's output only when it fails.
step() {
    local log=$out/log/$2.log start=$SECONDS counter='' status=0
    step_number=$((step_number + 1))
    local line="[$step_number/$steps] $1"
    : >"$log"
    if [ -t 2 ]; then
        show_progress "$line" "$log" &
        counter=$!
        trap 'kill $counter 2>/dev/null || true' EXIT
    fi
    "${@:3}" >"$log" 2>&1 </dev/null || status=$?
    [ -z "$counter" ] || { kill "$counter" && wait "$counter" || true; } 2>/dev/null
    if [ -t 2 ]; then printf '\r\033[K' >&2; fi
    echo "$line … $((SECONDS - start)) s" >&2
    [ $status = 0 ] || give_up "$log" $status
}

# Rewrites one line of the terminal each second; the fraction is ninja's last.
show_progress() {
    local start=$SECONDS far
    while :; do
        far=$(tail -c 2000 "$2" | grep -o '^\[[0-9]*/[0-9]*\]' | tail -n 1 || true)
        printf '\r\033[K%s %s … %d s' "$1" "$far" $((SECONDS - start)) >&2
        sleep 1
    done
}

# What a person needs of a failed step: the compiler's errors, or the end of what was printed.
give_up() {
    [ $2 != 3 ] || { cat "$1" >&2; exit 3; }
    { grep -A 5 -m 5 -E 'error:|FAILED' "$1" || tail -n 20 "$1"; } >&2
    echo "this step failed; all of its output is in ${1#"$root"/}" >&2
    exit 1
}

# build PRESET [TARGET...]: configures only what never was, or what was configured in another folder.
build() {
    local folder=$out/$1
    grep -sqx "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt" || rm -rf "$folder"
    [ -f "$folder/build.ninja" ] || cmake --preset "$1"
    ninja -C "$folder" "${@:2}"
}

# check_options USAGE ARGUMENT...: an option that the usage does not name ends here, before anything is installed.
check_options() {
    local usage=$1 argument
    for argument in "${@:2}"; do
        case $argument in
        -h | --help) echo "$usage" && exit 0 ;;
        --) return ;;
        -*) grep -q -e "[[ ]${argument%%=*}[] =]" <<<"$usage " || {
            printf 'unknown option: %s\n%s\n' "$argument" "$usage" >&2
            exit 2
        } ;;
        esac
    done
}
