"""What code means, without what is only said about it: by which it is told whether code does what it did.

Belongs here: from the text of a module to bytes. Does not: which modules count (`registry`, the parts of an edition).
"""

import ast
from collections.abc import Callable


def meaning(code: str) -> bytes:
    """Bytes that change with what code does: not for a comment, a docstring or where a line ends. SyntaxError."""
    told: list[str] = []
    _tell(ast.parse(code), told.append)
    return chr(31).join(told).encode()


def _tell(part: object, tell: Callable[[str], object]) -> None:
    """All of a syntax tree in one pass: `ast.dump` after a walk without docstrings takes twice as long."""
    if isinstance(part, ast.AST):
        tell(part.__class__.__name__)
        for name in part._fields:
            if name != "ctx":  # it follows from where a name stands
                _tell(getattr(part, name, None), tell)
    elif isinstance(part, list):
        tell("[")
        for each in part:
            if not _is_docstring(each):
                _tell(each, tell)
        tell("]")
    else:
        tell(repr(part))


def _is_docstring(statement: object) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
