# SPDX-License-Identifier: BSD-2-Clause
# Set-up shared by bin/lab and bin/test: installs what a Debian machine lacks, and builds. Sourced with bash, from the top of the checkout.

say() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
}

require_root() {
    if [ "$(id -u)" -ne 0 ]; then
        say "makes network namespaces, which only root may: run it with sudo"
        exit 1
    fi
}

# True when a JDK of version 17 or later is there.
have_jdk() {
    local version
    version=$(javac -version 2>/dev/null) || return 1
    version=${version#javac }
    [ "${version%%.*}" -ge 17 ]
}

# install_missing COMMAND=PACKAGE...: installs the packages whose command is not there. No daemon of theirs is started.
install_missing() {
    local pair packages=()
    for pair in "$@"; do
        command -v "${pair%%=*}" >/dev/null || packages+=("${pair#*=}")
    done
    have_jdk || packages+=(openjdk-17-jdk-headless)
    [ "${#packages[@]}" -eq 0 ] && return
    if ! command -v apt-get >/dev/null; then
        say "not installed, and there is no apt-get to install them: ${packages[*]}"
        exit 1
    fi
    say "installing ${packages[*]}"
    (
        # Packages such as conntrackd would start their daemon, which would then track this machine's own connections.
        policy=/usr/sbin/policy-rc.d
        if [ ! -e "$policy" ]; then
            trap 'rm -f "$policy"' EXIT
            printf '#!/bin/sh\nexit 101\n' >"$policy"
            chmod 755 "$policy"
        fi
        export DEBIAN_FRONTEND=noninteractive
        log=$(mktemp)
        if ! { apt-get -q update && apt-get -q -y install --no-install-recommends "${packages[@]}"; } >"$log" 2>&1 </dev/null; then
            cat "$log" >&2
            rm -f "$log"
            say "cannot install ${packages[*]}"
            exit 1
        fi
        rm -f "$log"
    ) || exit 1
}

# Builds the programs, unless nothing has changed since they were built.
build_if_stale() {
    local stamp=target/built
    mkdir -p target
    (
        flock 9
        if [ ! -e "$stamp" ] || [ -n "$(find . -path ./.git -prune -o -name target -prune -o \
            \( -name '*.java' -o -name '*.proto' -o -name pom.xml -o -path '*/resources/*' \) -newer "$stamp" -print -quit)" ]; then
            say "building; the first time takes some minutes"
            touch target/building
            mvn -q -B -DskipTests package </dev/null || exit 1
            mv target/building "$stamp"
        fi
    ) 9>target/build.lock || {
        say "the build failed"
        exit 1
    }
}
