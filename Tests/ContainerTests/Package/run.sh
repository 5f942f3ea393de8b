#!/bin/sh
# Tests the package on a clean Debian: run.sh PROGRAM FOLDER. The clean root is made once, in FOLDER.
set -eu
checkout=$(realpath "$(dirname "$0")/../../..")
program=$(realpath "$1")
mkdir -p "$2"
folder=$(realpath "$2")
reason=$(python3 "$checkout/Tests/ContainerTests/Support/container.py" ready)
[ -z "$reason" ] || { echo "skipped: $reason"; exit 0; }
# What a Debian server has or the README uses; a database for it is made in the container.
packages=systemd,systemd-sysv,dbus,procps,libnss-systemd,ca-certificates,libcurl4,libsqlite3-0,tzdata,sqlite3,curl,postgresql
if [ "$(cat "$folder/clean/made" 2> /dev/null)" != "$packages" ]; then
    rm -rf "$folder/clean"
    debootstrap --variant=minbase --include="$packages" bookworm "$folder/clean" > "$folder/debootstrap.log" \
        || { tail "$folder/debootstrap.log"; exit 1; }
    echo "$packages" > "$folder/clean/made"
fi
version=$("$program" --version)
"$checkout/systemd/debian/build.sh" "$program" "$folder/old" > "$folder/build.log"
ACTPD_DEB_VERSION="$version+upgrade" "$checkout/systemd/debian/build.sh" "$program" "$folder/new" >> "$folder/build.log"
exec python3 -B "$(dirname "$0")/package.py" "$checkout" "$folder/clean" "$folder"/old/*.deb "$folder"/new/*.deb
