#!/usr/bin/env python3
"""Prove that check-rooms.py and check-style.py see what they are for.

A small tree that is in order passes; then each defect is seeded alone, and the checker has to
fail and to name the place. Needs a C compiler and ar for the symbols.
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

CI = pathlib.Path(__file__).resolve().parent
README = "# {0}\n\nA room of the tree that the self-test of the checkers is made of.\n"

GOOD = {
    ".clang-format": (CI.parent / ".clang-format").read_text(),
    "simulator/base/CMakeLists.txt": "pc_room(NAME base SOURCES text.c)\n",
    "simulator/base/README.md": README.format("base"),
    "simulator/base/text.h": "/* base/text: text. */\nint pc_text(void);\n",
    "simulator/base/text.c": ('#include "base/text.h"\n\nstatic const int table[] = {1, 2};\n\n'
                              "int\npc_text(void)\n{\n\treturn table[0];\n}\n"),
    "simulator/wire/CMakeLists.txt": "pc_room(NAME wire SOURCES wire.c NEEDS base) # pc_room(x)\n",
    "simulator/wire/README.md": README.format("wire"),
    "simulator/wire/wire.h": "/* wire: bytes. */\nint pc_wire(void);\n",
    "simulator/wire/wire.c": ('#include "wire/wire.h"\n\n#include <jansson.h>\n\n'
                              '#include "base/text.h"\n\n'
                              "int\npc_wire(void)\n{\n\treturn pc_text();\n}\n"),
    "simulator/wire/tests/test_wire.c": '#include "wire/wire.h"\n',
    "conformance/cmd/main.c": "int\nmain(void)\n{\n\treturn 0;\n}\n",
}
BODY = "\nint\npc_more(void);\nint\npc_more(void)\n{{\n{0}\treturn 0;\n}}\n"
WIRE, TEXT = "simulator/wire/wire.c", "simulator/base/text.c"

# name: (what is appended to which file; None as text removes the file), what has to be said
ROOMS = {
    "upward include": ({TEXT: '#include "wire/wire.h"\n'},
                       "base/text.c:10: room 'base' may not include 'wire'"),
    "upward include, angle brackets": ({TEXT: "#include <wire/wire.h>\n"},
                                       "room 'base' may not include 'wire'"),
    "upward include in a test": ({"simulator/base/tests/test_t.c": '#include "wire/wire.h"\n'},
                                 "base/tests/test_t.c:1: room 'base' may not include 'wire'"),
    "upward include in a header": ({"simulator/base/text.h": '#  include "wire/wire.h"\n'},
                                   "base/text.h:3: room 'base' may not include 'wire'"),
    "relative include": ({TEXT: '#include "../wire/wire.h"\n'}, "includes are written"),
    "NEEDS upwards": ({"simulator/base/CMakeLists.txt": "pc_room(NAME loop NEEDS\n\twire\n\tcloud)\n"},
                      "room 'loop' NEEDS 'cloud'"),
    "NEEDS cycle": ({"simulator/base/CMakeLists.txt": "pc_room(NAME base NEEDS wire)\n"},
                    "room 'base' NEEDS 'wire', which is not below it"),
    "NEEDS itself": ({"simulator/base/CMakeLists.txt": "pc_room(NAME base NEEDS base)\n"},
                     "room 'base' NEEDS 'base'"),
    "room without a place": ({"simulator/attic/CMakeLists.txt": "pc_room(NAME attic)\n",
                              "simulator/attic/README.md": README}, "room 'attic' has no place"),
    "folder that is no room": ({"simulator/attic/a.c": ""}, "simulator/attic: holds code but no"),
    "header without description": ({"simulator/wire/b.h": "int pc_b(void);\n"},
                                   "wire/b.h:1: begins with"),
    "header that describes another": ({"simulator/wire/b.h": "/* wire/c: things. */\n"},
                                      "wire/b.h:1: begins with"),
    "header with an empty description": ({"simulator/wire/b.h": "/* wire/b: */\n"},
                                         "wire/b.h:1: begins with"),
    "third-party header in a header": ({"simulator/wire/wire.h": "#include <openssl/ssl.h>\n"},
                                       "third-party header 'openssl/ssl.h'"),
    "room without README": ({"simulator/wire/README.md": None}, "simulator/wire: a room has"),
    "library that was not built": ({"simulator/loop/CMakeLists.txt": "pc_room(NAME loop)\n",
                                    "simulator/loop/README.md": README}, "libpc_loop.a: not built"),
    "writable global": ({TEXT: "int pc_count = 1;\n"}, "libpc_base.a: writable static or global "
                        "'pc_count'"),
    "writable global, zero": ({TEXT: "int pc_count;\n"}, "'pc_count'"),
    "writable static": ({TEXT: "static int count;\nint *pc_at(void);\nint *pc_at(void)"
                         "{ return &count; }\n"}, "'count'"),
    "writable static local": ({TEXT: "int pc_n(void);\nint pc_n(void)"
                               "{ static int calls = 4; return ++calls; }\n"}, "'calls."),
    "writable thread-local": ({TEXT: "_Thread_local int pc_t;\n"}, "'pc_t'"),
    "writable with an underscore": ({TEXT: "int _pc_count = 1;\n"}, "'_pc_count'"),
    "writable pointer to const": ({TEXT: 'const char *pc_name = "x";\n'}, "'pc_name'"),
    "external function without prefix": ({TEXT: "int helper(void);\nint helper(void){return 1;}\n"},
                                         "external symbol 'helper' lacks"),
    "external constant without prefix": ({TEXT: "extern const int limit;\nconst int limit = 1;\n"},
                                         "external symbol 'limit' lacks"),
    "weak function without prefix": ({TEXT: "__attribute__((weak)) int soft(void);\n"
                                      "int soft(void){return 1;}\n"}, "'soft' lacks"),
    "writable in the program": ({"conformance/cmd/main.c": "int pc_state = 1;\n"}, "'pc_state'"),
}
STYLE = {
    "function of 121 lines": ({WIRE: BODY.format("\tpc_wire();\n" * 117)},
                              "wire.c:16: pc_more() has 121 lines"),
    "static function too long": ({WIRE: "\nstatic void pc_l(void)\n{\n" + "\tpc_wire();\n" * 120
                                  + "}\n"}, "pc_l() has 123 lines"),
    "file of 801 lines": ({WIRE: "\n" * 790}, "wire.c: 801 lines"),
    "layout": ({WIRE: "int   pc_x ( void ) ;\n"}, "wire.c: layout differs"),
    "popen outside tests": ({WIRE: BODY.format("\tpopen(0, 0);\n")}, "wire.c:18: popen()"),
    "strcpy in a test": ({"simulator/wire/tests/test_wire.c": BODY.format("\tstrcpy(0, 0);\n")},
                         "test_wire.c:8: strcpy()"),
}
for banned in ("sprintf", "strcat", "strtok", "atoi", "alloca", "gets", "system", "usleep", "sleep",
               "nanosleep", "rand"):
    STYLE[banned] = ({WIRE: BODY.format(f"\t(void){banned} (0);\n")}, f"{banned}() is banned")
# What only looks like a defect.
FINE = {
    "in a comment": {WIRE: "/* not atoi(x) nor\n * system(y) */\n"},
    "in a string": {WIRE: 'static const char *const text = "sleep(1) \\" atoi(2)";\n'},
    "part of a name": {WIRE: "int pc_sleep(void);\nint pc_x(void);\n"},
    "a member": {WIRE: "struct pc_s {\n\tint (*sleep)(int), (*system)(int);\n};\n"
                 "int pc_y(struct pc_s *p);\nint\npc_y(struct pc_s *p)\n{\n"
                 "\treturn p->sleep(0) + (*p).system(1);\n}\n"},
    "constant tables": {TEXT: "extern const char *const pc_names[];\n"
                        'const char *const pc_names[] = {"a", "b"};\n'},
    "function of 120 lines": {WIRE: BODY.format("\tpc_wire();\n" * 116)},
    "system in a test": {"simulator/wire/tests/test_wire.c": BODY.format('\tsystem("true");\n')},
}


class SelfTest(unittest.TestCase):
    def tree(self, where, change):
        files = dict(GOOD)
        for name, text in change.items():
            files[name] = None if text is None else files.get(name, "") + text
        for name, text in files.items():
            if text is not None:
                (where / name).parent.mkdir(parents=True, exist_ok=True)
                (where / name).write_text(text)

    def build(self, src):
        build = src / "build"
        for room in ("base", "wire"):
            build.mkdir(exist_ok=True)
            obj = build / f"{room}.o"
            # Only the room's own code: what its includes bring is not under test here.
            code = "\n".join(line for f in sorted((src / "simulator" / room).glob("*.c"))
                             for line in f.read_text().splitlines() if "#include" not in line)
            self.compile("int pc_text(void); int pc_wire(void);\n" + code, obj)
            subprocess.run(["ar", "rcs", build / f"libpc_{room}.a", obj], check=True)
        main = build / "conformance/cmd/CMakeFiles/presscheck.dir/main.c.o"
        main.parent.mkdir(parents=True)
        self.compile((src / "conformance/cmd/main.c").read_text(), main)
        return build

    def compile(self, code, obj):
        subprocess.run(["cc", "-w", "-x", "c", "-fPIE", "-c", "-o", obj, "-"], input=code, text=True,
                       check=True)

    def run_on(self, script, change):
        with tempfile.TemporaryDirectory() as tmp:
            src = pathlib.Path(tmp)
            self.tree(src, change)
            args = [src, self.build(src)] if script == "check-rooms.py" else [src]
            r = subprocess.run([sys.executable, CI / script, *args], capture_output=True,
                               text=True, check=False)
            self.assertEqual(r.stderr if r.returncode > 1 else "", "")
            return r.returncode, r.stdout

    def test_good(self):
        for script in ("check-rooms.py", "check-style.py"):
            self.assertEqual(self.run_on(script, {})[0], 0, self.run_on(script, {})[1])

    def test_defects(self):
        for script, defects in (("check-rooms.py", ROOMS), ("check-style.py", STYLE)):
            for name, (change, said) in defects.items():
                with self.subTest(name):
                    code, out = self.run_on(script, change)
                    self.assertIn(said, out)
                    self.assertEqual(code, 1)

    def test_fine(self):
        for name, change in FINE.items():
            with self.subTest(name):
                self.assertEqual(self.run_on("check-rooms.py", change)[0], 0)
                out = self.run_on("check-style.py", change)[1]
                self.assertNotIn("banned", out)
                self.assertNotIn("at most", out)

    def test_no_arguments(self):
        for script in ("check-rooms.py", "check-style.py"):
            r = subprocess.run([sys.executable, CI / script], capture_output=True, check=False)
            self.assertEqual(r.returncode, 2)


if __name__ == "__main__":
    unittest.main(verbosity=1)
