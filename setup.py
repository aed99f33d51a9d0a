"""Builds the compiled engine and verifier; all that is not about it stands in pyproject.toml.

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
FLAGS = (MSVC if sys.platform == "win32" else UNIX) + SANITIZERS
fingerprint = run_path("ossign_fast/_engine/sources.py")["fingerprint"]
DIRECTIVES = {"boundscheck": False, "wraparound": False, "freethreading_compatible": True}
DIRECTIVES["linetrace"] = bool(TRACE)
FOLDERS = ("_verify", "_engine")  # without the first, the engine is left out too
SOURCES = {each: f"0x{fingerprint(f'ossign_fast/{each}'):x}ULL" for each in FOLDERS}

if BUILD not in ("auto", "c", "python"):
    sys.exit(f"OSSIGN_FAST_BUILD is {BUILD!r}; set it to auto, c or python")
shutil.rmtree("build", ignore_errors=True)  # what earlier builds left there would be packaged
extensions = []
if BUILD != "python":
    from Cython.Build import cythonize

    for folder, number in SOURCES.items():
        path = f"ossign_fast/{folder}"
        sources = [f"{path}/compiled.pyx", *sorted(glob(f"{path}/native/*.c"))]
        macros = [("OSSF_SOURCES", number), ("OSSF_ENGINE", SOURCES["_engine"]), *TRACE]
        extension = Extension(f"ossign_fast.{folder}.compiled", sources, [f"{path}/native"], macros)
        extension.extra_compile_args, extension.extra_link_args = FLAGS, SANITIZERS
        extensions.append(extension)
    build_dir = None if TRACE else "build/cython"
    extensions = cythonize(extensions, build_dir=build_dir, compiler_directives=DIRECTIVES)
    for extension in extensions:
        extension.optional = BUILD == "auto"  # cythonize drops it

# Forced, since objects made under other variables must not pass for these.
setup(ext_modules=extensions, options={"build_ext": {"force": True}})
