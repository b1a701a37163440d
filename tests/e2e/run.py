# SPDX-License-Identifier: MIT
"""Runs end-to-end tests by name.

usage: run.py --list          all tests, one a line
       run.py NAME...         those tests (module, module.Class or module.Class.test_name)
"""
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))



if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        # Read, not imported: CMake asks for the list before anything is installed or built.
        import ast
        for path in sorted(HERE.glob("test_*.py")):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.ClassDef):
                    for item in node.body:
                        if isinstance(item, ast.FunctionDef) and item.name.startswith("test_"):
                            print(f"{path.stem}.{node.name}.{item.name}")
        sys.exit(0)
    found = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:])
    result = unittest.TextTestRunner(verbosity=2).run(found)
    sys.exit(0 if result.wasSuccessful() and result.testsRun >= len(sys.argv[1:]) else 1)
