"""The parts of a workbook, unpacked with care: a workbook is an archive, and an archive can be a bomb.

Nothing is unpacked to the disk. Sizes are tested as declared and again while inflating.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from lca.problems import Problems, problem

PACKED = 50_000_000  # bytes of the file
INFLATED = 200_000_000  # bytes of all parts
PARTS = 2_000
RATIO = 200  # inflated to packed; worksheets reach 50
LEAST_SUSPECT = 1_000_000  # bytes below which a ratio says nothing
CHUNK = 1 << 16
ENCRYPTED = 0x1  # the first flag of an entry
OLD = b"\xd0\xcf\x11\xe0"  # compound files: .xls, and .xlsx behind a password
ENTRY = b"PK\x01\x02"  # begins each entry of an archive's directory
BROKEN = (BadZipFile, LargeZipFile, OSError, ValueError, RuntimeError, EOFError, struct.error, zlib.error, KeyError)
SAVE_AS = "save it as .xlsx in Excel or LibreOffice"


class Archive:
    """The parts of a workbook by name. Problems where it is no workbook, or one that is not to be trusted.

    `opendocument`: whether it is a spreadsheet of OpenDocument, which only some callers read. Other archives have
    limits of their own: bytes `packed` and `inflated`, and `parts`.
    """

    packed, inflated, parts = PACKED, INFLATED, PARTS
    needs = "no study needs that"
    save_as = SAVE_AS

    def __init__(self, data: bytes, name: str, *, opendocument: bool = False) -> None:
        self.name, self.opendocument = name, opendocument
        self.left = self.inflated
        self._refuse_others(data)
        try:
            self._zip = ZipFile(BytesIO(data))
            entries = self._zip.infolist()
        except (*BROKEN, NotImplementedError, OverflowError, MemoryError):
            raise self.refused("is damaged or cut off", "ask for another copy") from None
        self._entries = self._tested(entries, len(data))
        self._refuse_other_formats()

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def __contains__(self, part: str) -> bool:
        return part in self._entries

    def chunks(self, part: str) -> Iterator[bytes]:
        """The bytes of a part, a piece at a time."""
        try:
            with self._zip.open(self._entries[part]) as file:
                while piece := file.read(CHUNK):
                    self.left -= len(piece)
                    if self.left < 0:
                        raise self.too_large()
                    yield piece
        except (*BROKEN, NotImplementedError, OverflowError):
            raise self.refused(f"is damaged in its part {part!r}", "ask for another copy") from None

    def refused(self, what: str, hint: str) -> Problems:
        return problem(f"{self.name} {what}", hint=hint)

    def too_large(self) -> Problems:
        most = self.inflated // 1_000_000
        return self.refused(f"unpacks to more than {most} MB: {self.needs}", "it may be a bomb; do not open it")

    # --- tests ------------------------------------------------------------------------------------------------------

    def _refuse_others(self, data: bytes) -> None:
        if len(data) > self.packed:
            raise self.refused(f"is larger than {self.packed // 1_000_000} MB: {self.needs}", "ask for another copy")
        if data.startswith(OLD):
            raise self.refused("is an old .xls, or is protected by a password", f"{SAVE_AS}, without a password")
        if not data.startswith(b"PK"):
            raise self.refused("is no workbook", SAVE_AS)
        if data.count(ENTRY) > 2 * self.parts:
            raise self.refused(f"has more than {self.parts:,} parts: {self.needs}", "ask for another copy")

    def _tested(self, entries: list[ZipInfo], size: int) -> dict[str, ZipInfo]:
        if len(entries) > self.parts:
            raise self.refused(f"has more than {self.parts:,} parts: {self.needs}", "ask for another copy")
        if sum(max(0, entry.file_size) for entry in entries) > self.inflated:
            raise self.too_large()
        if sum(max(0, entry.compress_size) for entry in entries) > size:
            raise self.refused("has parts that overlap", "it may be a bomb; do not open it")
        by_name: dict[str, ZipInfo] = {}
        for entry in entries:
            self._test(entry, by_name)
            by_name[entry.filename] = entry
        return by_name

    def _test(self, entry: ZipInfo, by_name: dict[str, ZipInfo]) -> None:
        name = entry.filename
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
            raise self.refused("has a part that points outside of it", "it was made to do harm; do not open it")
        if name in by_name:
            raise self.refused("has two parts of one name", f"open it and {self.save_as}")
        if entry.flag_bits & ENCRYPTED:
            raise self.refused("is encrypted", f"{self.save_as}, without a password")
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise self.refused("is packed in an unusual way", f"open it and {self.save_as}")
        if entry.file_size > LEAST_SUSPECT and entry.file_size > RATIO * max(1, entry.compress_size):
            raise self.refused(f"has a part that unpacks to {RATIO} times its size", "it may be a bomb; do not open it")

    def _refuse_other_formats(self) -> None:
        if self.opendocument and "content.xml" in self:
            return
        if "mimetype" in self or "content.xml" in self:
            raise self.refused("is an OpenDocument file", SAVE_AS)
        if "xl/workbook.bin" in self:
            raise self.refused("is a binary workbook (.xlsb)", SAVE_AS)
        if not any(name.startswith("xl/") for name in self._entries):
            raise self.refused("is an archive, but no workbook", SAVE_AS)
