"""How the compiled engine is built: with a note of what it was made of, or of why there is none.

pip shows nothing of what a build prints, unless it fails. So where the engine may be left out, the
reason goes where a user does see it: into the name of the wheel, which pip prints, and into the
note, from which `ossign-fast info` and a warning at run time have it.
"""

import re
from pathlib import Path

from setuptools import Extension
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError


class BuildEngine(build_ext):
    """Builds the engine and leaves the note `built.txt` beside it."""

    failure = ""

    def run(self) -> None:
        """Builds; a note is for wheels, as a checkout has its sources at hand."""
        is_for_wheel = not (self.inplace or self.editable_mode)
        super().run()
        if not is_for_wheel:
            return
        engine = self.extensions[-1]
        macros = dict(engine.define_macros)
        note = Path(self.build_lib, *engine.name.split(".")).with_name("built.txt")
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(f"{macros['OSSF_SOURCES']}\n{self.failure}\n")
        if self.failure:
            told = re.sub("[^A-Za-z0-9.]+", "_", self.failure).strip("_")[:100]
            wheel = self.distribution.get_command_obj("bdist_wheel")
            wheel.build_number = f"0_no_compiled_engine_{told}"

    def build_extension(self, ext: Extension) -> None:
        """Builds an extension, or keeps in mind why it was not, and builds no further one."""
        if self.failure:
            raise CompileError(self.failure)
        try:
            super().build_extension(ext)
        except Exception as error:
            self.failure = " ".join(str(error).split())
            raise
