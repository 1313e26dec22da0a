#!/usr/bin/env bash
# Builds libpq from Debian's sources of PostgreSQL as static archives, without Kerberos and LDAP,
# of which Debian has no static libraries (docs/adr/0037).
#   build_libpq.sh SOURCE TRIPLET OUT
# These are the folder of the sources, the target as in x86_64-linux-gnu, and the folder to make. It
# needs bison, flex, perl, and libssl-dev of the target, in the folder SYSROOT if that is not empty.
set -euo pipefail
(($# == 3)) || { sed --quiet '2,/^[^#]/s/^# \?//p' "$0" >&2; exit 2; }
triplet="$2" out="$(realpath --canonicalize-missing "$3")"
cd "$1"
sysroot="${SYSROOT:-}"
flags="-Os -g0 -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables \
  -ffile-prefix-map=$PWD=libpq"
export DEB_BUILD_MAINT_OPTIONS=hardening=+all
# The sources have no place for a sysroot's name with a space.
compiler="$triplet-gcc${sysroot:+ --sysroot=$sysroot}"

# The function's arm64 package is built on another machine, where a test cannot be run.
./configure --host="$triplet" CC="$compiler" AR="$triplet-ar" \
  CPPFLAGS="$(dpkg-buildflags --get CPPFLAGS)" CFLAGS="$(dpkg-buildflags --get CFLAGS) $flags" \
  --with-ssl=openssl --without-gssapi --without-ldap --without-readline --without-zlib \
  --without-icu --disable-rpath
make --directory=src/backend generated-headers
make --jobs="$(nproc)" --directory=src/port libpgport_shlib.a
make --jobs="$(nproc)" --directory=src/common libpgcommon_shlib.a
make --jobs="$(nproc)" --directory=src/interfaces/libpq all-static-lib

install -D --mode=644 --target-directory="$out/lib" src/interfaces/libpq/libpq.a \
  src/common/libpgcommon_shlib.a src/port/libpgport_shlib.a
install -D --mode=644 --target-directory="$out/include" src/interfaces/libpq/libpq-fe.h \
  src/include/postgres_ext.h src/include/pg_config_ext.h
install -D --mode=644 debian/copyright "$out/copyright"
dpkg-parsechangelog --show-field Version >"$out/version"
dpkg-parsechangelog --show-field Source >"$out/source"
