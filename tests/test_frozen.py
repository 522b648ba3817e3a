"""Frozen values: what the fast decorator makes is what the standard library's would have made."""

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from cvgen.document import nodes
from cvgen.document.nodes import EMPTY, Line, Strong, Text
from cvgen.frozen import frozen

EXPORTED = (getattr(nodes, name) for name in nodes.__all__)
NODES: list[Any] = [made for made in EXPORTED if isinstance(made, type) and dataclasses.is_dataclass(made)]


def decorated(decorator: Any) -> Any:
    @decorator
    class Plain:
        one: int
        two: tuple[int, ...] = ()
        three: dict[str, int] = dataclasses.field(default_factory=dict)

    return Plain


OURS = decorated(frozen)
THEIRS = decorated(dataclasses.dataclass(frozen=True, slots=True))


@pytest.mark.parametrize("arguments", [(1,), (1, (2,)), (1, (2,), {"a": 3})], ids=str)
def test_it_is_a_dataclass(arguments):
    """Construction, fields, order of matching and the text for people are those of a frozen dataclass."""
    ours, theirs = OURS(*arguments), THEIRS(*arguments)
    assert repr(ours) == repr(theirs)
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert ours.__match_args__ == theirs.__match_args__ == ("one", "two", "three")
    assert dataclasses.replace(ours, one=7) == OURS(7, *arguments[1:]) != ours
    assert ours != theirs
    for made in (OURS, THEIRS):
        with pytest.raises(TypeError):
            made()
        with pytest.raises(TypeError, match="unhashable"):
            hash(made(*arguments))  # a dict is among the fields


def test_nothing_can_be_changed():
    """Neither a field nor anything else can be set or deleted."""
    for made in (OURS(1), THEIRS(1)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            made.one = 2
        with pytest.raises(dataclasses.FrozenInstanceError):
            del made.one
        with pytest.raises((AttributeError, TypeError)):
            made.four = 4
        assert made.one == 1


@pytest.mark.parametrize("made", NODES, ids=lambda made: made.__name__)
def test_each_node_is_a_value(made):
    """Nodes of equal fields are equal and have one hash; of another class they never are. They survive copying."""
    assert len(NODES) > 20
    names = [field.name for field in dataclasses.fields(made)]
    one, same, other = made(*names), made(*names), made(*names[:-1], "other")
    assert one == same != other
    assert hash(one) == hash(same)
    assert {one, same, other} == {one, other}
    assert not hasattr(one, "__dict__")
    assert copy.deepcopy(one) == one == pickle.loads(pickle.dumps(one))


def test_classes_are_told_apart():
    """Emphasis is not bold, though both hold the same words."""
    assert nodes.Emphasis((Text("a"),)) != Strong((Text("a"),))
    assert not EMPTY
    assert Line((Text("a"),))
