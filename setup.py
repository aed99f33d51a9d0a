"""Builds the compiled engine; all that is not about it stands in pyproject.toml.

OSSIGN_FAST_BUILD       auto (default): the engine, or a warning where it does not compile;
                        c: the engine, or an error; python: no engine and a pure wheel
OSSIGN_FAST_TRACE=1     line tracing for coverage; the generated C stays beside the .pyx
OSSIGN_FAST_SANITIZE=1  address and undefined-behaviour sanitizers
"""

import os
import sys
from glob import glob

from setuptools import Extension, setup

BUILD = os.environ.get("OSSIGN_FAST_BUILD") or "auto"
TRACE = os.environ.get("OSSIGN_FAST_TRACE") == "1"
SANITIZE = os.environ.get("OSSIGN_FAST_SANITIZE") == "1"
UNIX, MSVC = ["-O3", "-std=c11", "-fvisibility=hidden"], ["/O2", "/std:c11"]
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover"] if SANITIZE else []
DIRECTIVES = {"boundscheck": False, "wraparound": False, "freethreading_compatible": True}

if BUILD not in ("auto", "c", "python"):
    sys.exit(f"OSSIGN_FAST_BUILD is {BUILD!r}; set it to auto, c or python")

extensions = []
if BUILD != "python":
    from Cython.Build import cythonize

    engine = Extension(
        "ossign_fast._engine.compiled",
        ["ossign_fast/_engine/compiled.pyx", *sorted(glob("ossign_fast/_engine/native/*.c"))],
        include_dirs=["ossign_fast/_engine/native"],
        define_macros=[("CYTHON_TRACE_NOGIL", "1")] if TRACE else [],
        depends=sorted(glob("ossign_fast/_engine/native/*.h")),
        extra_compile_args=[*(MSVC if sys.platform == "win32" else UNIX), *SANITIZERS],
        extra_link_args=SANITIZERS,
    )
    extensions = cythonize(
        [engine],
        build_dir=None if TRACE else "build/cython",
        compiler_directives={**DIRECTIVES, "linetrace": TRACE},
    )
    extensions[0].optional = BUILD == "auto"  # cythonize drops it

# Forced, since objects made under other variables must not pass for these.
setup(ext_modules=extensions, options={"build_ext": {"force": True}})
