"""Where the bundled data lies: inside the wheel, else in the checkout; and how it is read."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

_PACKAGE = Path(__file__).resolve().parent


@cache
def bundled(name: Literal["rules", "reports", "catalog"]) -> Path:
    """The folder of that name: the wheel's copy, else the checkout's.

    Raises FileNotFoundError where neither exists, which means a broken installation.
    """
    for folder in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the bundled folder {name!r} is missing; reinstall toolmark")


class _Loader(yaml.CSafeLoader):
    """Plain data in one pass. PyYAML's own construction defers every collection so that aliases
    may point back into it, which takes as long again as parsing; bundled data has no aliases."""

    def get_single_data(self) -> Any:
        node = self.get_single_node()
        return None if node is None else self._plain(node)

    def _plain(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return node.value if node.tag == _TEXT else self.construct_object(node)
        if isinstance(node, yaml.MappingNode):
            return {self._plain(key): self._plain(value) for key, value in node.value}
        return [self._plain(item) for item in node.value]


_TEXT = "tag:yaml.org,2002:str"


def parse_yaml(content: bytes) -> Any:
    """The data of a bundled file. Raises yaml.YAMLError for what is not YAML."""
    return yaml.load(content, Loader=_Loader)  # noqa: S506


def read_rules(name: str) -> Any:
    """The data of a file of ``rules/``."""
    return parse_yaml((bundled("rules") / name).read_bytes())
