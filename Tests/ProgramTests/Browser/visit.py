"""Opens a page in headless Chromium and prints, as one line of JSON, what its script found out.

Usage: visit.py CHROMIUM URL
"""

import sys

from playwright.sync_api import sync_playwright

chromium, url = sys.argv[1:]
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    page = browser.new_page()
    page.goto(url)
    page.wait_for_function("document.title !== ''", timeout=30_000)
    print(page.title())
    browser.close()
