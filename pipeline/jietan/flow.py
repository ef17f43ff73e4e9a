"""The pipeline: its stages in their one order, what each reads and writes, and how a run goes through them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from jietan.equipment import Models
from jietan.holding import asks_of, is_divided, is_held
from jietan.identity import keep_suggestions, keep_themes
from jietan.inputs import Columns, Inputs, Loaded, Value
from jietan.letters import Letters
from jietan.log import get_logger
from jietan.review.apply import HOLDING, JOINING, LABELLING, LINKING, SUGGESTING, THEMING, Reviewed
from jietan.review.ledger import decided
from jietan.runfolder import RunFolder, content_key
from jietan.settings import Settings
from jietan.stages.classify import classify
from jietan.stages.cluster import cluster
from jietan.stages.demand import demand
from jietan.stages.draft import draft
from jietan.stages.embed import embed, embed_heads
from jietan.stages.gather import gather_articles, gather_comments, gather_opinions, gather_units
from jietan.stages.link import link
from jietan.stages.merge import merge
from jietan.stages.rank import rank
from jietan.stages.redact import redact
from jietan.stages.relate import relate
from jietan.stages.resample import Resampling, resample
from jietan.stages.split import split
from jietan.tables import conform
from jietan.vectors import Vectors

__all__ = ["STAGES", "Stage", "run_stages"]

_LOG = get_logger(__name__)


@dataclass(frozen=True)
class Stage:
    """One step of the pipeline.

    Args:
        name: Its verb.
        label: What it does, in Chinese.
        version: Raised whenever its code gives other results.
        reads: Tables it reads.
        writes: Tables it writes.
        run: Computes them.
        sections: Settings sections it depends on.
        models: ``embedder``, ``quick``, ``labels``, ``asks``, ``links``, ``titles``, ``lexicon``, ``concerns``, ``seeds`` or
            ``library``, where it uses them.
        decisions: Kinds of reviewers' decisions that it applies.
        columns: What it looks at of large tables, where that is not all.
    """

    name: str
    label: str
    version: int
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    run: Callable[[Inputs], dict[str, Value]]
    sections: tuple[str, ...] = ()
    models: tuple[str, ...] = field(default=())
    decisions: tuple[str, ...] = ()
    columns: Columns = field(default_factory=dict)


def _classify(i: Inputs) -> dict[str, Value]:
    triage, labels = classify(i["received"], i["spans"], i["provisions"], i.models.labels)
    return {"triage": i.review.triage(triage, i["received"]), "labels": i.review.labels(labels, i["spans"], i["received"])}


def _merge(i: Inputs) -> dict[str, Value]:
    judge = i.models.judge(i["provisions"])
    copies, membership = merge(i["received"], i["spans"], i["labels"], i.vectors, i.settings.merge, judge)
    return {"copies": copies, "membership": i.review.units(membership, i["spans"], i["received"])}


def _link(i: Inputs) -> dict[str, Value]:
    tables = (i["received"], i["spans"], i["labels"], i["membership"], i["provisions"])
    linked = link(*tables, i.vectors, i.models.library, i.models.embedder, i.settings.link, i.models.lexicon)
    return {**i.review.links(linked._asdict(), i["spans"], i["received"], i["provisions"])}


def _cluster(i: Inputs) -> dict[str, Value]:
    tables = (i["spans"], i["labels"], i["membership"], i["links"], i.vectors, i["triage"], i["provisions"])
    clustered = cluster(
        *tables,
        i.census,
        i.settings.cluster,
        lambda p, q: i.review.themes(*keep_themes(p, q, i["earlier"], i.review.settled, i.models.seeds.ids), i.tables),
        Letters(i["received"], i.tables["heads"], i["pii"]),
        i.models.seeds,
    )
    return clustered._asdict() | {"themes": i.review.titles(clustered.themes, clustered.placements)}


def _resample(i: Inputs) -> dict[str, Value]:
    tables = {n: i[n] for n in ("spans", "labels", "membership", "links", "triage", "provisions")}
    letters = Letters(i["received"], i.tables["heads"], i["pii"])
    return {"stability": resample(Resampling(tables, i.vectors, i.settings.cluster, letters, i.models.seeds), i.settings.seed)}


def _relate(i: Inputs) -> dict[str, Value]:
    tables = (i["spans"], i["placements"], i["themes"], i["links"], i["citations"], i["provisions"])
    related, higher = relate(*tables, i.models.library, i.models.embedder, i.settings.link, i.models.lexicon)
    return {"related": related, "higher": higher}


def _drafts(i: Inputs, held: Mapping[str, str], alone: Mapping[str, str]) -> pd.DataFrame:
    tables = {n: i[n] for n in ("labels", "membership", "links", "gaps", "placements", "pii", "triage")}
    judge = i.models.judge(i["provisions"])
    return draft(i["spans"], i["provisions"], tables, i.vectors, i.census, i.settings.draft, i.models.lexicon, judge, held, alone)


def _hold(i: Inputs) -> dict[str, Value]:
    """Suggestions that people decided about stay what they are; most often they are so already."""
    drafts = i["drafts"]
    asked = asks_of(i["spans"], i["labels"], i["triage"]) if i.review.of(*SUGGESTING) else set[str]()
    held = i.review.held(asked, i["spans"], i["received"])
    alone = {o: u for o, u in i.review.alone(i["membership"], i["spans"], i["received"]).items() if o not in held}
    if not (is_held(drafts, held) and is_divided(drafts, alone)):
        drafts = _drafts(i, held, alone)
    return {"held": keep_suggestions(drafts, i["earlier"], held)}


def _rank(i: Inputs) -> dict[str, Value]:
    tables = {n: i[n] for n in ("received", "spans", "labels", "links", "gaps", "provisions", "related", "higher", "citations")}
    ranked = rank(i["held"], tables, i.census, i.models.concerns, i.settings.rank, i.settings.seed)
    return {"suggestions": i.review.suggestions(ranked)}


def _gather(i: Inputs) -> dict[str, Value]:
    return {
        "comments": gather_comments(i["received"], i["copies"], i["triage"]),
        "opinions": gather_opinions(i["spans"], {n: i[n] for n in ("labels", "membership", "gaps", "placements")}),
        "units": gather_units(i["membership"], i.vectors, i.census),
        "articles": gather_articles(i["provisions"], i["cited"], i["higher"]),
    }


#: What stages look at of large tables, as far as that is not all: who speaks of the comments, where opinions aim of the links.
_VOICES: Columns = {"received": ("comment_id", "submitter_key", "point", "street")}
_AIMS: Columns = {"links": ("opinion_id", "rank", "source", "article_id", "paragraph", "item", "confidence")}
_PLACES: Columns = {"links": (*_AIMS["links"], "law", "article", "basis")}
_RANKED: Columns = {
    "received": (*_VOICES["received"], "text"),
    "spans": ("opinion_id", "comment_id", "text"),
    "labels": ("opinion_id", "kind"),
    "links": ("opinion_id", "source", "confidence"),
    "gaps": ("opinion_id", "absence"),
}

_COUNTED = ("received", "spans", "copies")
_DRAFTING = ("provisions", "labels", "membership", "links", "gaps", "placements", "pii", "triage", "vectors")

STAGES: tuple[Stage, ...] = (
    Stage("redact", "查找个人信息", 4, ("received",), ("pii",), lambda i: {"pii": redact(i["received"])}),
    Stage(
        "split",
        "拆分观点",
        7,
        ("received",),
        ("spans",),
        lambda i: {"spans": split(i["received"], i.models.labels, i.settings.split)},
        ("split",),
        ("labels",),
    ),
    Stage(
        "embed",
        "计算向量",
        2,
        ("received", "spans", "provisions"),
        ("vectors",),
        lambda i: {"vectors": embed(i["spans"], i["received"], i.models.embedder, i.models.around(i["provisions"]))},
        ("embed",),
        ("embedder", "quick"),
    ),
    Stage(
        "head",
        "计算标题向量",
        1,
        ("received", "provisions"),
        ("heads",),
        lambda i: {"heads": embed_heads(i["received"], i["provisions"], i.models.embedder)},
        ("embed",),
        ("embedder",),
    ),
    Stage("classify", "分流分类", 7, ("received", "spans", "provisions"), ("triage", "labels"), _classify, (), ("labels",), LABELLING),
    Stage(
        "merge",
        "归并同一诉求",
        10,
        ("received", "spans", "labels", "vectors", "provisions"),
        ("copies", "membership"),
        _merge,
        ("merge",),
        ("asks", "embedder"),
        JOINING,
        {"received": ("comment_id", "text", "submitted_at", "submitter_key")},
    ),
    Stage(
        "link",
        "对应条文",
        7,
        ("received", "spans", "labels", "membership", "provisions", "vectors"),
        ("links", "gaps", "cited", "citations"),
        _link,
        ("link",),
        ("embedder", "links", "library", "lexicon"),
        LINKING,
    ),
    Stage(
        "demand",
        "读出要求",
        1,
        ("spans", "labels", "provisions"),
        ("demands",),
        lambda i: {"demands": demand(i["spans"], i["labels"], i["provisions"], i.models.lexicon)},
        (),
        ("lexicon",),
    ),
    Stage(
        "cluster",
        "归纳主题",
        26,
        (*_COUNTED, "labels", "membership", "links", "vectors", "triage", "provisions", "heads", "pii", "earlier"),
        ("themes", "placements", "sides", "namings"),
        _cluster,
        ("cluster",),
        ("seeds", "titles"),
        THEMING,
        _AIMS,
    ),
    Stage(
        "resample",
        "检验主题是否稳定",
        3,
        ("received", "spans", "labels", "membership", "links", "vectors", "triage", "provisions", "heads", "pii"),
        ("stability",),
        _resample,
        ("cluster",),
        ("seeds",),
        columns=_AIMS,
    ),
    Stage(
        "relate",
        "查找上位法",
        2,
        ("spans", "placements", "themes", "links", "citations", "provisions"),
        ("related", "higher"),
        _relate,
        ("link",),
        ("embedder", "library", "lexicon"),
    ),
    Stage(
        "draft",
        "起草建议",
        18,
        (*_COUNTED, *_DRAFTING),
        ("drafts",),
        lambda i: {"drafts": _drafts(i, {}, {})},
        ("draft",),
        ("lexicon", "asks", "embedder"),
        columns={**_PLACES, **_VOICES},
    ),
    Stage(
        "hold",
        "保持审核过的建议",
        3,
        (*_COUNTED, *_DRAFTING, "drafts", "earlier"),
        ("held",),
        _hold,
        ("draft",),
        ("lexicon", "asks", "embedder"),
        decisions=HOLDING,
        columns={**_PLACES, "received": _RANKED["received"]},
    ),
    Stage(
        "rank",
        "排序",
        5,
        (*_COUNTED, "held", "labels", "links", "gaps", "provisions", "related", "higher", "citations"),
        ("suggestions",),
        _rank,
        ("rank",),
        ("concerns",),
        decisions=SUGGESTING,
        columns=_RANKED,
    ),
    Stage(
        "gather",
        "汇总成表",
        2,
        (*_COUNTED, "triage", "labels", "membership", "gaps", "placements", "vectors", "provisions", "cited", "higher"),
        ("comments", "opinions", "units", "articles"),
        _gather,
    ),
)


def _key(stage: Stage, settings: Settings, models: Models, digests: Mapping[str, str], review: Reviewed) -> str:
    dump = settings.model_dump(mode="json")
    return content_key(
        *(d.effect() for d in review.of(*stage.decisions)),
        stage.name,
        stage.version,
        settings.seed,
        {s: dump[s] for s in stage.sections},
        {m: models.fingerprint(m) for m in stage.models},
        {t: digests[t] for t in stage.reads},
    )


def run_stages(folder: RunFolder, settings: Settings, models: Models, digests: dict[str, str], report: Callable[[str], None]) -> None:
    """Bring every stage of a run up to date.

    Args:
        folder: The run; ``received`` and ``provisions`` are written.
        settings: Resolved settings.
        models: Models of the run.
        digests: sha256 of the tables that are written already; completed in place.
        report: Called with a line about each stage.
    """
    tables, review = Loaded(folder), Reviewed(decided(folder.path))
    for stage in STAGES:
        started = time.perf_counter()
        key = _key(stage, settings, models, digests, review)
        if folder.reusable(stage.name, key):
            digests.update(folder.manifest["stages"][stage.name]["tables"])
            report(f"{stage.label}：沿用已有结果")
            continue
        before = set(review.unapplied)
        made = stage.run(Inputs(tables.of(stage.reads, stage.columns), settings, models, review))
        if set(made) != set(stage.writes):
            raise RuntimeError(f"stage {stage.name} wrote {sorted(made)}, not {sorted(stage.writes)}")
        made = {name: conform(v, name) if isinstance(v, pd.DataFrame) else v for name, v in made.items()}
        written = {name: folder.write(name, value, conforming=True) for name, value in made.items()}
        tables.add(made)
        digests.update(written)
        seconds = round(time.perf_counter() - started, 3)
        missed = {name: why for name, why in sorted(review.unapplied.items()) if name not in before}
        counts = {n: len(v.ids) if isinstance(v, Vectors) else len(v) for n, v in made.items()}
        made_of = {"key": key, "version": stage.version, "tables": written, "rows": counts, "seconds": seconds}
        folder.record(stage.name, made_of | ({"unapplied": missed} if missed else {}))
        _LOG.info("%s %s %.2fs", stage.name, counts, seconds)
        del made
        tables.keep([(s.reads, s.columns) for s in STAGES[STAGES.index(stage) + 1 :]])
        report(f"{stage.label}：{seconds:.1f} 秒")
