#!/bin/sh
# Installs what the tests of `cwc ui` walk through its pages with: Selenium, below the target directory, and chromium with its driver, as Debian packages
# them, where they are missing and the user may install. Where not, it says so and the tests that need them do, too. Needs python3 (with venv); may be
# run again.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
environment=${CARGO_TARGET_DIR:-$here/../../target}/ui-python

python3 -m venv "$environment"
"$environment/bin/pip" install --quiet --disable-pip-version-check selenium==4.51.0

if [ ! -x /usr/bin/chromedriver ] || [ ! -x /usr/bin/chromium ]; then
    command -v apt-get >/dev/null || { echo "ui: no chromium and chromedriver, and no apt-get to install them by"; exit 0; }
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || { echo "ui: no chromium and chromedriver, and no right to install them"; exit 0; }
        as_root=sudo
    fi
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium chromium-driver fonts-dejavu-core >/dev/null
fi
/usr/bin/chromedriver --version
