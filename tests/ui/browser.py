"""A real browser for tests/ui/browser.rs: Debian's chromium without a window, driven by Selenium.

Enters: a line of JSON for each thing to do, a list of its name and what it needs. Leaves: a line of JSON for each, "done" with what came of it, or
"failed" with what the browser says. Ends when there are no more lines, and the browser with it.
"""

import json
import sys

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By

ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--window-size=1280,940",
]


def opened(dark):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ARGUMENTS + ["--blink-settings=preferredColorScheme=0"] * dark:
        options.add_argument(argument)
    # The path is said, so that nothing is looked for on the network.
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
    driver.set_page_load_timeout(60)
    return driver


def main():
    driver = opened("dark" in sys.argv)
    do = {
        "go": driver.get,
        "js": driver.execute_script,
        # As a person does: it must be there, in sight and not covered.
        "click": lambda css: driver.find_element(By.CSS_SELECTOR, css).click(),
        # Into what has the focus.
        "keys": lambda keys: driver.switch_to.active_element.send_keys(keys),
        "shot": lambda path: driver.save_screenshot(path),
    }
    print(json.dumps({"done": driver.capabilities["browserVersion"]}), flush=True)
    try:
        for line in sys.stdin:
            name, *needs = json.loads(line)
            try:
                answer = {"done": do[name](*needs)}
            except WebDriverException as error:
                answer = {"failed": error.msg}
            print(json.dumps(answer), flush=True)
    finally:
        driver.quit()


main()
