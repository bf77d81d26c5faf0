"""Documents that tell of a server without being its list: the manifest of a bundle, the argument
lists of Docker's catalogue.

Sources: MANIFEST.md of modelcontextprotocol/mcpb (versions 0.1 to 0.4), tools.json of
docker/mcp-registry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analyzer.errors import SourceError
from analyzer.model import Evidence, Finding, Json, Level, Origin, Server
from analyzer.sources.definitions import build_server, kind_of

MORE_AT_RUN_TIME = "source.more-at-run-time"
ARGUMENT_LISTS = "source.argument-lists"


def is_manifest(document: Json) -> bool:
    """Whether a document is a bundle's ``manifest.json``."""
    if not isinstance(document, Mapping) or not isinstance(document.get("server"), Mapping):
        return False
    return "manifest_version" in document or "dxt_version" in document


def build_manifest_server(manifest: Mapping[str, Json], *, fallback: str, origin: Origin) -> Server:
    """The server of a manifest, with the tools that it lists: names and descriptions, whole
    definitions where it keeps the server's own answers too. Raises SourceError."""
    info: dict[str, Json] = {
        "name": manifest.get("name"),
        "title": manifest.get("display_name"),
        "version": manifest.get("version"),
    }
    answers = _answers(manifest)
    entries = _listed(answers) or manifest.get("tools")
    if entries is not None and not isinstance(entries, list):
        raise SourceError("parse", f'"tools" of the manifest is {kind_of(entries)}, not an array')
    said = answers.get("initialize")
    if isinstance(said, Mapping) and isinstance(said.get("instructions"), str):
        info["instructions"] = said["instructions"]
    generated = manifest.get("tools_generated") is True
    if generated:
        info["tools_generated"] = True
    server = build_server(info, entries or [], fallback=fallback, origin=origin)
    return _noted(server) if generated else server


def _answers(manifest: Mapping[str, Json]) -> Mapping[str, Json]:
    """What some platforms let a manifest keep of the running server's answers."""
    platforms = manifest.get("_meta")
    for platform in platforms.values() if isinstance(platforms, Mapping) else ():
        answers = platform.get("static_responses") if isinstance(platform, Mapping) else None
        if isinstance(answers, Mapping) and _listed(answers):
            return answers
    return {}


def _listed(answers: Mapping[str, Json]) -> list[Json]:
    result = answers.get("tools/list")
    tools = result.get("tools") if isinstance(result, Mapping) else None
    return tools if isinstance(tools, list) else []


def _noted(server: Server) -> Server:
    evidence = Evidence(
        rule_id=MORE_AT_RUN_TIME,
        field="/server/tools_generated",
        quote="true",
        end=len("true"),
        where="server",
    )
    finding = Finding(
        rule_id=MORE_AT_RUN_TIME,
        subject=server.id,
        message="the server makes further tools when it runs, which the manifest does not list",
        level=Level.WARNING,
        evidence=(evidence,),
        fix="Scan the bundle with --start, or the running server.",
    )
    return replace(server, findings=(*server.findings, finding))


def has_argument_lists(entries: Sequence[Json]) -> bool:
    """Whether the tools of a list name their arguments as Docker's catalogue does."""
    return any(_argument_list(entry) is not None for entry in entries)


def with_schemas(entries: Sequence[Json]) -> list[Json]:
    """The entries with ``arguments: [{name, type, desc}]`` written as ``inputSchema``."""
    return [_with_schema(entry) for entry in entries]


def _argument_list(entry: Json) -> list[Mapping[str, Json]] | None:
    if not isinstance(entry, Mapping) or entry.get("inputSchema") is not None:
        return None
    rows = entry.get("arguments")
    if not isinstance(rows, list):
        return None
    named = [row for row in rows if isinstance(row, Mapping) and isinstance(row.get("name"), str)]
    return named if len(named) == len(rows) else None


def _with_schema(entry: Json) -> Json:
    rows = _argument_list(entry)
    if rows is None:
        return entry
    properties = {}
    for row in rows:
        schema: dict[str, Json] = {}
        if isinstance(row.get("type"), str):
            schema["type"] = row["type"]
        if isinstance(described := row.get("desc", row.get("description")), str):
            schema["description"] = described
        if isinstance(row.get("items"), Mapping):
            schema["items"] = row["items"]
        properties[row["name"]] = schema
    rest = {name: value for name, value in entry.items() if name != "arguments"}
    required = [row["name"] for row in rows if row.get("optional") is False]
    schema = {"type": "object", "properties": properties}
    return {**rest, "inputSchema": {**schema, "required": required} if required else schema}


def note_argument_lists(server: Server) -> Server:
    """The server with a note that its schemas were made from such lists."""
    evidence = Evidence(
        rule_id=ARGUMENT_LISTS, field="/tools/0/inputSchema/required", where="server"
    )
    finding = Finding(
        rule_id=ARGUMENT_LISTS,
        subject=server.id,
        message="the list names arguments as Docker's catalogue does, and not which of them are "
        "required; they are read as inputSchema",
        level=Level.NOTE,
        evidence=(evidence,),
        fix="Scan the running server: its tools/list has the whole definitions.",
    )
    return replace(server, findings=(*server.findings, finding))
