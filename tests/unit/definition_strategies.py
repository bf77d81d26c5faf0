"""Hypothesis strategies for tool definitions, careless and hostile ones too."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

# Every code point, lone surrogates included; the second half favours what is often got wrong.
texts = st.one_of(
    st.text(st.characters(), max_size=12),
    st.text(
        st.sampled_from('a"\\\b\n\r\t\x00\x1f\x7f\u0085\u2028\ud800\udc00\ue000\uffff\U0001f600'),
        max_size=6,
    ),
)
# What pydantic, and so the reference, takes as a string.
clean_texts = st.one_of(
    st.text(max_size=30), st.text(st.sampled_from(" \n\ufeff\x1caAİßé\U0001f600"), max_size=8)
)
keys = st.one_of(
    texts,
    st.integers(0, 2**33).map(str),
    st.sampled_from(["01", "00", "-1", "4294967295", "\U0001f600", "\uffee", "enum", "$ref"]),
)
numbers = st.one_of(
    st.integers(-(10**25), 10**25),
    st.integers(-3, 300),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([2**53, 2**53 + 1, -(2**53) - 1, 1e21, 1e-6, 1e-7, 5e-324, 1.5e300, -0.0, 0.1]),
)
scalars = st.one_of(st.none(), st.booleans(), numbers, texts)
json_values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=20,
)

_DEFINITIONS = ("a", "b", "c", "with space")
_names = st.sampled_from(["id", "name", "filter", "🙂", "ﬁ"])
_references = st.one_of(
    st.sampled_from([f"#/$defs/{n}" for n in _DEFINITIONS]),
    st.sampled_from(["#/definitions/a", "#/$defs/with%20space", "#/$defs/a/b", "#", "other.json"]),
    json_values,
)
_leaves = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["string", "object", "null", ["null"], ["string", "null"]]),
            "description": st.one_of(texts, st.none()),
            "enum": st.one_of(st.lists(scalars, max_size=3), scalars),
            "default": json_values,
        },
    ),
    st.fixed_dictionaries({"$ref": _references}),
    json_values,
)


def _combined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    branches = st.lists(inner, max_size=3)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["object", "array"]),
            "properties": st.dictionaries(_names, inner, max_size=4),
            "required": st.one_of(st.lists(st.one_of(_names, scalars), max_size=4), scalars),
            "items": inner,
            "allOf": branches,
            "anyOf": branches,
            "oneOf": branches,
            "not": inner,
            "$ref": _references,
        },
    )


schemas = st.recursive(_leaves, _combined, max_leaves=12)
_roots = st.fixed_dictionaries(
    {},
    optional={
        "type": st.just("object"),
        "properties": st.one_of(st.dictionaries(_names, schemas, max_size=4), json_values),
        "required": st.one_of(st.lists(_names, max_size=4), json_values),
        "anyOf": st.lists(schemas, max_size=2),
        "$defs": st.one_of(
            st.dictionaries(st.sampled_from(_DEFINITIONS), schemas, max_size=4), json_values
        ),
        "definitions": st.dictionaries(st.sampled_from(_DEFINITIONS), schemas, max_size=2),
    },
)
# The reference refuses keys of the outermost object that hold lone surrogates.
_objects = st.dictionaries(st.text(max_size=6), json_values, max_size=3)
_annotations = st.fixed_dictionaries(
    {},
    optional={
        "title": texts,
        "readOnlyHint": scalars,
        "destructiveHint": st.booleans(),
        "idempotentHint": scalars,
        "openWorldHint": st.booleans(),
        "other": json_values,
    },
)


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """A definition that the reference accepts: both spellings of keys, nulls, unknown members."""
    name = draw(clean_texts.filter(bool))
    members: dict[str, Any] = {"name": name}
    optional: dict[str, st.SearchStrategy[Any]] = {
        "description": st.one_of(clean_texts, st.sampled_from([name, f" {name.upper()}\n"])),
        "title": st.one_of(clean_texts, st.just(name), st.just(name + "🙂")),
        "annotations": st.one_of(_annotations, _objects),
        "inputSchema": _roots,
        "input_schema": _roots,
        "outputSchema": st.one_of(_roots, _objects),
        "output_schema": _objects,
        "_meta": json_values,
    }
    for member, strategy in optional.items():
        if draw(st.booleans()):
            members[member] = draw(st.one_of(strategy, st.none()))
    return members
