"""Reads the words of one picture: PP-OCR's networks, and tesseract for a quick try at long scans. Lines in reading order, nothing guessed."""

import os
import zlib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from detectors.seen import SIDE, Seen

DETECT_SIDE = 1_024  # pixels on which words are looked for; they are read on the whole picture
SURE = 0.5  # of 1: a line that the network is less sure of is counted, not believed
QUICK_SURE = 90  # of 100: what tesseract says of itself on a clean page; below, the networks read it
_TESSDATA = (Path("/usr/share/tesseract-ocr/5/tessdata"), Path("/usr/share/tesseract-ocr/4.00/tessdata"))
_TOGETHER = 0.5  # of a line's height: boxes whose middles are nearer stand in one line


def installed() -> bool:
    """Whether the extra `ocr` is there."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "PIL", "pillow_heif"))


class Engine:
    """The networks in memory, one thread of computing. Made before the process locks itself in."""

    def __init__(self) -> None:
        os.environ["OMP_THREAD_LIMIT"] = "1"
        import cv2  # noqa: PLC0415 - of the extra `ocr`: this module is imported without it
        import rapidocr  # noqa: PLC0415 - as above

        cv2.setNumThreads(1)
        self._net: Any = rapidocr.RapidOCR(params=_PARAMS)
        self._quick: Any = _tesseract()
        self.read(zlib.compress(bytes(range(200)) * 100), 200, 100, quick=True)  # loads what is loaded late

    def read(self, packed: bytes, width: int, height: int, *, quick: bool) -> Seen:
        """What stands in these grey pixels; ValueError when they are not what they are said to be."""
        pixels = _unpacked(packed, width, height)
        if quick and self._quick is not None and (seen := self._quickly(pixels, width, height)) is not None:
            return seen
        import numpy as np  # noqa: PLC0415 - of the extra `ocr`; loaded by the networks

        shades = np.frombuffer(pixels, np.uint8).reshape(height, width)
        found = self._net(np.stack((shades,) * 3, axis=-1))
        if found.boxes is None or found.txts is None:
            return Seen()
        boxes = [_Box(box, text) for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True) if score >= SURE]  # fmt: skip
        return Seen(lines=tuple(_lines(boxes)), poor=len(found.txts) - len(boxes))

    def _quickly(self, pixels: bytes, width: int, height: int) -> Seen | None:
        self._quick.SetImageBytes(pixels, width, height, 1, width)
        self._quick.SetSourceResolution(170)
        text = self._quick.GetUTF8Text()
        sure = self._quick.MeanTextConf() if len(self._quick.AllWordConfidences()) >= 3 else 0
        self._quick.Clear()
        return (
            Seen(lines=tuple(line for line in text.split("\n") if line.strip()))
            if sure >= QUICK_SURE
            else None
        )


# The models lie in the package of rapidocr: nothing is fetched. Memory is given back after each picture.
_PARAMS = {
    "Global.use_cls": True,
    "Global.text_score": 0.0,
    "Global.log_level": "critical",
    "Global.max_side_len": SIDE * 2,
    "Det.limit_type": "max",
    "Det.limit_side_len": DETECT_SIDE,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
}


def _tesseract() -> Any:
    """Its programming interface with English loaded, or None where Debian's language file is not installed."""
    folder = next((f for f in _TESSDATA if (f / "eng.traineddata").is_file()), None)
    if folder is None or find_spec("tesserocr") is None:
        return None
    import tesserocr  # noqa: PLC0415 - of the extra `ocr`

    return tesserocr.PyTessBaseAPI(path=str(folder), lang="eng", psm=tesserocr.PSM.SINGLE_BLOCK)


def _unpacked(packed: bytes, width: int, height: int) -> bytes:
    if not 0 < width <= SIDE * 2 or not 0 < height <= SIDE * 2:
        raise ValueError("size")
    pixels = zlib.decompressobj().decompress(packed, width * height + 1)
    if len(pixels) != width * height:
        raise ValueError("pixels")
    return pixels


class _Box:
    """A stretch of words and where it stands."""

    __slots__ = ("height", "left", "middle", "text")

    def __init__(self, corners: Any, text: str) -> None:
        across, down = [float(p[0]) for p in corners], [float(p[1]) for p in corners]
        self.left, self.text = min(across), text
        self.height = max(down) - min(down)
        self.middle = (max(down) + min(down)) / 2


def _lines(boxes: Sequence[_Box]) -> list[str]:
    """From top to bottom; boxes side by side are cells of one line, with tabs between them."""
    rows: list[list[_Box]] = []
    for box in sorted(boxes, key=lambda b: b.middle):
        last = rows[-1][-1] if rows else None
        if last is not None and box.middle - last.middle < _TOGETHER * min(box.height, last.height):
            rows[-1].append(box)
        else:
            rows.append([box])
    return ["\t".join(b.text for b in sorted(row, key=lambda b: b.left)) for row in rows]
