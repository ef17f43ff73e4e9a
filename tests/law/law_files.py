"""Small invented laws as files, in the forms in which offices keep them."""

import io
import json
import zipfile

import docx

CHAPTERS = [
    ("第一章　总则", ["为了规范风筝的放飞，保障公共安全，制定本条例。", "本市行政区域内放飞风筝，适用本条例。"]),
    (
        "第二章　放飞",
        [
            "放飞风筝应当避开架空线路和机场净空保护区。\n有下列情形之一的，不得放飞：\n（一）大风蓝色预警期间；\n（二）人群密集的场所。",
            "违反本条例第三条规定的，由城市管理部门责令改正，可以处五十元以上二百元以下罚款。",
        ],
    ),
]


def lines(title, note="", chapters=CHAPTERS, last=""):
    """The paragraphs of a law as the national database lays them out."""
    found = [title, *([note] if note else []), "目　　录", *(heading for heading, _ in chapters)]
    labels = iter("一二三四五六七八九十")
    for heading, articles in chapters:
        found.append(heading)
        for text in articles:
            first, *rest = text.split("\n")
            found += [f"第{next(labels)}条　{first}", *rest]
    return [*found, *([f"第{next(labels)}条　{last}"] if last else [])]


def word(path, paragraphs):
    """Write paragraphs as a Word file."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(path)
    return path


def text(path, paragraphs):
    """Write paragraphs as a text file."""
    path.write_text("\n".join(paragraphs), "utf-8")
    return path


def json_lines(path, rows):
    """Write rows as JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def row(law="某市放风筝条例", article="第一条", words="为了放风筝，制定本条例。", **more):
    """One line of a JSON lines file."""
    return {"law": law, "article": article, "text": words, **more}


def archive(entries):
    """The bytes of a zip file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries.items():
            package.writestr(name, data)
    return stream.getvalue()
