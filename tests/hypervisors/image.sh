# Sourced by the scripts that make images of hosts: initial RAM disks of programs, their libraries and kernel modules.
# The caller has set `root`, the top of the tree.
set -euo pipefail

# put_program DESTINATION SOURCES PATH...: copies programs, with the shared libraries they need, out of SOURCES: a folder of
# unpacked packages, or "" for this machine. Libraries that are not there are this machine's.
put_program() {
    local destination=$1 sources=$2 path library
    local paths=$sources/usr/lib/x86_64-linux-gnu:$sources/lib/x86_64-linux-gnu
    shift 2
    for path in "$@"; do
        install -D "$sources$path" "$destination$path"
        LD_LIBRARY_PATH=$paths ldd "$sources$path" | grep -o '/[^ ]*' | while read -r library; do
            case $library in
            */ld-linux-x86-64.so.2) install -D "$library" "$destination/lib64/ld-linux-x86-64.so.2" ;;
            *) install -D "$library" "$destination/lib/x86_64-linux-gnu/${library##*/}" ;;
            esac
        done
    done
}

# put_modules DESTINATION SOURCES NAME...: copies kernel modules, unpacked, into DESTINATION/modules.
put_modules() {
    local destination=$1 sources=$2 name file
    shift 2
    mkdir -p "$destination/modules"
    for name in "$@"; do
        file=$(find "$sources/lib/modules" -name "$name.ko" -o -name "$name.ko.xz")
        case $file in
        *.xz) xz -dc "$file" >"$destination/modules/$name.ko" ;;
        *.ko) cp "$file" "$destination/modules/" ;;
        *) echo "no module $name in $sources" >&2 && return 1 ;;
        esac
    done
}

# put_busybox DESTINATION: a shell and what goes with it.
put_busybox() {
    mkdir -p "$1"/{bin,dev,proc,sys,tmp,run,etc,var/log}
    cp "$root/out/packages/kvm/bin/busybox" "$1/bin/"
    local name
    for name in $("$1/bin/busybox" --list); do
        [ "$name" = busybox ] || ln -sf busybox "$1/bin/$name"
    done
}

# pack_image FOLDER FILE: the folder as the kernel's archive of files ("newc" of cpio).
pack_image() {
    (cd "$1" && find . | LC_ALL=C sort | "$root/out/packages/kvm/bin/busybox" cpio -o -H newc -R 0:0) >"$2" 2>/dev/null
}

# is_fresh FILE SOURCE...: whether FILE is newer than all it is made from.
is_fresh() {
    local file=$1 source
    shift
    [ -e "$file" ] || return 1
    for source in "$@"; do
        [ "$file" -nt "$source" ] || return 1
    done
}
