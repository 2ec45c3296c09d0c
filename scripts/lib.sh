# Shared by the scripts beside it: messages and set-up. Source it, do not run it.
# shellcheck shell=bash

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$ROOT" || exit

TRUNK_VERSION=0.21.14
WASM_TARGET=wasm32-unknown-unknown
NODE_MAJOR=18
# Where cargo builds: for the scripts that source this.
# shellcheck disable=SC2034
TARGET="${CARGO_TARGET_DIR:-$ROOT/target}"

# Tools that were installed by cargo are found even in a shell that does not know of them yet.
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }

# stop MESSAGE [COMMAND...]: the message, then the commands to type, one a line.
stop() {
  printf '\n\033[1mStopped:\033[0m %s\n' "$1" >&2
  shift
  if (($# > 0)); then printf '    %s\n' "$@" >&2; fi
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# The version of a package in Cargo.lock.
locked_version() {
  awk -v name="\"$1\"" '$1 == "name" { hit = ($3 == name) } hit && $1 == "version" { gsub(/"/, "", $3); print $3; exit }' Cargo.lock
}

# --- system packages -------------------------------------------------------------------------------------------------

is_apt() { [[ -r /etc/debian_version ]] && have apt-get; }
is_ubuntu() { [[ -r /etc/os-release ]] && grep -qE '^ID=("?)ubuntu\1$' /etc/os-release; }

# as_root COMMAND...: directly, or by sudo; if neither is possible, stops with the commands to type.
as_root() {
  if ((EUID == 0)); then
    "$@"
  elif have sudo && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; then
    sudo "$@"
  else
    stop "this needs root, and there is no sudo that can be used here. As root, type:" "$*"
  fi
}

APT_UPDATED=

# apt_install PACKAGE...
apt_install() {
  if [[ -z $APT_UPDATED ]]; then
    as_root apt-get update
    APT_UPDATED=yes
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# --- what serving needs ----------------------------------------------------------------------------------------------

setup_compiler() {
  if have cc; then return; fi
  if is_apt; then
    say "Installing build-essential: Rust links its programs with a C compiler"
    apt_install build-essential
  elif [[ $(uname -s) == Darwin ]]; then
    stop "Rust needs a C compiler to link with. Type, then start this again:" "xcode-select --install"
  else
    stop "Rust needs a C compiler (cc) to link with. Type one of these, then start this again:" \
      "dnf install gcc" "pacman -S gcc" "apk add build-base"
  fi
}

setup_rust() {
  local channel
  channel="$(sed -n 's/^channel *= *"\(.*\)"/\1/p' rust-toolchain.toml)"
  if have rustup; then
    if [[ -z ${RUSTUP_TOOLCHAIN:-} && "$(rustup toolchain list)" != *"$channel-"* ]]; then
      say "Installing Rust $channel, which rust-toolchain.toml asks for"
      rustup toolchain install "$channel" --profile minimal --component rustfmt --component clippy --target "$WASM_TARGET"
    fi
    if [[ ! -d $(rustc --print sysroot)/lib/rustlib/$WASM_TARGET ]]; then
      say "Installing Rust's $WASM_TARGET target: the page is built for it"
      rustup target add "$WASM_TARGET"
    fi
    return
  fi
  if ! have cargo; then
    stop "Rust is missing. Type, then start this again:" \
      "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
  fi
  if [[ ! -d $(rustc --print sysroot)/lib/rustlib/$WASM_TARGET ]]; then
    stop "this Rust is not managed by rustup and has no $WASM_TARGET target. Install that target, or rustup:" \
      "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
  fi
}

# cargo_tool NAME VERSION WHY [ARGUMENT...]: installs a program from source, in the quickest way to build it.
cargo_tool() {
  local name="$1" version="$2" why="$3"
  shift 3
  say "Installing $name $version: $why. Once; it takes from 3 to 30 minutes"
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 cargo install "$name" --version "$version" --force "$@"
}

setup_wasm_bindgen() {
  local wanted
  wanted="$(locked_version wasm-bindgen)"
  if [[ "$(wasm-bindgen --version 2>/dev/null)" == "wasm-bindgen $wanted" ]] &&
    [[ "$(wasm-bindgen-test-runner --version 2>/dev/null)" == *" $wanted" ]]; then return; fi
  cargo_tool wasm-bindgen-cli "$wanted" "it joins the program to the page, and must be of exactly the version in Cargo.lock"
  hash -r
}

setup_trunk() {
  if [[ "$(trunk --version 2>/dev/null)" == "trunk 0.21."* ]]; then return; fi
  cargo_tool trunk "$TRUNK_VERSION" "it builds and serves the page" --locked
  hash -r
}

# Everything that building and serving the page needs.
setup_page() {
  setup_compiler
  setup_rust
  setup_wasm_bindgen
  setup_trunk
}

# --- what testing needs ----------------------------------------------------------------------------------------------

setup_lints() {
  if cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1; then return; fi
  have rustup || stop "cargo fmt or cargo clippy is missing. Install them from where this Rust came from."
  say "Installing rustfmt and clippy: they check the code"
  rustup component add rustfmt clippy
}

node_is_usable() { have node && have npm && (($(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0) >= NODE_MAJOR)); }

setup_node() {
  if node_is_usable; then return; fi
  if is_apt && ! { have node && have npm; }; then
    say "Installing nodejs and npm: the browser tests run in Node"
    apt_install nodejs npm
    hash -r
    if node_is_usable; then return; fi
  fi
  stop "the browser tests need Node $NODE_MAJOR or newer with npm (found: $(node --version 2>/dev/null || echo none)). See nodejs.org, or type one of these:" \
    "brew install node" "dnf install nodejs npm" "pacman -S nodejs npm" "apk add nodejs npm"
}

# Ubuntu's packages `chromium` and `chromium-browser` hold no browser, only a script that asks for the snap.
is_snap_stub() { [[ -f $1 ]] && head -c 4096 "$1" | grep -aq 'snap install\|/snap/bin'; }

# first_program NAME...: the path of the first one that is there and is no stub.
first_program() {
  local name path
  for name in "$@"; do
    path="$(command -v "$name" 2>/dev/null)" || continue
    if [[ -n $path ]] && ! is_snap_stub "$path"; then
      printf '%s\n' "$path"
      return
    fi
  done
}

find_browser() {
  : "${CHROMIUM:=$(first_program chromium chromium-browser google-chrome google-chrome-stable /snap/bin/chromium '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome')}"
  : "${CHROMEDRIVER:=$(first_program chromedriver chromium.chromedriver /snap/bin/chromium.chromedriver)}"
  [[ -n $CHROMIUM && -n $CHROMEDRIVER ]]
}

# The first number of a program's version, as in "Chromium 130.0.1" or "ChromeDriver 130.0.1".
major_version() { "$1" --version 2>/dev/null | grep -oE '[0-9]+\.[0-9.]+' | head -n 1 | cut -d. -f1; }

# Leaves the paths of the browser and its driver in CHROMIUM and CHROMEDRIVER. Either may be given from outside.
setup_browser() {
  if ! find_browser; then
    if is_ubuntu; then
      if have snap && snap list >/dev/null 2>&1; then
        say "Installing the snap chromium: Ubuntu has it as a snap only. The browser tests run in it"
        as_root snap install chromium
      else
        stop "the browser tests need Chromium. Ubuntu's package of that name only asks for a snap, and snaps do not run here. Type:" \
          "npx @puppeteer/browsers install chrome@stable --path ~/chrome --install-deps" \
          "npx @puppeteer/browsers install chromedriver@stable --path ~/chrome" \
          "CHROMIUM=\$(ls ~/chrome/chrome/*/*/chrome) CHROMEDRIVER=\$(ls ~/chrome/chromedriver/*/*/chromedriver) scripts/test"
      fi
    elif is_apt; then
      say "Installing chromium and chromium-driver: the browser tests run in it"
      apt_install chromium chromium-driver fonts-dejavu-core
    else
      stop "the browser tests need Chromium or Chrome and a chromedriver of the same version. Type one of these, or set CHROMIUM and CHROMEDRIVER to their paths:" \
        "brew install --cask google-chrome chromedriver" "dnf install chromium chromedriver" "pacman -S chromium" "apk add chromium chromium-chromedriver"
    fi
    hash -r
    find_browser || stop "no chromium or no chromedriver was found. Set CHROMIUM and CHROMEDRIVER to their paths."
  fi
  if [[ "$(major_version "$CHROMIUM")" != "$(major_version "$CHROMEDRIVER")" ]]; then
    stop "browser and driver differ in version: $("$CHROMIUM" --version), $("$CHROMEDRIVER" --version). Set CHROMIUM and CHROMEDRIVER to two that match."
  fi
  export CHROMIUM CHROMEDRIVER
}

# Playwright's own packages, kept beside the tests that use them.
setup_playwright() {
  if [[ tests/e2e/node_modules/.package-lock.json -nt tests/e2e/package-lock.json ]]; then return; fi
  say "Installing what tests/e2e/package-lock.json lists"
  npm --prefix tests/e2e ci --no-audit --no-fund
  touch tests/e2e/node_modules/.package-lock.json
}
