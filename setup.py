"""Builds the compiled engine; all that is not about it stands in pyproject.toml.

OSSIGN_FAST_BUILD       auto (default): the engine, or a note where it does not compile;
                        c: the engine, or an error; python: no engine and a pure wheel
OSSIGN_FAST_TRACE=1     line tracing for coverage; the generated C stays beside the .pyx
OSSIGN_FAST_SANITIZE=1  address and undefined-behaviour sanitizers
"""

import os
import shutil
import sys
from glob import glob
from runpy import run_path

from setuptools import Extension, setup

BUILD = os.environ.get("OSSIGN_FAST_BUILD") or "auto"
TRACE = [("CYTHON_TRACE_NOGIL", "1")] if os.environ.get("OSSIGN_FAST_TRACE") == "1" else []
SANITIZE = os.environ.get("OSSIGN_FAST_SANITIZE") == "1"
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover"] if SANITIZE else []
UNIX, MSVC = ["-O3", "-std=c11", "-fvisibility=hidden"], ["/O2", "/std:c11"]
DIRECTIVES = {"boundscheck": False, "wraparound": False, "freethreading_compatible": True}
ENGINE = "ossign_fast/_engine"
SOURCES = run_path(f"{ENGINE}/sources.py")["fingerprint"](ENGINE)

if BUILD not in ("auto", "c", "python"):
    sys.exit(f"OSSIGN_FAST_BUILD is {BUILD!r}; set it to auto, c or python")
shutil.rmtree("build", ignore_errors=True)  # what earlier builds left there would be packaged
extensions = []
if BUILD != "python":
    from Cython.Build import cythonize

    engine = Extension(
        "ossign_fast._engine.compiled",
        [f"{ENGINE}/compiled.pyx", *sorted(glob(f"{ENGINE}/native/*.c"))],
        include_dirs=[f"{ENGINE}/native"],
        define_macros=[("OSSF_SOURCES", f"0x{SOURCES:x}ULL"), *TRACE],
        extra_compile_args=[*(MSVC if sys.platform == "win32" else UNIX), *SANITIZERS],
        extra_link_args=SANITIZERS,
    )
    build_dir = None if TRACE else "build/cython"
    directives = {**DIRECTIVES, "linetrace": bool(TRACE)}
    extensions = cythonize([engine], build_dir=build_dir, compiler_directives=directives)
    extensions[0].optional = BUILD == "auto"  # cythonize drops it

# Forced, since objects made under other variables must not pass for these.
setup(ext_modules=extensions, options={"build_ext": {"force": True}})
