"""Every error of the tree stands in the manual, and says what to do."""

import ast
import inspect
import pickle
import re

import pytest
from errors_page import page, restated, situation
from raising import SOURCE, error_names, found

from jietan.errors import InputError, JietanError

_CHINESE = re.compile("[\u4e00-\u9fff]")
FOUND = found()
PLACES = {(one.module, one.line) for one in FOUND}


def _raised():
    """Every raise of the package that makes an error a user may see, found without the reader of the page."""
    names = "|".join(sorted(error_names()))
    for path in sorted(SOURCE.rglob("*.py")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if re.search(rf"\b(raise|return|error=|str\()\s*({names})\(", line):
                yield path.relative_to(SOURCE).as_posix(), number


def test_every_raise_is_found():
    raised = set(_raised())
    assert len(raised) > 250
    assert raised <= PLACES


def test_every_raised_class_is_known():
    """Whatever else is raised is a bug, an answer inside a module, or ends the program."""
    private = {
        "CannotDo",
        "_Wrong",
        "_Empty",
        "_MismatchError",
        "ValueError",
        "KeyError",
        "AttributeError",
        "RuntimeError",
        "StopIteration",
        "IndexError",
    }
    private |= {"NotImplementedError", "OSError", "Error", "DatabaseError", "Exit"}
    known = error_names() | private | {"no_text_column", "damaged", "cause"}
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        makers = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.returns and _makes_error(n)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                name = ast.unparse(node.exc.func).split(".")[-1]
                assert name in known | makers, f"{path.name}:{node.lineno} {name}"


def _makes_error(function):
    return any(name in ast.unparse(function.returns) for name in (*error_names(), "Exception"))


@pytest.mark.parametrize("one", FOUND, ids=lambda one: f"{one.module}:{one.line}")
def test_every_error_says_what_to_do(one):
    assert one.remedies, "todo= is missing"
    assert situation(one), "say in tools/reference/errors_page.py what the user was doing"
    if not restated(one):
        assert all(_CHINESE.search(remedy) for remedy in one.remedies), one.remedies
        assert all(_CHINESE.search(message) for message in one.messages if message.strip("…（）《》")), one.messages


def test_only_a_few_errors_pass_others_on():
    assert {one.module for one in FOUND if restated(one)} == {"commands/library.py", "law/sources.py"}


def test_every_message_is_on_the_page():
    text = page()
    for one in FOUND:
        for message in one.messages:
            if _CHINESE.search(message) and not restated(one):
                assert message.replace("|", "\\|").replace("\n", "<br>") in text, message


def test_an_error_cannot_be_made_without_a_remedy():
    assert inspect.signature(JietanError).parameters["todo"].default is inspect.Parameter.empty
    assert str(JietanError("坏了", where="甲", todo="请换一个")) == "甲：坏了。请换一个。"


def test_an_error_travels_whole_between_processes():
    sent = InputError("坏了", where="甲", todo="请换一个")
    back = pickle.loads(pickle.dumps(sent))  # noqa: S301
    assert (type(back), back.what, back.where, back.todo, str(back)) == (InputError, "坏了", "甲", "请换一个", str(sent))
