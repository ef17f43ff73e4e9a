"""Fill a Word template in a sandbox; what residents wrote stays text, whatever it looks like."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from jietan.errors import InputError, SettingsError
from jietan.export.files import repack, stamp
from jietan.export.official.layout import LAYOUTS
from jietan.export.view import View
from jietan.export.wording import NOTICE, printable
from jietan.reading.limits import check_file, open_package, read_bytes

__all__ = ["inert", "render", "save_layout"]

_TODO = "请用 jietan templates 另写一份默认的模板，对照着改；标记要写成 {{ 名称 }}、{%tr for … %}，前后配对"


def inert(value: object) -> object:
    """Return contents that no template engine and no Word field can take for anything but text.

    docxtpl turns ``{_{`` into ``{{`` after filling in, so the underscore is written as a reference.
    """
    if isinstance(value, str):
        return Markup(str(escape(printable(value))).replace("_", "&#95;"))  # noqa: S704  (escaped in this very line)
    if isinstance(value, dict):
        return {name: inert(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [inert(part) for part in value]
    return value


def save_layout(name: str, path: Path) -> None:
    """Write a default template."""
    raw = io.BytesIO()
    LAYOUTS[name]().save(raw)
    raw.seek(0)
    repack(raw, path)


def _template(name: str, folder: str) -> tuple[io.BytesIO, str]:
    """Return a template's bytes and what to call it."""
    if folder:
        place = Path(folder).expanduser()
        if not place.is_dir():
            raise SettingsError("没有这个放模板的文件夹", where=f"export.templates：{place}", todo="请检查路径；留空则用默认的模板")
        path = place / f"{name}.docx"
        if path.exists():
            return _checked(path), str(path)
    raw = io.BytesIO()
    LAYOUTS[name]().save(raw)
    raw.seek(0)
    return raw, f"默认模板“{name}”"


def _checked(path: Path) -> io.BytesIO:
    try:
        check_file(path)
        raw = io.BytesIO(read_bytes(path))
        with open_package(raw, str(path)) as package:
            known = set(package.namelist())
    except (InputError, zipfile.BadZipFile, OSError) as error:
        raise SettingsError("模板不是可以用的 docx 文件", where=str(path), todo="请在 Word 或者 WPS 里另存为 docx 再试") from error
    if "word/document.xml" not in known or any(name.endswith("vbaProject.bin") for name in known):
        raise SettingsError("模板不是可以用的 docx 文件，或者含有宏", where=str(path), todo="请在 Word 或者 WPS 里另存为不含宏的 docx 再试")
    raw.seek(0)
    return raw


def _explained(error: Exception, where: str) -> SettingsError:
    from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError

    near = "".join(str(line).strip() for line in getattr(error, "docx_context", ()))[:60]
    near = f"，在“{near}”附近" if near else ""
    if isinstance(error, SecurityError):
        return SettingsError(f"模板里有不允许的写法{near}", where=where, todo="模板里只能取值、循环和判断")
    if isinstance(error, UndefinedError):
        return SettingsError(f"模板里用了没有的名称（{error}）", where=where, todo=_TODO)
    kind = "标记写错了" if isinstance(error, TemplateSyntaxError) else "填不进去"
    return SettingsError(f"模板{kind}（{error}）{near}", where=where, todo=_TODO)


def render(name: str, content: dict[str, Any], view: View) -> bytes:
    """Return a paper filled in.

    Args:
        name: Name of the template.
        content: What its marks stand for.
        view: The run.

    Raises:
        SettingsError: The template is broken, asks for what there is not, or tries to do more than fill in.
    """
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    source, where = _template(name, view.settings.export.templates)
    sandbox = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        paper = DocxTemplate(source)
        paper.render(inert(content), sandbox)
        core = paper.docx.core_properties
        core.created = core.modified = stamp(view.run_info)
        core.comments, core.author = NOTICE, printable(view.settings.report.office)
        raw = io.BytesIO()
        paper.save(raw)
    except Exception as error:  # whatever an office's template makes the engine raise is the template's fault
        if not view.settings.export.templates:
            raise
        raise _explained(error, where) from error
    raw.seek(0)
    out = io.BytesIO()
    repack(raw, out)
    return out.getvalue()
