#!/bin/sh
# Installs the browser that the tests of `cwc ui` walk through its pages with: chromium and its driver, as Debian packages them. Does nothing where
# both are there; where they are not and nobody may install, it says so and the tests that need them do, too.
set -eu
if command -v chromedriver >/dev/null && command -v chromium >/dev/null; then
    chromedriver --version
    exit 0
fi
command -v apt-get >/dev/null || { echo "ui: no chromium and chromedriver, and no apt-get to install them by"; exit 0; }
as_root=
if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || { echo "ui: no chromium and chromedriver, and no right to install them"; exit 0; }
    as_root=sudo
fi
$as_root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium chromium-driver fonts-dejavu-core >/dev/null
chromedriver --version
