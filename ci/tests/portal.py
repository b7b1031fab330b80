#!/usr/bin/env python3
"""The portal's pages in a browser."""
import browser
import cloudbed
import harness


def log_in_and_read(bed):
    cloud = cloudbed.Cloud(bed)
    agent = cloud.enrol("site-agent-1")
    status, body, _ = cloud.ask("POST", agent.upload_path, agent.document("X3PC000042", location="Größe <b>"),
                                agent=agent)
    harness.equal(status, 202, f"upload: {body}")
    with browser.Browser(bed) as b:
        b.open(cloud.url + "/portal")
        b.type("input[name=user]", "operator")
        b.type("input[type=password]", "wrong")
        b.click("main button, form button")
        b.see(".error")
        b.type("input[name=user]", "operator")
        b.type("input[type=password]", cloud.password("operator"))
        b.click("form button")
        b.see("td", "X3PC000042")
        b.see("td", "WF-C5890 Series")
        b.script("document.querySelector(\"a[href*='X3PC000042']\").click()")
        b.see("td", "Größe <b>")
        cookies = b.cookies()
        harness.check(cookies and all(c["httpOnly"] and c["secure"] for c in cookies.values()),
                      f"cookies are not for scripts and only for TLS: {cookies}")
        width, height = b.screenshot(bed.path("portal.png"))
        harness.check(width >= 1000 and height >= 500, f"screenshot of {width} x {height}")
        width, long = b.screenshot_page()
        harness.check(long > 100, f"screenshot of the page: {width} x {long}")


if __name__ == "__main__":
    harness.main(log_in_and_read)
