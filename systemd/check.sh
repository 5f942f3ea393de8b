#!/bin/sh
# The units: nothing in them that systemd does not know, and an exposure of 1.1 at most.
set -eu
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp actpd.socket "$folder"
for unit in actpd actpd-failure; do
    # The program need not be installed where the unit is only looked at.
    sed 's|^\(Exec[A-Za-z]*=[+]\{0,1\}\)/usr/bin/actpd|\1/bin/true|' "$unit.service" > "$folder/$unit.service"
done
said=$(SYSTEMD_UNIT_PATH="$folder:" systemd-analyze verify --man=no "$folder/actpd.socket" 2>&1) || true
[ -z "$said" ] || { echo "actpd.socket: $said"; exit 1; }
for unit in actpd actpd-failure; do
    said=$(SYSTEMD_UNIT_PATH="$folder:" systemd-analyze verify --man=no "$folder/$unit.service" 2>&1) || true
    [ -z "$said" ] || { echo "$unit.service: $said"; exit 1; }
    systemd-analyze security --offline=true --threshold=11 --no-pager "$folder/$unit.service" | tail -n 1 ||
        { echo "$unit.service is exposed more than 1.1"; exit 1; }
done
