import gzip

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from jietan.errors import InputError
from jietan.reading import read_files
from jietan.reading.encoding import decode

SENTENCES = [
    "支持集中停放，早该这样了。",
    "建议增加充电设施",
    "应当一起管",
    "编号,意见内容\n1,不同意",
    "建议删除第十二条第二款，理由是收费太高。",
    "意见内容\n夜间不应当断电",
    "物业不管，居委会也不管，请问找谁？",
    "我觉得罚款二百元太多了！",
]
ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_short_simplified(sentence, encoding):
    assert decode(sentence.encode(encoding), "f")[0] == sentence


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "cp950", "gb18030", "utf-16-le"])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_short_traditional(sentence, encoding):
    traditional = OpenCC("s2t").convert(sentence)
    assert decode(traditional.encode(encoding), "f")[0] == traditional


@pytest.mark.parametrize(
    ("encoding", "label"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8（带 BOM）"), ("gb18030", "GB18030"), ("utf-16-le", "UTF-16 LE"), ("utf-16-be", "UTF-16 BE")],
)
def test_label(encoding, label):
    assert decode("建议增加充电设施，方便居民。".encode(encoding), "f")[1] == label


def test_gb18030_has_all_characters():
    text = "编号,意见内容\n1,𠮷先生说：建议增加充电桩👍，䶮塘路也要装。"
    assert decode(text.encode("gb18030"), "f")[0] == text


def test_ascii_and_line_ends_stay():
    assert decode(b"a,b\r\nc\rd\n", "f") == ("a,b\r\nc\rd\n", "UTF-8")


common = st.text(alphabet="的是不了有我这在人们建议应当居民充电设施停车街道社区物业收费条例规定办法，。！？\n123", min_size=8, max_size=200)


@settings(max_examples=150, deadline=None)
@given(text=common, encoding=st.sampled_from(["utf-8", "gb18030"]))
@example(text="联通" * 4, encoding="gb18030")
def test_round_trip(text, encoding):
    if sum(c >= "\u4e00" for c in text) < 4:
        text += "建议增加充电设施"
    assert decode(text.encode(encoding), "f")[0] == text


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1).filter(lambda t: "\0" not in t and not t.startswith("\ufeff")))
def test_marked_utf8_always_comes_back(text):
    assert decode(b"\xef\xbb\xbf" + text.encode("utf-8"), "f")[0] == text


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_are_text_or_an_input_error(data):
    try:
        text, label = decode(data, "f")
    except InputError:
        return
    assert isinstance(text, str)
    assert label


def test_unknown_encoding_names_the_file_and_the_way_out(write):
    path = write("乱码.csv", bytes(range(128, 256)) * 8)
    with pytest.raises(InputError, match=r"乱码\.csv.*unknown encoding.*另存为 UTF-8"):
        read_files([path])


def test_damaged_utf8_is_not_read_as_something_else():
    data = ("意见内容\n建议增加充电设施\n" * 3).encode()
    with pytest.raises(InputError, match="第 6 行有损坏的字节"):
        decode(data[:-2], "f")


def test_gzip_comes_first(write):
    text = "编号,意见内容\n1,建议增加充电设施\n"
    for encoding in ("utf-8", "gb18030", "utf-16"):
        rows = read_files([write("a.csv.gz", gzip.compress(text.encode(encoding)))]).rows
        assert [row.text for row in rows] == ["建议增加充电设施"]


def test_encoding_is_told(write):
    notes = read_files([write("a.csv", "编号,意见内容\n1,建议增加充电设施", "gb18030")]).notes
    assert "a.csv：文字编码 GB18030" in notes
