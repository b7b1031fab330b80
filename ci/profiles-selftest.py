#!/usr/bin/env python3
"""Prove that check-profiles.py sees what it is for: a tree in order passes, each seeded defect fails with its place."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).resolve().parent / "check-profiles.py"
BASE = "# harness-defined\nabstract: true\nvendor: {0}\nppm: 1\n"
MODEL = "extends: {0}\nmodel: M\nsummary: s\n\n# public (a list)\nppm: 2\ntrays:\n\n  - {{name: T}}\n"


def tree(root, change):
    """18 models of 8 makers, 8 of EPSON and 5 of Xerox; `change` maps file names to other texts."""
    folder = pathlib.Path(root) / "profiles"
    folder.mkdir()
    counts = {"EPSON": 8, "Xerox": 5, **{f"m{i}": 1 for i in range(6)}}
    files = {}
    for maker, n in counts.items():
        files[maker] = BASE.format(maker)
        files.update({f"{maker}-{i}": MODEL.format(maker) for i in range(n)})
    for name, text in {**files, **change}.items():
        if text is not None:
            (folder / f"{name}.yaml").write_text(text)


class Selftest(unittest.TestCase):
    def run_check(self, change):
        with tempfile.TemporaryDirectory() as root:
            tree(root, change)
            done = subprocess.run([sys.executable, CHECK, root], capture_output=True, text=True, check=False)
            return done.returncode, done.stdout

    def test_in_order(self):
        code, out = self.run_check({})
        self.assertEqual((code, out), (0, "19 models of 8 makers, every value marked\n"))

    def test_defects(self):
        model = MODEL.format("m0")
        for what, change, said in (
                ("no mark", {"m0-0": model.replace("# public (a list)\n", "")}, "m0-0.yaml:5: no comment above"),
                ("another block", {"m0-0": model + "\ncolor: true\n"}, "m0-0.yaml:11: no comment above"),
                ("a comment that is no mark", {"m0-0": model + "\n# why\ncolor: true\n"}, "m0-0.yaml:12: no comment"),
                ("not a mark but the word", {"m0-0": model + "\n# no public record\ncolor: true\n"}, "m0-0.yaml:12: no"),
                ("no source", {"m0-0": model.replace(" (a list)", "")}, "m0-0.yaml:5: 'public' names no source"),
                ("a value of a list", {"m0-0": "extends: m0\nmodel: M\n\ntrays:\n  - {name: T}\n"}, "m0-0.yaml:5: no"),
                ("too few of a maker", {"Xerox-4": None}, "4 Xerox, at least 5"),
                ("too few makers", {"m5": None, "m5-0": None}, "7 makers, at least 8"),
                ("too few models", {"m4-0": None, "m5-0": None}, "17 models, at least 18")):
            with self.subTest(what):
                code, out = self.run_check(change)
                self.assertEqual(code, 1, out)
                self.assertIn(said, out)


if __name__ == "__main__":
    unittest.main()
