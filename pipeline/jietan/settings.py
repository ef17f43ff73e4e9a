"""All settings of a run: frozen, checked, read from TOML and written back to the run folder."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from jietan.errors import InputError, SettingsError

__all__ = ["Settings", "changed", "load_settings", "unlike"]

#: So many settings that differ are named.
_NAMED = 5


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ReadSettings(_Section):
    """Reading of comment files."""

    map: dict[str, str] = Field(default_factory=dict, description='规范字段名 = 文件里的列名，例如 text = "诉求内容"')


class RedactSettings(_Section):
    """Finding of personal data."""

    salt_file: str = Field(default="", description="提交人指纹的盐所在文件；留空时用本机用户目录下的 .jietan/salt，首次运行自动生成")


class SplitSettings(_Section):
    """Splitting of comments into single opinions."""

    min_chars: int = Field(default=4, ge=1, description="短于此字数的片段并入相邻片段")


class EmbedSettings(_Section):
    """The encoder."""

    model: str = Field(default="jietan-e5-zh", description="随附模型名（意见很多时用快的 jietan-static-zh），或模型文件夹")


class SearchSettings(_Section):
    """Search over laws in force."""

    model: str = Field(default="jietan-e5-zh", description="检索条文所用的向量模型，与字词检索合并；留空时只按字词检索")


class LexiconSettings(_Section):
    """The users' own lexicons of everyday words."""

    files: tuple[str, ...] = Field(
        default=(), description="自己的口语词表，检索条文、对应条文时与随附的一起用；文件的写法见[法规库](library.md#自己的口语词表)"
    )


class ClassifySettings(_Section):
    """The classifiers."""

    model: str = Field(default="jietan-labels-zh", description="随附的分类模型")


class MergeSettings(_Section):
    """What counts as the same letter and as the same ask."""

    copy_threshold: float = Field(default=0.6, ge=0, le=1, description="两封信有这么大比例的文字相同，即视为同一封信的复制件")
    campaign_size: int = Field(default=3, ge=2, description="至少几封复制件算集中投递")
    unit_threshold: float = Field(
        default=0.08, ge=0, le=1, description="两组观点是同一诉求的把握平均达到此数才归并；越低并得越多，低于 0.05 与 0.05 相同"
    )


class LinkSettings(_Section):
    """Links from opinions to articles."""

    top_k: int = Field(default=3, ge=1, description="每个观点保留的草案条文数")
    library_k: int = Field(default=2, ge=0, description="每个观点保留的现行法条文数；0 表示不查法规库")
    min_confidence: float = Field(default=0.6, ge=0, le=1, description="观点的实词在现行法条文中出现的比例低于此值，不给出该条")
    new_article_above: float = Field(default=0.3, ge=0, le=1, description="草案没有这样的规定的概率高于此值的，视为要求新增条文")


class ClusterSettings(_Section):
    """How fine the themes are, and which are known."""

    granularity: float = Field(default=0.5, ge=0, le=1, description="0 最粗，1 最细")
    min_units: int = Field(default=2, ge=1, description="至少几个观点才成为主题，同一诉求的几个人也算")
    seeds: str = Field(default="", description="已知主题的表（xlsx、csv）：题目、例句、上级；写法见[主题](themes.md#已知主题)")
    stop_words: tuple[str, ...] = Field(default=(), description="主题的名称和关键词里不用的词，与随附的停用词一起用；不影响归在哪个主题")


class DraftSettings(_Section):
    """Which asks become suggestions."""

    min_people: int = Field(default=1, ge=1, description="至少几人支持才写成建议；不足的进入长尾意见")
    same_above: float = Field(default=0.04, ge=0, le=1, description="两组意见要求同一件事的把握到此数，写成一条建议；越低并得越多")


class RankSettings(_Section):
    """Weights of the score's components; they are normalised to add up to one."""

    people: float = Field(default=0.5, ge=0, description="支持人数（联名信按复制件折算）")
    points: float = Field(default=0.15, ge=0, description="在采集点和街镇的分布")
    specific: float = Field(default=0.2, ge=0, description="诉求是否具体（有对象、有数额、有理由）")
    anchored: float = Field(default=0.15, ge=0, description="是否落到条文")
    balance: float = Field(default=0.05, ge=0, description="同一处主张相反的人越少越高")
    central: float = Field(default=0.05, ge=0, description="条文在草案里的分量（引用它的条文、法律责任、所在的章）")
    severity: float = Field(default=0.05, ge=0, description="说到安全、民生的轻重（按词表）")
    novelty: float = Field(default=0.05, ge=0, description="草案和现行法还没有说到的程度")
    floor: int = Field(default=20, ge=0, description="老年人、残疾人等人数少的群体，得分最高的一条建议不低于第几名；0 表示不用")


class PointsSettings(_Section):
    """The statistics of collection."""

    min_people: int = Field(default=3, ge=1, description="主题按街镇的人数不到几人时不写出，免得认出是谁；1 为都写")


class ReportSettings(_Section):
    """The cover of the report."""

    office: str = Field(default="", description="报送单位")
    title: str = Field(default="", description="草案标题；留空时取草案文本的标题")
    period: str = Field(default="", description="征集时间；留空时取意见日期的起止")
    contact: str = Field(default="", description="联系人和联系方式")


class ExportSettings(_Section):
    """What is exported."""

    formats: tuple[Literal["xlsx", "docx", "html", "csv", "json", "official", "brief"], ...] = Field(
        default=("xlsx", "docx", "html", "csv", "json"),
        description="导出格式；official 是报送函、代表建议和转办清单，brief 是只有建议表的 xlsx，意见很多时用",
    )
    templates: str = Field(default="", description="放自己的公文模板的文件夹，文件名与 jietan templates 写出的相同，没有的用默认模板")
    names: bool = Field(default=False, description="导出时是否保留原文中的个人信息")
    top: int = Field(default=10, ge=1, description="报告正文展开的建议条数")
    order: Literal["rank", "article"] = Field(default="rank", description="建议的次序：rank 按名次，article 按条文")
    theme: str = Field(default="", description="只交名称含有这几个字的主题的建议，其余在“其余建议”表")
    street: str = Field(default="", description="只交有这个街镇的人提出的建议，其余在“其余建议”表")
    operation: Literal["", "增加", "修改", "删除", "细化", "保留", "释明"] = Field(default="", description="只交这种操作的建议")
    first: int = Field(default=0, ge=0, description="只交名次最前的几条，其余在“其余建议”表；0 为全部")


class EngineSettings(_Section):
    """Where the steps that take comments one by one are worked on; the results are the same everywhere."""

    name: Literal["local", "ray"] = Field(default="local", description="local 在这台电脑上；ray 交给 Ray 集群，结果完全相同")
    address: str = Field(
        default="", description="集群地址，如 ray://主机:10001；留空时取环境变量 RAY_ADDRESS，再取本机已有的集群，都没有就在本机临时起一个"
    )


class Settings(_Section):
    """Everything that decides a run's result besides its inputs."""

    seed: int = Field(default=20240101, ge=0, description="随机种子")
    read: ReadSettings = ReadSettings()
    redact: RedactSettings = RedactSettings()
    split: SplitSettings = SplitSettings()
    embed: EmbedSettings = EmbedSettings()
    search: SearchSettings = SearchSettings()
    lexicon: LexiconSettings = LexiconSettings()
    classify: ClassifySettings = ClassifySettings()
    merge: MergeSettings = MergeSettings()
    link: LinkSettings = LinkSettings()
    cluster: ClusterSettings = ClusterSettings()
    draft: DraftSettings = DraftSettings()
    rank: RankSettings = RankSettings()
    points: PointsSettings = PointsSettings()
    report: ReportSettings = ReportSettings()
    export: ExportSettings = ExportSettings()
    engine: EngineSettings = EngineSettings()

    def to_toml(self) -> str:
        """Return the resolved settings as TOML text."""
        return tomli_w.dumps(self.model_dump(mode="json"))


_WANTED = {
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "finite_number": "应为有限的数字",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "bool_parsing": "应为 true 或者 false",
    "bool_type": "应为 true 或者 false",
    "string_type": "应为文字",
    "tuple_type": '应为列表，例如 ["xlsx", "docx"]',
    "dict_type": "应为“名称 = 值”的一节",
    "model_type": "这是一节，不是一项设置，应写成 节.名称=值",
    "greater_than_equal": "应不小于 {ge:g}",
    "less_than_equal": "应不大于 {le:g}",
    "literal_error": "应为 {expected}",
}


def _names(model: type[BaseModel], prefix: str = "") -> list[str]:
    out = []
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            out += _names(inner, f"{prefix}{name}.")
        else:
            out.append(prefix + name)
    return out


def _explain(error: ValidationError, where: str) -> SettingsError:
    first = error.errors()[0]
    path = ".".join(str(p) for p in first["loc"])
    if first["type"] == "extra_forbidden":
        known = _names(Settings) + list(Settings.model_fields)
        close = difflib.get_close_matches(path, known, n=1, cutoff=0.5) or difflib.get_close_matches(
            path.split(".")[-1], known, n=1, cutoff=0.3
        )
        hint = f"最接近的名称是 {close[0]}" if close else f"可用的节：{'、'.join(Settings.model_fields)}"
        return SettingsError(f"没有 {path} 这项设置", where=where, todo=hint)
    wanted = _WANTED.get(first["type"], first["msg"]).format(**first.get("ctx") or {}).replace(" or ", " 或者 ")
    return SettingsError(f"设置 {path} 的值 {first['input']!r} 不可用（{wanted}）", where=where, todo="请改正后再运行")


def _parse_value(text: str) -> Any:  # noqa: ANN401  (a TOML value may be of any type)
    try:
        return tomllib.loads(f"v = {text}")["v"]
    except tomllib.TOMLDecodeError:
        return text


def _put(tree: dict[str, Any], path: list[str], value: object) -> None:
    for depth, key in enumerate(path[:-1], 1):
        tree = tree.setdefault(key, {})
        if not isinstance(tree, dict):
            raise SettingsError(f"{'.'.join(path[:depth])} 不是一节，后面不能再接名称", where="--set", todo="请写成 节.名称=值")
    tree[path[-1]] = value


def load_settings(config: Path | None = None, overrides: Iterable[str] = (), column_map: Mapping[str, str] | None = None) -> Settings:
    """Resolve settings from defaults, a TOML file and ``section.key=value`` overrides, later ones winning.

    Args:
        config: TOML file, or None.
        overrides: Items such as ``cluster.granularity=0.7``; the value is TOML, or a plain string.
        column_map: Canonical field to column name, put into ``read.map``.

    Returns:
        The frozen settings.

    Raises:
        InputError: The TOML file is missing or is not TOML.
        SettingsError: A name is unknown (the closest one is named) or a value is impossible.
    """
    tree: dict[str, Any] = {}
    where = "--set"
    if config is not None:
        where = str(config)
        try:
            tree = tomllib.loads(config.read_text("utf-8-sig"))
        except OSError as error:
            raise InputError("读不到设置文件", where=where, todo="请检查路径") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError(f"设置文件不是有效的 TOML（{error}）", where=where, todo="请用 UTF-8 编码保存并检查括号和引号") from error
    for item in overrides:
        name, sep, value = item.partition("=")
        if not sep or not name.strip():
            raise SettingsError(f"看不懂 {item!r}", where="--set", todo="请写成 节.名称=值，例如 cluster.granularity=0.7")
        _put(tree, name.strip().split("."), _parse_value(value.strip()))
    for key, column in (column_map or {}).items():
        _put(tree, ["read", "map", key], column)
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise _explain(error, where) from error


def unlike(before: Mapping[str, Any], now: Settings) -> str:
    """Say which settings of a run are others than the last time, in Chinese; empty where none is, or there was no last time.

    One that stood at its default the last time is not told: it was given now, not forgotten.

    Args:
        before: The settings of the last time, as manifests hold them.
        now: Those of this time.
    """
    found, usual, last = _flat(now.model_dump(mode="json")), _flat(Settings().model_dump(mode="json")), _flat(before)
    names = [name for name, value in found.items() if last.get(name, usual[name]) not in (usual[name], value)]
    if not names:
        return ""
    shown = "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")
    return f"{shown} {len(names)} 项设置与上次不同；要照上次的，请再写上当时的 --config、--set、--map"


def _flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings by their whole names, without those of the machine."""
    return {
        f"{section}.{name}" if name else section: value
        for section, values in settings.items()
        if section != "engine"
        for name, value in (values.items() if isinstance(values, Mapping) else [("", values)])
    }


def changed(settings: Settings, section: str, values: Mapping[str, object]) -> Settings:
    """Return settings with some values of a section changed.

    Args:
        settings: The settings.
        section: Name of the section.
        values: Name to value.

    Raises:
        SettingsError: A name is unknown or a value is impossible.
    """
    tree = settings.model_dump(mode="json")
    tree[section] |= values
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise _explain(error, section) from error
