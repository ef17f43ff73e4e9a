"""What the program never does: open a connection, load a pickle, run a text as code."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import jietan

PACKAGE = Path(jietan.__file__).parent
_NETWORK = {"socket", "ssl", "http", "urllib", "requests", "httpx", "aiohttp", "ftplib", "smtplib", "telnetlib", "xmlrpc", "socketserver"}
_CODE = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "shelve", "marshal", "code", "codeop", "imp"}
_CALLS = {"eval", "exec", "compile", "__import__"}
#: The one module that connects, to the cluster that the user names with --engine ray; and the one that packs what goes to the
#: program's own worker processes and comes back from them, never to or from a file.
_EXCEPT = {("clusters.py", "socket"), ("parallel.py", "pickle")}
#: Reading an address that is in a document, without opening it.
_HARMLESS = {"urllib.parse"}


def _modules():
    found = sorted(PACKAGE.rglob("*.py"))
    assert len(found) > 300
    return [(path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text("utf-8"))) for path in found]


def _imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" if node.module == "urllib" else node.module for name in node.names)


def _calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def test_no_module_opens_connections_or_loads_code():
    wrong = [
        (name, module)
        for name, tree in _modules()
        for module in _imported(tree)
        if module.split(".")[0] in _NETWORK | _CODE and module not in _HARMLESS and (name, module) not in _EXCEPT
    ]
    assert wrong == []


def test_no_text_is_run_and_no_pickle_is_loaded():
    wrong = []
    for name, tree in _modules():
        for node, called in _calls(tree):
            keywords = {k.arg: k.value for k in node.keywords}
            allowed = keywords.get("allow_pickle")
            loads = called in ("np.load", "numpy.load") and not (isinstance(allowed, ast.Constant) and allowed.value is False)
            others = called in ("pickle.load", "joblib.load", "torch.load", "pd.read_pickle", "pandas.read_pickle", "os.system", "os.popen")
            shell = isinstance(keywords.get("shell"), ast.Constant) and keywords["shell"].value
            if called in _CALLS or loads or others or shell:
                wrong.append((name, node.lineno, called))
    assert wrong == []


_WITHOUT_NETWORK = """
import socket, sys

def refuse(*arguments, **_):
    raise AssertionError(f"the program opens a connection: {arguments}")

class Refused(socket.socket):
    def __init__(self, family=-1, *arguments, **more):
        if family in (-1, socket.AF_INET, socket.AF_INET6):
            refuse(family, *arguments)
        super().__init__(family, *arguments, **more)

socket.socket = Refused
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = refuse
sys.addaudithook(lambda event, given: refuse(event, given) if event in ("socket.connect", "socket.getaddrinfo", "socket.bind") else None)
from jietan.cli import main
for words in WORDS:
    try:
        main(words)
    except SystemExit as ended:
        assert not ended.code, (words, ended.code)
print("all done")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the loop of asyncio on Windows is made of sockets")
def test_the_whole_flow_without_a_network(tmp_path, sample_folder, small_comments):
    """Run, export, review, outcome, feedback, explain, form, archive, laws, lint: no connection is opened, none to this machine either."""
    run, draft = str(tmp_path / "运行"), str(sample_folder / "draft.docx")
    words = [
        ["run", str(small_comments), "--draft", draft, "--out", run, "--set", "embed.model=jietan-static-zh"],
        ["trace", run, "LJ-0001"],
        ["export", run, "--to", "xlsx,docx,html,csv,json,official"],
        ["review", "export", run],
        ["outcome", run, "--final", str(sample_folder / "final.docx")],
        ["feedback", run, "--out", str(tmp_path / "反馈"), "--comments", str(small_comments)],
        ["explain", draft, "--out", str(tmp_path / "讲解")],
        ["form", draft, "--out", str(tmp_path / "收集表")],
        ["archive", "add", run, "--file", str(tmp_path / "台账.db")],
        ["laws", "search", "楼道里给电动自行车充电", "-k", "3", "--set", "search.model=jietan-static-zh"],
        ["forget", run, "LJ-0001", "--yes", "--file", str(tmp_path / "台账.db")],
    ]
    unset = {k: v for k, v in os.environ.items() if k not in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")}
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_NETWORK.replace("WORDS", repr(words))], capture_output=True, text=True, env=unset, cwd=tmp_path
    )
    assert done.stdout.endswith("all done\n"), done.stderr[-3000:]
