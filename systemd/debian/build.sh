#!/bin/sh
# Builds the Debian package: build.sh PROGRAM FOLDER. The folder gets actpd_VERSION_ARCHITECTURE.deb.
set -eu
program=$(realpath "$1")
mkdir -p "$2"
target=$(realpath "$2")
cd "$(dirname "$0")/../.."
root=$target/root
rm -rf "$root"
version=${ACTPD_DEB_VERSION:-$("$program" --version)}
architecture=$(dpkg --print-architecture)

umask 022
make --no-print-directory --silent install-files RELEASE="$program" DESTDIR="$root" PREFIX=/usr SYSCONFDIR=/etc
# A file of secrets that dpkg knows would be replaced or asked about; postinst makes it.
rm "$root/etc/actpd/secrets.env"
install -D -m 644 -t "$root/usr/share/doc/actpd" README.md docs/events.md docs/scheduling.md
gzip -9 -n -r "$root/usr/share/man"

# dpkg-shlibdeps wants a source package around it.
mkdir -p "$target/source/debian"
printf 'Source: actpd\n\nPackage: actpd\nArchitecture: any\n' > "$target/source/debian/control"
# It warns of the folder of the Swift runtime, which is linked in.
libraries=$(cd "$target/source" && dpkg-shlibdeps -O "$root/usr/bin/actpd" 2> "$target/shlibdeps.log" \
    | sed -n 's/^shlibs:Depends=//p')
[ -n "$libraries" ] || { cat "$target/shlibdeps.log"; exit 1; }

mkdir -p "$root/DEBIAN"
for script in postinst prerm postrm; do install -m 755 "systemd/debian/$script" "$root/DEBIAN/$script"; done
printf '/etc/actpd/%s\n' schedules.json actpd.json > "$root/DEBIAN/conffiles"
(cd "$root" && find usr lib -type f -exec md5sum {} + | sort -k 2 > DEBIAN/md5sums)
cat > "$root/DEBIAN/control" <<CONTROL
Package: actpd
Version: $version
Architecture: $architecture
Maintainer: actpd <root@localhost>
Section: admin
Priority: optional
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f 1)
Depends: $libraries, systemd (>= 252), tzdata, ca-certificates
Description: runs a growth operation on schedules
 Nine domain agents, fired by an in-process scheduler, with every run recorded.
 One process under systemd; without any account it works on an embedded store.
CONTROL
dpkg-deb --root-owner-group --build "$root" "$target/actpd_${version}_$architecture.deb"
