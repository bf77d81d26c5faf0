"""YAML without aliases, read in one pass into what JSON can hold: keys are texts as written."""

from __future__ import annotations

from typing import Any

import yaml

_TEXT = "tag:yaml.org,2002:str"


class _Loader(yaml.CSafeLoader):
    """PyYAML's own construction defers every collection so that aliases may point back into it,
    which takes as long again as parsing; bundled data has no aliases."""

    def get_single_data(self) -> Any:
        node = self.get_single_node()
        return None if node is None else self._plain(node)

    def _plain(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return node.value if node.tag == _TEXT else self.construct_object(node)
        if isinstance(node, yaml.MappingNode):
            return {key.value: self._plain(value) for key, value in node.value}
        return [self._plain(item) for item in node.value]


def parse_yaml(content: bytes) -> Any:
    """The data of a bundled file. Raises ValueError, in one line, for what is not YAML."""
    try:
        return yaml.load(content, Loader=_Loader)  # noqa: S506
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
