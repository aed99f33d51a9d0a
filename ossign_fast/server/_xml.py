"""The XML that goes over the wire, both ways."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from ._errors import ServiceError

Value = str | int | None | Mapping[str, "Value"] | Iterable["Value"]

# What XML 1.0 cannot hold in any spelling; a key with such a character needs encoding-type=url.
_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(root: str, fields: Mapping[str, Value]) -> bytes:
    r"""Returns a document; a mapping nests, another iterable repeats its element, None leaves out.

    Example:
        >>> render("A", {"B": "x<y", "C": [1, 2], "D": None})
        b'<?xml version="1.0" encoding="UTF-8"?>\n<A><B>x&lt;y</B><C>1</C><C>2</C></A>'
    """
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_element(root, fields)}'.encode()


def _element(name: str, value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_element(*field) for field in value.items())}</{name}>"
    if isinstance(value, (str, int)):
        return f"<{name}>{_text(str(value))}</{name}>"
    return "".join(_element(name, each) for each in value)


def _text(text: str) -> str:
    return escape(_UNSPEAKABLE.sub("\ufffd", text), {"\r": "&#13;"})


def parse_parts(body: bytes) -> list[tuple[int, str]]:
    """Returns part numbers and ETags (no quotes) of a CompleteMultipartUpload body, in its order.

    Raises:
        ServiceError: MalformedXML.
    """
    try:
        parts = [_part(element) for element in _root(body, "CompleteMultipartUpload")]
    except ValueError:
        parts = []
    if not parts:
        raise _malformed("any part")
    return parts


def parse_deletion(body: bytes) -> tuple[list[str], bool]:
    """Returns the keys that a Delete body lists, and whether it wants no answer for each.

    Raises:
        ServiceError: MalformedXML, or NotImplemented for versions.
    """
    try:
        root = _root(body, "Delete")
    except ValueError:
        raise _malformed("any object") from None
    objects = [_texts(element) for element in root if _name(element) == "Object"]
    if any("VersionId" in fields for fields in objects):
        raise ServiceError("NotImplemented", "This local endpoint has no versions of objects.")
    keys = [fields.get("Key", "") for fields in objects]
    if not keys:
        raise _malformed("any object")
    return keys, _texts(root).get("Quiet", "").strip().lower() == "true"


def _root(body: bytes, name: str) -> ET.Element:
    text = body.decode()
    if "<!" in text:  # no document type, so no entities to expand
        raise ValueError
    try:
        root = ET.fromstring(text)
    except ET.ParseError:
        raise ValueError from None
    if _name(root) != name:
        raise ValueError
    return root


def _malformed(missing: str) -> ServiceError:
    return ServiceError(
        "MalformedXML", f"The XML you provided was not well-formed or did not list {missing}."
    )


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _texts(element: ET.Element) -> dict[str, str]:
    return {_name(child): child.text or "" for child in element}


def _part(element: ET.Element) -> tuple[int, str]:
    fields = _texts(element)
    number = fields.get("PartNumber", "").strip()
    if not re.fullmatch("[0-9]{1,5}", number) or "ETag" not in fields:
        raise ValueError
    return int(number), fields["ETag"].strip().strip('"').upper()
