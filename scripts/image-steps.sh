#!/bin/sh
# The Dockerfile's steps without an engine: build in a clean folder, keep what the image keeps, start that, ask for its health.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
gateway=
finish() {
  [ -z "$gateway" ] || kill "$gateway" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT INT TERM

# The image brings Node 24 of its own; here the pinned one stands in for it.
"$root/scripts/install.sh"
node_folder=$(dirname "$(readlink -f node_modules/.bin/node 2>/dev/null || command -v node)")
PATH=$node_folder:$PATH
export PATH

echo "# build stage"
mkdir "$work/build" "$work/app"
cp -R package.json package-lock.json .npmrc tsconfig.json tsconfig.build.json src console "$work/build"
mkdir "$work/build/scripts" "$work/app/console"
cp scripts/build-console.ts "$work/build/scripts"
(
  cd "$work/build"
  npm ci
  npm run build
  npm run console
  npm prune --omit=dev --omit=optional
)

echo "# runtime stage"
cp -R "$work/build/package.json" "$work/build/node_modules" "$work/build/dist" "$work/app"
cp -R "$work/build/console/dist" "$work/app/console"
cp -R bin policies schemas LICENSE README.md "$work/app"
du -sh "$work/app" | cut -f1 | sed 's/^/size of the application: /'

echo "# start, and the health check"
sed -e 's/0\.0\.0\.0:8080/127.0.0.1:0/' -e 's/127\.0\.0\.1:8081/127.0.0.1:0/' \
  -e "s#/data#$work/data#; s#/certs#$work/certs#; s#/policies#$work/app/policies#" docker/interlock.yaml > "$work/interlock.yaml"
"$work/app/bin/interlock" start --config "$work/interlock.yaml" --json > "$work/started" 2> "$work/log" &
gateway=$!
for _ in $(seq 1 100); do
  [ -s "$work/started" ] && break
  kill -0 "$gateway" 2>/dev/null || break
  sleep 0.1
done
console=$(sed -n 's/.*"consoleUrl":"\([^"]*\)".*/\1/p' "$work/started")
if [ -z "$console" ] || ! curl --silent --fail --show-error --noproxy '*' "$console/healthz" > /dev/null; then
  cat "$work/log" >&2
  echo "the assembled application is not healthy" >&2
  exit 1
fi
kill -TERM "$gateway"
wait "$gateway"
gateway=
echo "healthy, and stopped on SIGTERM"
