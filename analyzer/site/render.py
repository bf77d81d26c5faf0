"""The Jinja2 environment of the site: everything escaped, nothing undefined, no surprises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from analyzer.resources import bundled
from analyzer.site.highlight import Glyph, Piece, has_invisible, split_invisible, visible

_CODE = Markup('<span class="cp" title="{}">{}</span>')
_MARK = Markup('<mark class="m-{}"><a href="#{}" title="{}">{}</a></mark>')


def _glyphs(glyphs: Iterable[Glyph]) -> Markup:
    """Text escaped, with each invisible character as a small labelled code."""
    return Markup("").join(
        _CODE.format(g.name, g.code) if g.code else escape(g.text) for g in glyphs
    )


def _shown(text: str) -> Markup:
    return _glyphs(split_invisible(text)) if has_invisible(text) else escape(text)


def _pieces(pieces: Iterable[Piece]) -> Markup:
    """Highlighted text: each mark is a link to what explains it."""
    return Markup("").join(
        _MARK.format(p.kind, p.anchor, visible(p.label), _glyphs(p.glyphs))
        if p.kind
        else _glyphs(p.glyphs)
        for p in pieces
    )


def _broken(name: str) -> Markup:
    """A name that may be broken after its dots, dashes and underscores."""
    parts = re.split(r"(?<=[._/-])(?=[^._/-])", name)
    return Markup("<wbr>").join(_shown(part) for part in parts)


def _ticked(text: str) -> Markup:
    """Our own sentences, in which names stand in backticks."""
    parts = re.split(r"`([^`]+)`", text)
    return Markup("").join(
        Markup("<code>{}</code>").format(_shown(part)) if n % 2 else _shown(part)
        for n, part in enumerate(parts)
    )


def _worded(text: str, **words: Markup) -> Markup:
    """``text`` escaped, with each ``{word}`` replaced once; a replacement is not looked into."""
    parts = re.split(r"\{(\w+)\}", text)
    return Markup("").join(words[p] if n % 2 else escape(p) for n, p in enumerate(parts))


def _points(value: float | None) -> str:
    """Signed points with a true minus sign; empty for none."""
    if not value:
        return ""
    return f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def _plural(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


@cache
def environment() -> Environment:
    """Autoescape on and undefined names refused; templates come from ``reports/templates``."""
    env = Environment(
        loader=FileSystemLoader(bundled("reports") / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    env.filters.update(
        shown=_shown,
        pieces=_pieces,
        broken=_broken,
        ticked=_ticked,
        visible=visible,
        worded=_worded,
        points=_points,
        plural=_plural,
    )
    return env


def render_page(template: str, **context: Any) -> str:
    return environment().get_template(template).render(**context)


def render_part(template: str, context: Mapping[str, Any]) -> Markup:
    """A piece of a page, rendered once and put into many."""
    # What an autoescaping template gives is escaped already.
    return Markup(environment().get_template(template).render(**context))  # noqa: S704
