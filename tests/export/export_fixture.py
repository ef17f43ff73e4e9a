"""A tiny run made by hand: an invented city asks about an invented by-law on its parks."""

from __future__ import annotations

import pandas as pd

from jietan.tables import TABLES, conform

TITLE = "青禾市公园管理条例（草案）"
LAW = "青禾市公园管理条例"
INFO = {
    "version": "0.1.0",
    "started": "2031-05-20T09:30:00",
    "counts": {"comments": 15},
    "models": {"向量": "static-zh", "分类": "labels-zh"},
    "salt": "不能出现的盐",
}

ARTICLES = [
    ("第一条", "第一章　总则", ["为了规范公园管理，制定本条例。"]),
    ("第八条", "第二章　游览", ["公园每日开放时间为六时至二十时。", "遇有重大活动的，管理单位可以调整开放时间。"]),
    (
        "第九条",
        "第二章　游览",
        ["公园内禁止下列行为：\n（一）攀折花木；\n（二）携带宠物；\n（三）使用扩音设备。"],
    ),
    ("第十八条", "第三章　法律责任", ["违反本条例第九条规定的，处二百元以上五百元以下罚款。"]),
]

#: id, point, street, date, masked name, triage, campaign, duplicate, text, personal data (type, original, masked)
COMMENTS = [
    (
        "QH-001",
        "湖心亭采集点",
        "东湖街道",
        "2031-04-02",
        "李*宁",
        "legislative",
        None,
        None,
        "我是李长宁，电话19900001234，住湖心里3幢502室。建议把关门时间延到二十二时，夏天晚上老人都想出来走走。另外不要罚款那么重。",
        [("name", "李长宁", "李*宁"), ("phone", "19900001234", "199****1234"), ("address", "湖心里3幢502室", "湖心里***")],
    ),
    (
        "QH-002",
        "柳岸采集点",
        "西塘街道",
        "2031-04-03",
        None,
        "legislative",
        None,
        None,
        "公园应当开到晚上十点，下班的人才有时间去。",
        [],
    ),
    (
        "QH-003",
        None,
        None,
        None,
        "王*",
        "legislative",
        None,
        None,
        "支持二十时关门，晚上吵得睡不着。=1+1 算算有多少人受影响。",
        [],
    ),
    (
        "QH-004",
        "柳岸采集点",
        "西塘街道",
        "2031-04-05",
        "赵*梅",
        "legislative",
        "C1",
        None,
        "请删去第九条第二项，牵绳的小狗不碍事。",
        [],
    ),
    (
        "QH-005",
        "柳岸采集点",
        "西塘街道",
        "2031-04-05",
        "孙*",
        "legislative",
        "C1",
        None,
        "请删去第九条第二项，牵绳的小狗不碍事。",
        [],
    ),
    (
        "QH-006",
        "东门采集点",
        "东湖街道",
        "2031-04-06",
        "周*海",
        "legislative",
        "C1",
        "QH-004",
        "请删去第九条第二项，牵绳的小狗不碍事。我家周明海遛狗十年，周明海从不捣乱。",
        [("name", "周明海", "周*海")],
    ),
    (
        "QH-007",
        "东门采集点",
        "东湖街道",
        "2031-04-07",
        "吴*",
        "legislative",
        None,
        None,
        "建议增加一条，规定公园要设母婴室和无障碍厕所。",
        [],
    ),
    (
        "QH-008",
        "湖心亭采集点",
        "东湖街道",
        "2031-04-07",
        "郑*",
        "legislative",
        None,
        None,
        "罚款要分情形，初次违反的先警告。",
        [],
    ),
    (
        "QH-009",
        "湖心亭采集点",
        "东湖街道",
        "2031-04-08",
        None,
        "legislative",
        None,
        None,
        "扩音设备到底算不算手机外放？请讲清楚。",
        [],
    ),
    (
        "QH-010",
        "柳岸采集点",
        "西塘街道",
        "2031-04-09",
        "冯*",
        "legislative",
        None,
        None,
        "草坪上能不能放风筝也该写一写。\x07",
        [],
    ),
    (
        "QH-011",
        "柳岸采集点",
        "西塘街道",
        "2031-04-09",
        "陈*",
        "governance",
        None,
        None,
        "西门路灯坏了半个月，电话0999-5550001打了没人接，请派人修。",
        [("phone", "0999-5550001", "0999-***")],
    ),
    (
        "QH-012",
        "东门采集点",
        "东湖街道",
        "2031-04-10",
        "褚*",
        "personal",
        None,
        None,
        "我买的年卡怎么退？",
        [],
    ),
    ("QH-013", "东门采集点", "东湖街道", "2031-04-10", None, "off_topic", None, None, "低价装修 https://example.com", []),
    ("QH-014", "东门采集点", "东湖街道", "2031-04-11", None, "empty", None, None, "👍👍", []),
    ("QH-015", "东门采集点", "东湖街道", "2031-04-12", "卫*", "legislative", None, None, "大家的公园大家爱。", []),
]

#: opinion, comment, words, kind, stance, operation, unit, new article, theme
OPINIONS = [
    ("o01", "QH-001", "建议把关门时间延到二十二时", "建议", "modify", "修改", "u1", False, "t1a"),
    ("o02", "QH-001", "夏天晚上老人都想出来走走", "理由", "modify", "none", "u1r", False, "t1a"),
    ("o03", "QH-001", "不要罚款那么重", "反对", "oppose", "none", "u5", False, "t3"),
    ("o04", "QH-002", "公园应当开到晚上十点", "建议", "modify", "修改", "u1", False, "t1a"),
    ("o05", "QH-003", "支持二十时关门，晚上吵得睡不着", "支持", "support", "保留", "u2", False, "t1a"),
    ("o06", "QH-004", "请删去第九条第二项", "建议", "oppose", "删除", "u3", False, "t2"),
    ("o07", "QH-005", "请删去第九条第二项", "建议", "oppose", "删除", "u3", False, "t2"),
    ("o08", "QH-006", "请删去第九条第二项", "建议", "oppose", "删除", "u3", False, "t2"),
    ("o09", "QH-006", "我家周明海遛狗十年", "理由", "oppose", "none", "u3r", False, "t2"),
    ("o10", "QH-007", "建议增加一条，规定公园要设母婴室和无障碍厕所", "建议", "modify", "增加", "u4", True, None),
    ("o11", "QH-008", "罚款要分情形，初次违反的先警告", "建议", "modify", "细化", "u6", False, "t3"),
    ("o12", "QH-009", "扩音设备到底算不算手机外放？请讲清楚", "问题", "neutral", "释明", "u7", False, None),
    ("o13", "QH-010", "草坪上能不能放风筝也该写一写。\x07", "建议", "modify", "增加", "u8", True, None),
    ("o14", "QH-003", "=1+1 算算有多少人受影响", "理由", "support", "none", "u2r", False, "t1a"),
    ("o15", "QH-011", "西门路灯坏了半个月", "问题", "neutral", "none", "u9", False, None),
]

LINKS = [
    ("o01", 1, "draft", "第八条", 1, None, "retrieved"),
    ("o01", 2, "library", "第二十条", None, None, "retrieved"),
    ("o03", 1, "draft", "第十八条", None, None, "retrieved"),
    ("o04", 1, "draft", "第八条", 1, None, "retrieved"),
    ("o05", 1, "draft", "第八条", 1, None, "retrieved"),
    ("o06", 1, "draft", "第九条", None, "（二）", "explicit"),
    ("o07", 1, "draft", "第九条", None, "（二）", "explicit"),
    ("o08", 1, "draft", "第九条", None, "（二）", "explicit"),
    ("o11", 1, "draft", "第十八条", None, None, "retrieved"),
    ("o11", 2, "draft", "第九条", None, None, "retrieved"),
    ("o12", 1, "draft", "第九条", None, "（三）", "retrieved"),
]

#: theme, parent, title, keywords, support, oppose, modify, neutral, people
THEMES = [
    ("t1", None, "开放和游览", ["开放", "时间"], 1, 0, 2, 0, 3),
    ("t1a", "t1", "开放时间的长短", ["关门", "二十二时"], 1, 0, 2, 0, 3),
    ("t2", None, "携带宠物（周明海等）", ["宠物", "周明海"], 0, 3, 0, 0, 3),
    ("t3", None, "罚款的幅度", ["罚款"], 0, 1, 1, 0, 2),
]

_SPAN_TEXT = "公园每日开放时间为六时至二十时。"
_BEARINGS = {"differs": [], "follow": [], "higher_law": [], "beyond": ""}
SUGGESTIONS = [
    _BEARINGS | {
        "suggestion_id": "s1", "rank": 1, "rank_low": 1, "rank_high": 2, "theme_id": "t1a", "unit_ids": ["u1"],
        "article": "第八条", "paragraph": 1, "operation": "修改", "title": "延长开放时间到二十二时",
        "original_text": _SPAN_TEXT, "proposed_text": "公园每日开放时间为六时至二十二时。", "drafted": True,
        "reason": "夏天晚上老人都想出来走走；下班的人才有时间去。", "evidence": ["o01", "o02", "o04"], "score": 0.812,
        "conflicts_with": ["s4"], "n_people": 2, "differs": ["本建议要求修改，该建议维持原文"],
        "follow": ["第十八条引用第八条，法律责任须相应调整"], "higher_law": ["《某法》第三条：“公园免费开放。”"],
    },
    _BEARINGS | {
        "suggestion_id": "s2", "rank": 2, "rank_low": 1, "rank_high": 3, "theme_id": "t2", "unit_ids": ["u3"],
        "article": "第九条", "item": "（二）", "operation": "删除", "title": "允许携带宠物",
        "original_text": "（二）携带宠物；", "proposed_text": "", "drafted": True,
        "reason": "牵绳的小狗不碍事，周明海说他遛狗十年。", "evidence": ["o06", "o07", "o08", "o09"], "score": 0.6,
        "conflicts_with": [], "n_people": 3,
    },
    _BEARINGS | {
        "suggestion_id": "s3", "rank": 3, "rank_low": 3, "rank_high": 4, "theme_id": None, "unit_ids": ["u4"],
        "after_article": "第十八条", "operation": "增加", "title": "设置母婴室和无障碍厕所", "original_text": None,
        "proposed_text": "公园应当设置母婴室和无障碍厕所。", "drafted": True, "reason": "", "evidence": ["o10"],
        "score": 0.41, "conflicts_with": [], "n_people": 1,
    },
    _BEARINGS | {
        "suggestion_id": "s4", "rank": 4, "rank_low": 3, "rank_high": 5, "theme_id": "t1a", "unit_ids": ["u2"],
        "article": "第八条", "paragraph": 1, "operation": "保留", "title": "维持二十时关门",
        "original_text": _SPAN_TEXT, "proposed_text": _SPAN_TEXT, "drafted": True, "reason": "晚上吵得睡不着。",
        "evidence": ["o05", "o14"], "score": 0.3, "conflicts_with": ["s1"], "n_people": 1, "differs": ["本建议维持原文，该建议要求修改"],
    },
    _BEARINGS | {
        "suggestion_id": "s5", "rank": 5, "rank_low": 4, "rank_high": 5, "theme_id": "t3", "unit_ids": ["u6"],
        "article": "第十八条", "operation": "细化", "title": "区分情形，初次违反先予警告",
        "original_text": ARTICLES[3][2][0], "proposed_text": "区分违法情形，对初次违反的先予警告，再次违反的处以罚款。",
        "drafted": False, "reason": "罚款要分情形。", "evidence": ["o11"], "score": 0.2, "conflicts_with": [],
        "n_people": 1,
    },
]  # fmt: skip


def _comments() -> pd.DataFrame:
    rows = []
    for i, (cid, point, street, day, name, triage, campaign, copy, text, _) in enumerate(COMMENTS, 2):
        rows.append(
            {
                "comment_id": cid, "text": text, "text_parts": [{"column": "内容", "start": 0, "end": len(text)}],
                "point": point, "street": street, "submitted_at": day, "channel": "小程序",
                "submitter_key": f"k{cid}" if name else None, "submitter_masked": name, "article_hint": None,
                "stance_hint": None, "likes": None, "source_file": "/home/某人/意见.xlsx", "source_row": i,
                "campaign_id": campaign, "duplicate_of": copy, "triage": triage, "triage_probability": 0.9,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _pii() -> pd.DataFrame:
    rows = [
        (c[0], c[8].index(original), c[8].index(original) + len(original), kind, masked)
        for c in COMMENTS
        for kind, original, masked in c[9]
    ]
    return pd.DataFrame(rows, columns=TABLES["pii"].column_names)


def originals() -> list[str]:
    """Personal data that no export may show."""
    return [original for c in COMMENTS for _, original, _ in c[9]]


def _opinions() -> pd.DataFrame:
    texts = {c[0]: c[8] for c in COMMENTS}
    rows = []
    for oid, cid, words, kind, stance, operation, unit, new, theme in OPINIONS:
        start = texts[cid].index(words)
        rows.append(
            {
                "opinion_id": oid, "comment_id": cid, "start": start, "end": start + len(words), "text": words,
                "kind": kind, "stance": stance, "operation": operation, "unit_id": unit, "new_article": new,
                "theme_id": theme, "kind_probability": 0.8, "stance_probability": 0.8, "operation_probability": 0.8,
                "raw_copy": words,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _articles() -> pd.DataFrame:
    rows = [(f"d-{label}", LAW, label, chapter, "\n".join(parts), "draft", parts, i) for i, (label, chapter, parts) in enumerate(ARTICLES)]
    text = "城市公园应当按照规定向公众开放。"
    rows.append(("l-第二十条", "园林条例", "第二十条", None, text, "library", [text], 20))
    return pd.DataFrame(rows, columns=TABLES["articles"].column_names)


def _links() -> pd.DataFrame:
    rows = [
        (o, rank, source, LAW if source == "draft" else "园林条例", f"{source[0]}-{a}", a, p, item, basis, 1.0, 0.7)
        for o, rank, source, a, p, item, basis in LINKS
    ]
    return pd.DataFrame(rows, columns=TABLES["links"].column_names)


def _units() -> pd.DataFrame:
    members: dict[str, list[str]] = {}
    for oid, *_, unit, _new, _theme in OPINIONS:
        members.setdefault(unit, []).append(oid)
    rows = [(u, ids[0], len(ids), len(ids), len(ids), 1, u == "u3") for u, ids in members.items()]
    return pd.DataFrame(rows, columns=TABLES["units"].column_names)


CONFLICTS = ["提高／降低：时间"]


def _sides() -> pd.DataFrame:
    rows = []
    for theme, *_ in THEMES:
        own = [o[0] for o in OPINIONS if o[8] is not None and o[8].startswith(theme) and o[3] != "理由"]
        rows.append((theme, "modify", len(own), len(own), 1, own[0]))
    return pd.DataFrame(rows, columns=TABLES["sides"].column_names)


def _namings() -> pd.DataFrame:
    rows = [(t[0], 1, t[2], "主体", "居民用词", t[2], 0.8, []) for t in THEMES]
    return pd.DataFrame(rows, columns=TABLES["namings"].column_names)


def _themes() -> pd.DataFrame:
    rows = []
    for tid, parent, title, keywords, support, oppose, modify, neutral, n_people in THEMES:
        ids = [o[0] for o in OPINIONS if o[8] is not None and o[8].startswith(tid) and o[3] != "理由"]
        total = support + oppose + modify + neutral
        rows.append((tid, parent, title, keywords, 2, total, total, n_people, 2, support, oppose, modify, neutral, ids, ids[:2], CONFLICTS))
    return pd.DataFrame(rows, columns=TABLES["themes"].column_names)


def _suggestions() -> pd.DataFrame:
    rows = []
    for spec in SUGGESTIONS:
        n = len(spec["evidence"])
        row = dict.fromkeys(TABLES["suggestions"].column_names) | {"law": LAW, "status": "draft"}
        row |= {"n_opinions": n, "n_comments": n, "n_points": 1, "exemplars": spec["evidence"]} | spec
        rows.append(row | {"score_people": spec["score"] * 0.75, "score_points": spec["score"] * 0.25})
    return pd.DataFrame(rows)


def tables() -> dict[str, pd.DataFrame]:
    """Every contract table, checked against its contract."""
    rejects = [
        (None, "/home/某人/意见.xlsx", 17, "read", "这一行没有文字"),
        ("QH-011", "/home/某人/意见.xlsx", 12, "link", "电话0999-5550001所在的观点没有对应条文"),
    ]
    frames = {
        "comments": _comments(),
        "pii": _pii(),
        "opinions": _opinions(),
        "links": _links(),
        "articles": _articles(),
        "units": _units(),
        "themes": _themes(),
        "sides": _sides(),
        "namings": _namings(),
        "suggestions": _suggestions(),
        "rejects": pd.DataFrame(rejects, columns=TABLES["rejects"].column_names),
    }
    return {name: conform(frame, name) for name, frame in frames.items()}


def messages() -> dict[str, pd.DataFrame]:
    """Five comments without a draft: no suggestion, no article, no date, no name and no point."""
    full = tables()
    comments = (
        full["comments"]
        .iloc[:5]
        .assign(point=None, street=None, submitted_at=None, submitter_masked=None, submitter_key=None, campaign_id=None)
    )
    opinions = full["opinions"][full["opinions"].comment_id.isin(comments.comment_id)]
    links = full["links"][(full["links"].source == "library") & full["links"].opinion_id.isin(opinions.opinion_id)]
    themes = full["themes"].copy()
    themes["title"] = themes["title"].str.replace("周明海", "养犬人")
    themes["keywords"] = [["公园"]] * len(themes)
    for name in ("exemplars", "summary"):
        themes[name] = themes[name].map(lambda ids: [i for i in ids if i in set(opinions.opinion_id)])
    kept = {
        "comments": comments,
        "pii": full["pii"][full["pii"].comment_id.isin(comments.comment_id)],
        "opinions": opinions,
        "links": links.assign(rank=1),
        "articles": full["articles"][full["articles"].source == "library"],
        "units": full["units"],
        "themes": themes,
    }
    return {name: conform(frame, name) for name, frame in kept.items()}
