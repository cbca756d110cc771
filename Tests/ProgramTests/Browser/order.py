"""Fills the example page in as a user does, in headless Chromium, and prints as one line of JSON what the user saw.

Usage: order.py CHROMIUM URL GATEWAY < TOKEN
"""

import json
import sys

from playwright.sync_api import sync_playwright

chromium, url, gateway = sys.argv[1:]
token = sys.stdin.read().strip()
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    page = browser.new_page()
    page.goto(url)
    page.evaluate("""() => {
        window.states = [];
        const state = document.getElementById('state');
        new MutationObserver(() => window.states.push(state.textContent)).observe(state, { childList: true });
    }""")
    page.fill("#gateway", gateway)
    page.fill("#token", token)
    page.fill("#prompt", "A harbour, seen from the example page")
    page.fill("#seconds", "3")
    page.click("#send")
    page.wait_for_function("""() => document.getElementById('problem').textContent !== ''
        || document.getElementById('video').readyState >= 2""", timeout=60_000)
    print(json.dumps(page.evaluate("""async () => {
        const video = document.getElementById('video');
        const seen = { states: window.states, problem: document.getElementById('problem').textContent };
        if (!video.hidden) {
            video.muted = true;
            await video.play();
            seen.duration = video.duration;
            seen.picture = video.videoWidth > 0;
        }
        return seen;
    }""")))
    browser.close()
