"""A server whose every text attacks the page that shows it, and the means to take pages apart."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

from analyzer.model import (
    ActionVerdict,
    AnnotationAdvice,
    Annotations,
    ClientUse,
    Contribution,
    Evidence,
    Finding,
    HintAdvice,
    Level,
    LookAlike,
    Origin,
    RiskCategory,
    RunnerUp,
    Scan,
    ServerAssessment,
    SkippedServer,
    SourceFailure,
    Tool,
    ToolAssessment,
    Trait,
)
from tests.builders import (
    build_assessment,
    build_evidence,
    build_scan,
    build_server,
    build_shop,
    build_tool,
    build_worded_coherence,
)

SCRIPT = "<script>window.hacked = 1</script>"
IMAGE = "<img src=x onerror='window.hacked = 2'>"
QUOTED = "\"><svg onload='window.hacked = 3'> ' onmouseover='window.hacked = 4"
BREAKOUT = "</code></pre></div></main></body>"
HIDDEN = "safe\u200b\u202etxt.exe\u2066\x1b[31m\x07\udc80\U000e0041"

NAMES = (
    SCRIPT,
    "../../../../etc/passwd",
    "..\\..\\boot.ini",
    "CON",
    "con",
    "nul.txt",
    "COM1",
    "Tool",
    "tool",
    "TOOL",
    "caf\u00e9",
    "cafe\u0301",
    "index",
    "assets",
    "",
    ".",
    "..",
    "a\nb",
    "\ud800",
    HIDDEN,
    "x" * 500,
    QUOTED,
    "{{ 7 * 7 }}{% raise %}{tool}{server}",
    "javascript:window.hacked=5",
    "-rf",
    "~",
    "%2e%2e%2f",
    "?a=b#c",
)

DESCRIPTION = f"{SCRIPT} Deletes every file & folder. {IMAGE} {BREAKOUT} {QUOTED} {HIDDEN}"


def build_hostile_tool(name: str) -> Tool:
    schema = {
        "type": "object",
        "properties": {
            QUOTED: {
                "type": "string",
                "description": f"{IMAGE} {HIDDEN}",
                "enum": [SCRIPT, HIDDEN],
                "default": BREAKOUT,
                "pattern": QUOTED,
            },
            SCRIPT: {
                "type": [SCRIPT, "null"],
                "properties": {"../x": {"type": "integer", "examples": [IMAGE]}},
            },
            "tags": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {HIDDEN: {"type": "boolean"}},
                    "required": [HIDDEN],
                },
            },
        },
        "required": [QUOTED, SCRIPT, "tags"],
    }
    tool = build_tool(name, DESCRIPTION, title=SCRIPT, inputSchema=schema, outputSchema=schema)
    return Tool(
        name=name,
        title=SCRIPT,
        description=DESCRIPTION,
        input_schema=schema,
        annotations=Annotations(title=IMAGE, read_only=True),
        raw=tool.raw,
        digest=tool.digest,
    )


def add_signals(item: ToolAssessment) -> ToolAssessment:
    """``item`` with a trait, a verdict on a value and advice on a hint, all of hostile text."""
    words = build_evidence(item.tool, "file & folder", rule="trait.test")
    trait = Trait(
        id="test", title=f"Takes {IMAGE}", evidence=(words,), params=(QUOTED, "tags[].none")
    )
    action = ActionVerdict(
        param=QUOTED,
        value=SCRIPT,
        category=RiskCategory.DESTRUCTIVE,
        confidence=0.7,
        evidence=(words,),
    )
    advice = AnnotationAdvice(
        declared=Annotations(),
        effective=Annotations(),
        proposed=Annotations(title=IMAGE, read_only=False),
        reasons=(
            HintAdvice(member="title", value=IMAGE, reason=f"Its name is {SCRIPT}."),
            HintAdvice(member="readOnlyHint", value=False, reason="It deletes."),
        ),
    )
    risk = replace(item.risk, traits=(trait,), actions=(action,))
    return replace(item, risk=risk, annotations=advice)


def build_hostile_server() -> ServerAssessment:
    assessments = []
    for number, name in enumerate(NAMES):
        tool = build_hostile_tool(name)
        spot = build_evidence(tool, "Deletes every file & folder", rule="risk.test.deletes")
        wide = build_evidence(tool, f"{SCRIPT} Deletes every", rule="risk.test.script")
        named = Evidence(rule_id="risk.test.name", field="/name", quote=name, end=len(name))
        assessments.append(
            build_assessment(
                tool,
                tuple(RiskCategory)[number % len(RiskCategory)],
                evidence=(spot, named),
                rationale=f"It says {SCRIPT} {HIDDEN}.",
                runner_up=RunnerUp(category=RiskCategory.WRITE, margin=0.2),
                contributions=(
                    Contribution(
                        rule_id="risk.test.deletes",
                        title="Says that it deletes",
                        evidence=(spot,),
                        points={"Destructive": 2.0, "Read": -1.25},
                    ),
                    Contribution(
                        rule_id="risk.test.script",
                        title="Speaks of scripts",
                        evidence=(wide, Evidence(rule_id="risk.test.script", field="/missing")),
                        points={"Execute": 0.5},
                    ),
                ),
            )
        )
    finding = Finding(
        rule_id="source.test",
        subject=SCRIPT,
        message=f"An entry is odd: {IMAGE} {HIDDEN}",
        level=Level.ERROR,
        evidence=(Evidence(rule_id="source.test", field="/description", quote=SCRIPT, end=34),),
        fix=f"Remove {SCRIPT}.",
    )
    tools = [add_signals(item) for item in assessments]
    worded = build_worded_coherence(tools, f"{SCRIPT} {HIDDEN}")
    pair = LookAlike(tools=(SCRIPT, QUOTED), likeness=0.8, by=(IMAGE, HIDDEN), apart=BREAKOUT)
    return build_server(
        tools,
        name=SCRIPT,
        id="../" + SCRIPT,
        title=QUOTED,
        version=IMAGE,
        protocol_version=HIDDEN,
        instructions=f"{SCRIPT}\n{HIDDEN}\nSee https://example.com/home",
        origin=Origin(kind="http", locator="javascript:window.hacked=6", authorization=BREAKOUT),
        clients=(build_use(SCRIPT), build_use(HIDDEN)),
        findings=(finding,),
        coherence=replace(worded, look_alikes=(pair, *worded.look_alikes)),
    )


def build_use(text: str) -> ClientUse:
    """A config that lies in no known place, all of whose texts are ``text``."""
    return ClientUse(client=text, alias=text, path=f"/configs/{text}", scope="file")


def build_hostile_scan() -> Scan:
    failure = SourceFailure(target=SCRIPT, stage="connect", message=f"{IMAGE} {HIDDEN}")
    skipped = SkippedServer(
        name=IMAGE, target=SCRIPT, reason="disabled", clients=(build_use(SCRIPT),)
    )
    scan = build_scan(build_hostile_server(), build_shop(), failures=[failure])
    return replace(scan, skipped=(skipped,))


_VOID = {"meta", "link", "input", "wbr", "br", "hr", "img", "rect"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""
    inside: tuple[str, ...] = ()


@dataclass
class Page(HTMLParser):
    """A page taken apart. Parsing fails where an element is not closed in its turn."""

    path: Path
    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self.feed(self.path.read_text("utf-8"))
        self.close()
        assert not self._open, f"{self.path}: {self._open[-1].tag} is never closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{self.path}: {tag} repeats an attribute"
        values = {name: value or "" for name, value in attrs}
        inside = tuple(e.tag for e in self._open)
        element = Element(tag=tag, attributes=values, inside=inside)
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _VOID, f"{self.path}: <{tag}/> does not close itself in HTML"
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        assert self._open and self._open[-1].tag == tag, (
            f"{self.path}: </{tag}> closes {self._open[-1].tag if self._open else 'nothing'}"
        )
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str) -> list[Element]:
        return [e for e in self.elements if e.tag == tag]

    @property
    def ids(self) -> list[str]:
        return [e.attributes["id"] for e in self.elements if "id" in e.attributes]
