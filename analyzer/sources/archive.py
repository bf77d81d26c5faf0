"""Zip files from strangers: everything that the list of entries says is checked before anything is
unpacked, and what is unpacked is held to it."""

from __future__ import annotations

import contextlib
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, NoReturn

from analyzer.errors import SourceError
from analyzer.records import dataclass
from analyzer.sources.limits import in_mib, limits
from analyzer.sources.quoting import printable

_ENCRYPTED = 0x1 | 0x40 | 0x2000
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_LOCAL_HEADER_BYTES = 30
_CHUNK = 2**20
# All that zipfile and zlib raise over a file that somebody made on purpose.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    info: zipfile.ZipInfo
    parts: tuple[str, ...]
    """The path, without anything that leads elsewhere."""

    @property
    def key(self) -> str:
        """Equal for paths that some file system takes for the same."""
        return unicodedata.normalize("NFC", "/".join(self.parts)).casefold()

    @property
    def quoted(self) -> str:
        return _quoted("/".join(self.parts))


class Archive:
    """A checked archive. Its entries lie within the limits and within the folder they go to."""

    def __init__(self, file: zipfile.ZipFile, entries: Sequence[_Entry]) -> None:
        self._file = file
        self._entries = entries
        self._by_path = {"/".join(entry.parts): entry for entry in entries}

    def __contains__(self, path: str) -> bool:
        """Whether there is a file at a path."""
        entry = self._by_path.get(path)
        return entry is not None and not entry.info.is_dir()

    def read(self, path: str, at_most: int) -> bytes:
        """One file. Raises SourceError where it is larger than ``at_most`` or broken."""
        entry = self._by_path[path]
        if entry.info.file_size > at_most:
            _refuse(f"{entry.quoted} is larger than {in_mib(at_most)}")
        return b"".join(self._chunks(entry))

    def unpack(self, folder: Path) -> None:
        """Write all files below an empty folder. Raises SourceError; OSError where the disk says
        no."""
        for entry in self._entries:
            path = folder.joinpath(*entry.parts)
            if entry.info.is_dir():
                path.mkdir(parents=True, exist_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as stream:
                stream.writelines(self._chunks(entry))
            # Of what the archive says of rights, only that a file can be run is taken over.
            path.chmod(0o700 if entry.info.external_attr >> 16 & 0o111 else 0o600)

    def _chunks(self, entry: _Entry) -> Iterator[bytes]:
        try:
            with self._file.open(entry.info) as stream:
                # zipfile ends at the size that the list of entries says, and checks the sum.
                while chunk := stream.read(_CHUNK):
                    yield chunk
        except _BROKEN:
            _refuse(f"{entry.quoted} is broken in it")


@contextlib.contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """The archive at a path, checked. Raises SourceError in one line, OSError."""
    with contextlib.ExitStack() as stack:
        stream = stack.enter_context(path.open("rb"))
        if path.stat().st_size > limits().bundle_bytes:
            _refuse(f"larger than {in_mib(limits().bundle_bytes)}")
        try:
            file = stack.enter_context(zipfile.ZipFile(_Capped(stream)))
        except _BROKEN:
            _refuse("no zip archive, or a broken one")
        yield Archive(file, _checked(file))


class _Capped:
    """A file of which zipfile cannot read an endless list of entries at once."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek, self.tell, self.close = stream.seek, stream.tell, stream.close

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        most = limits().bundle_directory_bytes
        data = self._stream.read(min(size, most + 1) if size >= 0 else most + 1)
        if len(data) > most:
            _refuse(f"its list of entries is larger than {in_mib(most)}")
        return data


def _checked(file: zipfile.ZipFile) -> list[_Entry]:
    infos = file.infolist()
    if len(infos) > limits().bundle_entries:
        _refuse(f"it holds {len(infos):,} entries; {limits().bundle_entries:,} are allowed")
    if sum(info.file_size for info in infos) > limits().bundle_unpacked_bytes:
        _refuse(f"unpacked it is larger than {in_mib(limits().bundle_unpacked_bytes)}")
    entries = [_Entry(info=info, parts=_parts(info.orig_filename)) for info in infos]
    for entry in entries:
        _check_entry(entry)
    _check_apart(entries, file.start_dir)
    # What only says "here" is no entry.
    entries = [entry for entry in entries if entry.parts]
    seen: dict[str, _Entry] = {}
    for entry in entries:
        if entry.key in seen:
            _refuse(f"it holds {entry.quoted} twice")
        seen[entry.key] = entry
    _check_folders(seen)
    return entries


def _parts(name: str) -> tuple[str, ...]:
    """The parts of an entry's path. Raises SourceError for one that is no plain relative path."""
    shown = _quoted(name)
    if len(name) > limits().bundle_path_chars:
        _refuse(f"the path {shown} in it is too long")
    if not name or not name.isprintable():
        _refuse(f"the path {shown} in it holds what no path should")
    if "\\" in name or re.match(r"[A-Za-z]:", name):
        _refuse(f"{shown} in it is a Windows path")
    if name.startswith("/"):
        _refuse(f"{shown} in it is an absolute path")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if ".." in parts:
        _refuse(f"{shown} in it leads out of the bundle")
    return parts


def _check_entry(entry: _Entry) -> None:
    info = entry.info
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        _refuse(f"{entry.quoted} in it is a symbolic link")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        _refuse(f"{entry.quoted} in it is no plain file")
    if info.flag_bits & _ENCRYPTED:
        _refuse(f"{entry.quoted} in it is encrypted")
    if info.compress_type not in _METHODS:
        _refuse(f"{entry.quoted} in it is packed in a way that bundles do not use")
    grows = info.file_size / max(info.compress_size, 1)
    if info.file_size > limits().bundle_ratio_from and grows > limits().bundle_ratio:
        _refuse(f"{entry.quoted} in it grows {grows:,.0f} times when unpacked")


def _check_apart(entries: Sequence[_Entry], end: int) -> None:
    """Entries that share bytes are how a small file becomes an endless one."""
    by_offset = sorted(entries, key=lambda entry: entry.info.header_offset)
    ends = [*(entry.info.header_offset for entry in by_offset), end][1:]
    for entry, limit in zip(by_offset, ends, strict=True):
        info = entry.info
        last = info.header_offset + _LOCAL_HEADER_BYTES + info.compress_size
        if info.header_offset < 0 or last > limit:
            _refuse(f"{entry.quoted} in it overlaps with something else")


def _check_folders(entries: Mapping[str, _Entry]) -> None:
    for key, entry in entries.items():
        parts = key.split("/")
        for length in range(1, len(parts)):
            above = entries.get("/".join(parts[:length]))
            if above is not None and not above.info.is_dir():
                _refuse(f"{above.quoted} in it is a file, and holds {entry.quoted}")


def _quoted(text: str) -> str:
    return f'"{printable(text, limits().quote_chars)}"'


def _refuse(message: str) -> NoReturn:
    raise SourceError("open", f"not a bundle to be trusted: {message}") from None
