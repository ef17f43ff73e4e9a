"""Every error of the source that a user may see, found by reading the source: its message and its remedy, as they are written.

A message is made of literal words and of values that only a run knows; those values become an ellipsis. What stands in a name is looked
up: assignments in the function, what a function of the module returns, constants of this and of other modules.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import jietan
from jietan.errors import JietanError, cause

__all__ = ["SOURCE", "Found", "error_names", "found"]

SOURCE = Path(jietan.__file__).resolve().parent
_VALUE = "…"
#: What :func:`jietan.errors.cause` says, in short.
_CAUSE = "没有权限、磁盘空间不足等原因"
_DEEPEST = 6
_CHOICES = 6


@dataclass(frozen=True)
class Found:
    """One place where an error is made.

    Args:
        module: File below the package, with slashes.
        line: Line of the call.
        kind: Name of the class.
        where: What stands before the message where that is always the same, such as an option.
        messages: What it may say.
        remedies: What it may advise.
    """

    module: str
    line: int
    kind: str
    where: str
    messages: tuple[str, ...]
    remedies: tuple[str, ...]


@cache
def error_names() -> frozenset[str]:
    """Return the names of the error classes, of every module that declares one."""
    names = {JietanError.__name__}
    classes = [node for module in _modules() for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
    while more := {c.name for c in classes if c.name not in names and any(ast.unparse(base) in names for base in c.bases)}:
        names |= more
    return frozenset(names)


class _Module:
    """One module: its tree, and what stands in its names."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree = ast.parse(path.read_text("utf-8"))
        self.functions = {n.name: n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef)}
        self.constants = {t.id: n.value for n in self.tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)}

    @cached_property
    def imported(self) -> dict[str, tuple[str, str]]:
        """Names that come from other modules of the package: module, name there."""
        nodes = [n for n in ast.walk(self.tree) if isinstance(n, ast.ImportFrom) and (n.module or "").startswith("jietan")]
        return {a.asname or a.name: (n.module or "", a.name) for n in nodes for a in n.names}

    @cached_property
    def calls(self) -> list[tuple[str, ast.AST | None, ast.Call]]:
        """Every call of a plain name: the name, the function that it stands in, the call."""
        out: list[tuple[str, ast.AST | None, ast.Call]] = []

        def walk(node: ast.AST, inside: ast.AST | None) -> None:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.Call) and isinstance(child.func, ast.Name):
                    out.append((child.func.id, inside, child))
                walk(child, child if isinstance(child, ast.FunctionDef) else inside)

        walk(self.tree, None)
        return out


@cache
def _module(path: Path) -> _Module:
    return _Module(path)


@cache
def _modules() -> tuple[_Module, ...]:
    return tuple(_module(path) for path in sorted(SOURCE.rglob("*.py")))


def _path(name: str) -> Path | None:
    base = SOURCE.joinpath(*name.split(".")[1:])
    return next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.exists()), None)


def _merge(parts: list[list[str]]) -> list[str]:
    """Put the alternatives of several pieces together."""
    return ["".join(p).replace(_VALUE * 2, _VALUE) for p in itertools.islice(itertools.product(*parts), 12)]


class _Reader:
    """Reads expressions of one function as the texts they may be."""

    def __init__(self, module: _Module, function: ast.AST | None, depth: int = 0) -> None:
        self.module, self.function, self.depth = module, function, depth

    def texts(self, node: ast.AST | None) -> list[str]:
        """Return what an expression may say."""
        if self.depth > _DEEPEST or node is None:
            return [_VALUE]
        if isinstance(node, ast.Constant):
            return [str(node.value) if isinstance(node.value, str) else _VALUE]
        if isinstance(node, ast.JoinedStr):
            return _merge([self._piece(v) for v in node.values])
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return _merge([self.texts(node.left), self.texts(node.right)])
        if isinstance(node, ast.IfExp):
            return [*self.texts(node.body), *self.texts(node.orelse)]
        if isinstance(node, ast.BoolOp):
            return [t for v in node.values for t in self.texts(v)]
        if isinstance(node, ast.Name):
            return self._name(node.id)
        return self._called(node)

    def _called(self, node: ast.AST) -> list[str]:
        """What a call of a function of the module returns."""
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if name == cause.__name__:
            return [_CAUSE]
        return self._returned(name, None) if name in self.module.functions else [_VALUE]

    def _piece(self, node: ast.expr) -> list[str]:
        """A value inside a text: spelled out only where it is one of a few known texts."""
        if isinstance(node, ast.FormattedValue):
            known = self.texts(node.value)
            return known if any(t.strip(_VALUE) for t in known) and len(known) <= _CHOICES else [_VALUE]
        return self.texts(node)

    def _name(self, name: str) -> list[str]:
        if name.startswith("__"):  # a version
            return [_VALUE]
        values = list(self._assigned(name))
        if values:
            return [t for v in values for t in v]
        if name in self.module.constants:
            return _Reader(self.module, None, self.depth + 1).texts(self.module.constants[name])
        if name in self.module.imported:
            home, there = self.module.imported[name]
            path = _path(home)
            if path is not None and there in _module(path).constants:
                return _Reader(_module(path), None, self.depth + 1).texts(_module(path).constants[there])
        return self._given(name)

    def _assigned(self, name: str) -> Iterator[list[str]]:
        inner = _Reader(self.module, self.function, self.depth + 1)
        for node in ast.walk(self.function) if self.function else ():
            if not isinstance(node, ast.Assign):
                continue
            target = node.targets[0]
            if isinstance(target, ast.Name) and target.id == name:
                yield inner.texts(node.value)
            elif isinstance(target, ast.Tuple) and name in [getattr(t, "id", "") for t in target.elts]:
                at = [getattr(t, "id", "") for t in target.elts].index(name)
                yield inner.element(node.value, at)

    def element(self, node: ast.AST, at: int) -> list[str]:
        """Return what one element of a tuple may say."""
        if isinstance(node, ast.IfExp):
            return [*self.element(node.body, at), *self.element(node.orelse, at)]
        if isinstance(node, ast.Tuple):
            return self.texts(node.elts[at])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.module.functions:
            return self._returned(node.func.id, at)
        return [_VALUE]

    def _returned(self, name: str, at: int | None) -> list[str]:
        function = self.module.functions[name]
        inner = _Reader(self.module, function, self.depth + 1)
        nodes = [n.value for n in ast.walk(function) if isinstance(n, ast.Return) and n.value is not None]
        return [t for n in nodes for t in (inner.texts(n) if at is None else inner.element(n, at))] or [_VALUE]

    def _given(self, name: str) -> list[str]:
        """What callers in the package give for a parameter of the function, or its default."""
        function = self.function
        if not isinstance(function, ast.FunctionDef):
            return [_VALUE]
        names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        if name not in [*names, *(a.arg for a in function.args.kwonlyargs)]:
            return [_VALUE]
        out: list[str] = []
        for module in _modules():
            if module is not self.module and function.name not in module.imported:
                continue
            for caller, call in _calls(module, {function.name}):
                given = {k.arg: k.value for k in call.keywords} | dict(zip(names, call.args, strict=False))
                if name in given:
                    out += _Reader(module, caller, self.depth + 1).texts(given[name])
        return list(dict.fromkeys(out)) or [_VALUE]


def _calls(module: _Module, names: set[str]) -> Iterator[tuple[ast.AST | None, ast.Call]]:
    """Iterate over the calls of some names, each with the function that it stands in."""
    return ((function, call) for name, function, call in module.calls if name in names)


def found() -> list[Found]:
    """Return every place of the package where an error is made, by file and line."""
    names, out = error_names(), []
    for module in _modules():
        for function, call in _calls(module, names):
            reader = _Reader(module, function)
            given = {k.arg: k.value for k in call.keywords}
            where = reader.texts(given.get("where"))[0] if "where" in given else ""
            messages = reader.texts(call.args[0])
            remedies = [r for r in reader.texts(given["todo"]) if r] if "todo" in given else []
            place = module.path.relative_to(SOURCE).as_posix()
            fixed = "" if _VALUE in where else where
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            out.append(Found(place, call.lineno, name, fixed, _once(messages), _once(remedies)))
    return out


def _once(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t for t in texts if t))
