"""Old and foreign office formats through LibreOffice, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from jietan.errors import InputError

__all__ = ["convert", "find_soffice"]

_TIMEOUT_S = 180


def find_soffice() -> str | None:
    """Find LibreOffice's command."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def convert(data: bytes, suffix: str, target: str, where: str) -> bytes:
    """Convert a document in a folder and a profile of its own; macros never run in a fresh profile.

    Args:
        data: The document.
        suffix: Its suffix, with the dot.
        target: `docx` or `xlsx`.
        where: The file's name for messages.

    Returns:
        The converted document.

    Raises:
        InputError: If LibreOffice is missing, cannot read the document or takes too long.
    """
    soffice = find_soffice()
    if soffice is None:
        raise InputError("这台电脑上没有 LibreOffice", where=where, todo=f"请另存为 {target} 后再读")
    with tempfile.TemporaryDirectory(prefix="jietan-") as folder:
        source = Path(folder) / f"source{suffix}"
        source.write_bytes(data)
        profile = (Path(folder) / "profile").as_uri()
        command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", target]
        try:
            subprocess.run(  # noqa: S603 - no shell, the command is found by name and the file has our own name
                [*command, "--outdir", folder, str(source)], capture_output=True, timeout=_TIMEOUT_S, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise InputError(f"LibreOffice 转换超过 {_TIMEOUT_S} 秒", where=where, todo=f"请另存为 {target} 后再读") from error
        converted = source.with_suffix(f".{target}")
        if not converted.is_file():
            raise InputError("文件损坏或有密码，LibreOffice 转换不了", where=where, todo=f"请另存为 {target} 后再读")
        return converted.read_bytes()
