#!/usr/bin/env python3
"""FusionInventory reports what each printer is: model, serial number, supplies and pages."""
import xml.etree.ElementTree as ElementTree

import harness

# profile, model as FusionInventory tells it, {element of CARTRIDGES: description of the supply}
PRINTERS = (
    ("epson-wf-c5890", "WF-C5890 Series", {
        "CARTRIDGEBLACK": "Black Ink", "CARTRIDGECYAN": "Cyan Ink", "CARTRIDGEMAGENTA": "Magenta Ink",
        "CARTRIDGEYELLOW": "Yellow Ink", "WASTETONER": "Maintenance Box"}),
    ("xerox-versalink-c7030", "Xerox VersaLink C7030", {
        "TONERBLACK": "Black Toner", "TONERCYAN": "Cyan Toner", "TONERMAGENTA": "Magenta Toner",
        "TONERYELLOW": "Yellow Toner", "WASTETONER": "Waste"}),
    ("lindgren-mono-40", "Lindgren Mono 40", {"TONERBLACK": "Black Toner", "DRUMBLACK": "Drum"}),
)


def fleet(bed):
    arguments = [a for profile, *_ in PRINTERS for a in ("--profile", profile)]
    bed.fleet(*arguments, "--first", "127.1.0.1")
    return [harness.api(f"/v1/printers/{n + 1}") for n in range(len(PRINTERS))]


def device(done):
    """The one DEVICE of an answer."""
    # the task prints warnings of its modules before the document
    text = done.ok().text
    devices = ElementTree.fromstring(text[text.index("<?xml"):].encode()).findall("CONTENT/DEVICE")
    harness.equal(len(devices), 1, f"devices reported\n{text}")
    return devices[0]


def permille(state, name):
    levels = [s["permille"] for s in state["supplies"] if s["name"].startswith(name)]
    harness.equal(len(levels), 1, f"supplies called '{name}'")
    return levels[0]


def inventoried(bed, state, model, supplies):
    what = f"netinventory of {state['profile']}"
    found = device(bed.run("fusioninventory-netinventory", "--host", state["address"], "--type", "PRINTER",
                           "--credentials", "version:2c,community:public"))
    info = {e.tag: e.text for e in found.find("INFO")}
    harness.equal(info.get("MODEL"), model, f"{what}: MODEL")
    harness.equal(info.get("SERIAL"), state["serial"], f"{what}: SERIAL")
    harness.equal((info.get("MAC") or "").lower(), state["mac"], f"{what}: MAC")
    harness.equal(info.get("NAME"), state["hostName"], f"{what}: NAME")
    harness.equal(found.findtext("PAGECOUNTERS/TOTAL"), str(state["lifeCount"]), f"{what}: pages")
    cartridges = {e.tag: e.text for e in found.find("CARTRIDGES")}
    for tag, name in supplies.items():
        harness.check(tag in cartridges, f"{what}: no {tag} in {cartridges}")
        harness.equal(int(cartridges[tag]), permille(state, name) // 10, f"{what}: {tag}")


def as_the_printer_says(bed):
    for state, (_, model, supplies) in zip(fleet(bed), PRINTERS):
        inventoried(bed, state, model, supplies)


def as_the_printer_becomes(bed):
    """What changes in the device changes in the report."""
    state = fleet(bed)[2]
    path = f"/v1/printers/{state['printer']}"
    harness.api(path + "/supply", {"supply": 0, "level": 9})
    harness.api(path + "/print", {"pages": 3})
    state = harness.eventually(lambda: harness.api(path) if harness.api(path)["lifeCount"] == state["lifeCount"] + 3
                               else None, "three more pages")
    harness.check(permille(state, "Black Toner") <= 90, "the toner's level was not changed")
    inventoried(bed, state, *PRINTERS[2][1:])


def discovered(bed):
    """netdiscovery takes 5 s a host that answers no NetBIOS: one printer is enough."""
    state = fleet(bed)[0]
    found = device(bed.run("fusioninventory-netdiscovery", "--first", state["address"], "--last", state["address"],
                           "--community", "public"))
    for tag, expected in (("TYPE", "PRINTER"), ("MANUFACTURER", "Epson"), ("MODEL", PRINTERS[0][1]),
                          ("SERIAL", state["serial"]), ("MAC", state["mac"]), ("IP", state["address"])):
        harness.equal(found.findtext(tag), expected, f"netdiscovery: {tag}")


if __name__ == "__main__":
    harness.main(as_the_printer_says, as_the_printer_becomes, discovered)
