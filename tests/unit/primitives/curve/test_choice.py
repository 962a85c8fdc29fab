"""Which core is used, and how that is said."""

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from cosign.primitives.curve import choice

SHOW = "from cosign.primitives.curve import choice, core; print(choice.NAME, core._core.__name__)"


def started(setting: str | None, *folders: Path) -> subprocess.CompletedProcess[str]:
    """Start Python with a setting, and modules that come before the installed ones."""
    env = {key: value for key, value in os.environ.items() if key != choice.VARIABLE}
    if setting is not None:
        env[choice.VARIABLE] = setting
    env["PYTHONPATH"] = os.pathsep.join(map(str, folders))
    command = [sys.executable, "-c", SHOW]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def installed() -> str | None:
    """Return the version of the compiled core that is installed here."""
    try:
        return version("cosign-letter-native")
    except PackageNotFoundError:
        return None


def test_the_compiled_core_is_used_where_it_is_installed() -> None:
    native = f"native core {installed()} cosign.primitives.curve.native_core\n"
    python = "Python core cosign.primitives.curve.pure_core\n"
    for setting in (None, ""):
        assert started(setting).stdout == (native if installed() else python)
    assert started("python").stdout == python
    if installed():
        assert started("native").stdout == native
    else:
        assert "no compiled core for this version is installed" in started("native").stderr


def test_a_core_of_another_version_is_not_used(tmp_path: Path) -> None:
    """A file in its place stands for it; Python computes, unless that was forbidden."""
    module = tmp_path / "cosign_letter_native.py"
    module.write_text("INTERFACE, VERSION = 0, '0.0.1'\n", encoding="utf-8")
    assert started(None, tmp_path).stdout.startswith("Python core")
    refused = started("native", tmp_path)
    assert refused.returncode
    assert "no compiled core for this version is installed" in refused.stderr


def test_a_core_that_cannot_be_loaded_is_not_used(tmp_path: Path) -> None:
    """One that was built for another machine, for example."""
    module = tmp_path / "cosign_letter_native.py"
    module.write_text("raise ImportError('built for another machine')\n", encoding="utf-8")
    assert started(None, tmp_path).stdout.startswith("Python core")


@pytest.mark.parametrize("setting", ["rust", "Native", "1"])
def test_other_settings_are_mistakes(setting: str) -> None:
    refused = started(setting)
    assert refused.returncode
    assert f"{choice.VARIABLE} is '{setting}': it can be python or native" in refused.stderr
