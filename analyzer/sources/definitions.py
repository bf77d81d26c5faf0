"""Raw entries of a tools/list -> Server: what is malformed becomes a finding, the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analyzer.jsonio import canonical, depth_exceeds, digest, pointer
from analyzer.model import (
    Annotations,
    Evidence,
    Finding,
    Json,
    Level,
    Origin,
    Server,
    Tool,
)
from analyzer.sources.ids import slug
from analyzer.sources.limits import limits
from analyzer.sources.quoting import printable

MALFORMED_TOOL = "source.malformed-tool"
MALFORMED_SERVER = "source.malformed-server"
DUPLICATE_TOOL = "source.duplicate-tool"
PARTIAL_DEFINITION = "source.partial-definition"
MORE_PAGES = "source.more-pages"
STRAY_OUTPUT = "source.stray-output"
TOLD_SECRET = "source.told-secret"  # noqa: S105 -- the id of a finding

_HINTS = {
    "read_only": "readOnlyHint",
    "destructive": "destructiveHint",
    "idempotent": "idempotentHint",
    "open_world": "openWorldHint",
}
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "a boolean"),
    (int, "a number"),
    (float, "a number"),
    (str, "a string"),
    (list, "an array"),
    (dict, "an object"),
)


@dataclass(slots=True)
class _Reader:
    """Reads the members of one entry; a member of a wrong type counts as absent and is reported."""

    server_id: str
    raw: Mapping[str, Json]
    findings: list[Finding] = field(default_factory=list)

    def report(
        self,
        rule_id: str,
        message: str,
        where: str,
        *,
        subject: str | None = None,
        value: Json = None,
        fix: str | None = None,
    ) -> None:
        quote = value[: limits().quote_chars] if isinstance(value, str) else ""
        evidence = Evidence(
            rule_id=rule_id, field=where, quote=quote, end=len(quote), where="server"
        )
        self.findings.append(
            Finding(
                rule_id=rule_id,
                subject=self.server_id if subject is None else subject,
                message=message,
                level=Level.WARNING,
                evidence=(evidence,),
                fix=fix,
            )
        )

    def member(
        self,
        entry: Mapping[str, Json],
        name: str,
        kind: type,
        path: tuple[str | int, ...],
        tool: str,
    ) -> Any:
        """``entry[name]`` where it is of ``kind``, else None; a null equals an absence."""
        value = entry.get(name)
        if value is None or isinstance(value, kind):
            return value
        wanted = kind_of(kind())
        self.report(
            MALFORMED_TOOL if tool else MALFORMED_SERVER,
            f"{name} is {kind_of(value)}, not {wanted}; it is read as if it were absent",
            pointer(*path, name),
            subject=tool or None,
            value=value,
            fix=f"Make {name} {wanted}.",
        )
        return None


def kind_of(value: Json) -> str:
    """The JSON type of a value with its article: "a string", "an object"."""
    return next((text for kind, text in _KINDS if isinstance(value, kind)), "null")


def build_server(
    info: Json,
    entries: Sequence[Json],
    *,
    fallback: str,
    origin: Origin,
    cut: bool = False,
    stray: Sequence[str] = (),
    tells: Callable[[str], bool] | None = None,
) -> Server:
    """The server that answered ``entries``, in their order.

    ``info`` is the document's ``server`` object (name, title, version, protocolVersion,
    instructions; all optional), ``fallback`` names a server that does not say its name, ``cut``
    says that the list is known to have further pages which were not read, ``stray`` holds lines of
    its standard output that are no messages, ``tells`` says whether a text holds a secret that the
    server was given. Entries that are no objects, have no name, repeat a name or are nested too
    deep are left out; other members of a wrong type count as absent. Each such entry is a finding.
    """
    raw: dict[str, Json] = {"server": {} if info is None else info, "tools": list(entries)}
    known = info if isinstance(info, Mapping) else {}
    name = known.get("name")
    name = name if isinstance(name, str) and name.strip() else fallback
    reader = _Reader(slug(name), raw)
    if info is not None and not isinstance(info, Mapping):
        reader.report(
            MALFORMED_SERVER,
            f"server is {kind_of(info)}, not an object; it is read as if it were absent",
            "/server",
            value=info,
            fix="Make server an object with a name.",
        )
    said = {
        member: reader.member(known, member, str, ("server",), "")
        for member in ("name", "title", "version", "protocolVersion", "instructions")
    }
    tools = tuple(_tools(reader, entries))
    _report_partial(reader, tools, entries)
    if cut:
        _report_more_pages(reader)
    if tells is not None:
        _report_secrets(reader, tells)
    if stray:
        raw["stdout"] = list(stray)
        _report_stray(reader, stray[0])
    return Server(
        id=slug(name),
        name=name,
        title=said["title"],
        version=said["version"],
        protocol_version=said["protocolVersion"],
        instructions=said["instructions"],
        origin=replace(origin, digest=digest(raw)),
        tools=tools,
        findings=tuple(reader.findings),
        raw=raw,
    )


def _report_more_pages(reader: _Reader) -> None:
    reader.report(
        MORE_PAGES,
        "the list has further pages (nextCursor) that are not in the document",
        "/tools",
        fix="Save every page, or scan the server itself.",
    )


def _report_stray(reader: _Reader, line: str) -> None:
    reader.report(
        STRAY_OUTPUT,
        f"the server writes text among its messages on standard output: {_quoted(line)}",
        "/stdout/0",
        value=line,
        fix="Write banners and logs to standard error; some clients end the connection.",
    )


def _tools(reader: _Reader, entries: Sequence[Json]) -> Iterable[Tool]:
    first: dict[str, int] = {}
    for index, entry in enumerate(entries):
        path: tuple[str | int, ...] = ("tools", index)
        if not isinstance(entry, Mapping):
            _left_out(reader, index, f"is {kind_of(entry)}, not an object", pointer(*path), entry)
            continue
        name = entry.get("name")
        if not isinstance(name, str) or not name:
            what = "an empty name" if name == "" else "no name"
            if name not in (None, ""):
                what = f"{kind_of(name)} as its name"
            _left_out(reader, index, f"has {what}", pointer(*path, "name"), None)
        elif name in first:
            reader.report(
                DUPLICATE_TOOL,
                f"tool {index + 1} repeats the name {_quoted(name)} of tool {first[name] + 1} "
                "and is left out",
                pointer(*path, "name"),
                subject=name,
                value=name,
                fix="Give every tool a name of its own.",
            )
        elif depth_exceeds(entry, limits().tool_depth):
            what = f"({_quoted(name)}) is nested more than {limits().tool_depth} deep"
            _left_out(reader, index, what, pointer(*path), None)
        else:
            first[name] = index
            yield _tool(reader, entry, name, path)


def _report_partial(reader: _Reader, tools: Sequence[Tool], entries: Sequence[Json]) -> None:
    """Names and descriptions alone are less than a verdict wants; one finding says so for all."""
    partial = [tool for tool in tools if tool.raw.get("inputSchema") is None]
    if not partial:
        return
    index = next(i for i, entry in enumerate(entries) if entry is partial[0].raw)
    noun = "tool" if len(tools) == 1 else "tools"
    have, known = ("has", "it takes") if len(partial) == 1 else ("have", "they take")
    verdicts = "its verdict is" if len(partial) == 1 else "the verdicts are"
    reader.report(
        PARTIAL_DEFINITION,
        f"{len(partial)} of {len(tools)} {noun} {have} no inputSchema: what {known} is not known, "
        f"and {verdicts} less sure",
        pointer("tools", index, "inputSchema"),
        fix="Scan the running server: its tools/list has the whole definitions.",
    )


def _report_secrets(reader: _Reader, tells: Callable[[str], bool]) -> None:
    """The definitions stay as they were sent; that they tell a secret is said without it."""
    parts = {pointer("server"): reader.raw["server"]}
    parts |= {pointer("tools", n): entry for n, entry in enumerate(reader.raw["tools"])}
    for where, value in parts.items():
        if tells(canonical(value).decode("ascii")):
            reader.report(
                TOLD_SECRET,
                "the server writes a secret that it was given into what it tells every client; "
                "results and saved files hold it as it was sent",
                where,
                fix="Replace the secret, and keep it out of names, descriptions and schemas.",
            )


def _left_out(reader: _Reader, index: int, what: str, where: str, value: Json) -> None:
    reader.report(
        MALFORMED_TOOL,
        f"tool {index + 1} {what} and is left out",
        where,
        value=value,
        fix="Send every tool as an object with a name.",
    )


def _tool(
    reader: _Reader, entry: Mapping[str, Json], name: str, path: tuple[str | int, ...]
) -> Tool:
    hints = reader.member(entry, "annotations", dict, path, name) or {}
    inside = (*path, "annotations")
    annotations = Annotations(
        title=reader.member(hints, "title", str, inside, name),
        **{key: reader.member(hints, hint, bool, inside, name) for key, hint in _HINTS.items()},
    )
    return Tool(
        name=name,
        title=reader.member(entry, "title", str, path, name),
        description=reader.member(entry, "description", str, path, name),
        input_schema=reader.member(entry, "inputSchema", dict, path, name),
        output_schema=reader.member(entry, "outputSchema", dict, path, name),
        annotations=annotations,
        raw=entry,
        digest=digest(entry),
    )


def _quoted(text: str) -> str:
    return f'"{printable(text, limits().quote_chars)}"'
