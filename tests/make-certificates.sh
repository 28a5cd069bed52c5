#!/usr/bin/env bash
# Creates test certificates in the given directory: two authorities, a server's (good, renewed, expired, for another host,
# from the other authority), and clients'. Needs openssl.
set -euo pipefail
cd "${1:?the directory to fill}"
exec 3>&2
trap 'cat openssl.log >&3' ERR

authority() { # file, name
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout "$1.key" -out "$1.pem" -subj "/CN=$2" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
}

# file, name, authority, extended key usage, alternative names, and the days it is valid from today or the end of its validity
leaf() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$2"
  printf 'basicConstraints=critical,CA:FALSE\nextendedKeyUsage=%s\nsubjectAltName=%s\n' "$4" "$5" > "$1.ext"
  mkdir -p "$1.db" && : > "$1.db/index" && echo unique_subject=no > "$1.db/index.attr"
  printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s.db/index\nnew_certs_dir=%s.db\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n' \
    "$1" "$1" > "$1.cnf"
  openssl ca -batch -notext -config "$1.cnf" -cert "$3.pem" -keyfile "$3.key" -extfile "$1.ext" -in "$1.csr" -out "$1.pem" \
    -startdate "$6" -enddate "$7"
  rm -r "$1.db" "$1.cnf" "$1.csr" "$1.ext"
}

yesterday=$(date -u -d '-1 day' +%Y%m%d%H%M%SZ)
tomorrow=$(date -u -d '+1 day' +%Y%m%d%H%M%SZ)
here=DNS:localhost,IP:127.0.0.1

{
  authority ca "Test authority"
  authority other-ca "Other authority"
  leaf server localhost ca serverAuth "$here" "$yesterday" "$tomorrow"
  leaf renewed renewed ca serverAuth "$here" "$yesterday" "$tomorrow"
  leaf expired localhost ca serverAuth "$here" 20200101000000Z 20200102000000Z
  leaf wrong-host elsewhere ca serverAuth DNS:elsewhere.example "$yesterday" "$tomorrow"
  leaf unknown localhost other-ca serverAuth "$here" "$yesterday" "$tomorrow"
  leaf client "edge 7.north" ca clientAuth DNS:edge-7 "$yesterday" "$tomorrow"
  leaf node node ca serverAuth,clientAuth "$here" "$yesterday" "$tomorrow"
  leaf other-node node other-ca serverAuth,clientAuth "$here" "$yesterday" "$tomorrow"
  leaf stranger stranger other-ca clientAuth DNS:stranger "$yesterday" "$tomorrow"
  openssl pkcs12 -export -in server.pem -inkey server.key -out server.pfx -passout pass:pfx-s3cret
  openssl pkcs8 -topk8 -in server.key -out server-encrypted.key -passout pass:key-s3cret
} > openssl.log 2>&1
