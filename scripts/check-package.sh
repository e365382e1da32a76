#!/bin/sh
# Packs the npm package, installs it in a clean folder as anybody would, and runs what was installed.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

echo "# npm pack"
tarball=$(npm pack --silent --pack-destination "$work" | tail -n 1)
tar -tzf "$work/$tarball" | sort > "$work/files"
for wanted in bin/interlock dist/main.js dist/client/interlock.js dist/client/interlock.d.ts console/dist/index.html policies/schema.cedarschema schemas/interlock.schema.json LICENSE README.md; do
  grep -qx "package/$wanted" "$work/files" || { echo "the package lacks $wanted" >&2; exit 1; }
done
if grep -E '^package/(src|test|node_modules|data|console/[^d])|^package/certs/.*\.pem$|\.ts$' "$work/files" | grep -v '^package/dist/client/[a-z-]*\.d\.ts$'; then
  echo "the package holds what it should not" >&2
  exit 1
fi

echo "# npm install in a clean folder"
mkdir "$work/clean"
cd "$work/clean"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund "../$tarball"

# How many bundles the ledger says were in force.
bundles() {
  node_modules/.bin/interlock ledger tail --json -n 1000 | grep -c '"type": *"bundle"' || true
}

echo "# what was installed runs"
node_modules/.bin/interlock --version
node_modules/.bin/interlock --help > /dev/null
node --input-type=module -e "import { Interlock } from 'interlock/client'; new Interlock({ proxyUrl: 'http://a:b@127.0.0.1:1' })"
node_modules/.bin/interlock policy check node_modules/interlock/policies
printf 'proxy: { listen: "127.0.0.1:0" }\nconsole: { listen: "127.0.0.1:0" }\n' > interlock.yaml
node_modules/.bin/interlock start --first-run --json > started 2> log &
gateway=$!
for _ in $(seq 1 100); do
  [ -s started ] && break
  kill -0 "$gateway" 2>/dev/null || break
  sleep 0.1
done
if ! [ -s started ]; then cat log >&2; exit 1; fi
node_modules/.bin/interlock agents list
# A reload is checked by the worker that was built, and the client's types stand by themselves.
before=$(bundles)
node_modules/.bin/interlock policy new mail-own-domains --set domains=example.com > /dev/null
for _ in $(seq 1 100); do
  [ "$(bundles)" -gt "$before" ] && break
  sleep 0.1
done
[ "$(bundles)" -gt "$before" ] || { echo "a changed bundle was not loaded" >&2; cat log >&2; exit 1; }
printf "import { Interlock } from 'interlock/client';\nexport const interlock: Interlock = new Interlock({ proxyUrl: 'http://a:b@127.0.0.1:1' });\n" > typed.ts
"$root/node_modules/.bin/tsc" --strict --noEmit --module nodenext --target es2024 --lib es2024,dom --types '' typed.ts
node_modules/.bin/interlock ledger verify
kill -TERM "$gateway"
wait "$gateway"
echo "the package is complete"
