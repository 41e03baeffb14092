"""The rules of a CAP 1.2 message, from the tables of the OASIS standard (1 July 2010), section 3.2.

Written for the tests, apart from what writes messages: which elements there are, in which order and
how often, what may stand in them, and which need which.
"""

import re
from xml.etree import ElementTree as ET

NAMESPACE = "{urn:oasis:names:tc:emergency:cap:1.2}"
# name -> how often (at least, at most), in the order of the schema (section 3.4)
MANY = 10**9
ALERT = {
    "identifier": (1, 1), "sender": (1, 1), "sent": (1, 1), "status": (1, 1), "msgType": (1, 1),
    "source": (0, 1), "scope": (1, 1), "restriction": (0, 1), "addresses": (0, 1),
    "code": (0, MANY), "note": (0, 1), "references": (0, 1), "incidents": (0, 1),
    "info": (0, MANY),
}  # fmt: skip
INFO = {
    "language": (0, 1), "category": (1, MANY), "event": (1, 1), "responseType": (0, MANY),
    "urgency": (1, 1), "severity": (1, 1), "certainty": (1, 1), "audience": (0, 1),
    "eventCode": (0, MANY), "effective": (0, 1), "onset": (0, 1), "expires": (0, 1),
    "senderName": (0, 1), "headline": (0, 1), "description": (0, 1), "instruction": (0, 1),
    "web": (0, 1), "contact": (0, 1), "parameter": (0, MANY), "resource": (0, MANY),
    "area": (0, MANY),
}  # fmt: skip
AREA = {
    "areaDesc": (1, 1), "polygon": (0, MANY), "circle": (0, MANY), "geocode": (0, MANY),
    "altitude": (0, 1), "ceiling": (0, 1),
}  # fmt: skip
PARAMETER = {"valueName": (1, 1), "value": (1, 1)}
CODES = {
    "status": "Actual Exercise System Test Draft",
    "msgType": "Alert Update Cancel Ack Error",
    "scope": "Public Restricted Private",
    "category": "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
    "responseType": "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None",
    "urgency": "Immediate Expected Future Past Unknown",
    "severity": "Extreme Severe Moderate Minor Unknown",
    "certainty": "Observed Likely Possible Unlikely Unknown",
}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
NAME = re.compile(r"[^\s,<&]+")
NUMBER = r"-?\d+(?:\.\d+)?"
PAIR = re.compile(rf"({NUMBER}),({NUMBER})")
CIRCLE = re.compile(rf"({NUMBER}),({NUMBER}) (\d+(?:\.\d+)?)")


def faults(data: bytes) -> list[str]:
    """Give every rule that a message breaks, in words; none, if it is a CAP message."""
    root = ET.fromstring(data)
    if root.tag != NAMESPACE + "alert":
        return ["no alert of CAP 1.2"]
    found = _children(root, ALERT) + _texts(root)
    found += [f"{name} {text!r}" for name in ("identifier", "sender") for text in all_of(root, name)
              if not NAME.fullmatch(text)]  # fmt: skip
    scope, kind = one(root, "scope"), one(root, "msgType")
    if (scope == "Restricted") != bool(all_of(root, "restriction")):
        found.append("a restriction goes with the scope Restricted")
    if (scope == "Private") != bool(all_of(root, "addresses")):
        found.append("addresses go with the scope Private")
    references = (one(root, "references") or "").split()
    if kind in ("Update", "Cancel", "Ack", "Error") and not references:
        found.append(f"a message {kind} refers to none")
    for reference in references:
        parts = reference.split(",")
        if len(parts) != 3 or not TIME.fullmatch(parts[2]):
            found.append(f"reference {reference!r} is no sender,identifier,sent")
    for info in root.iter(NAMESPACE + "info"):
        found += _children(info, INFO)
        for parameter in info.iter(NAMESPACE + "parameter"):
            found += _children(parameter, PARAMETER)
        for area in info.iter(NAMESPACE + "area"):
            found += _children(area, AREA) + _area(area)
    return found


def _children(parent: ET.Element, table: dict[str, tuple[int, int]]) -> list[str]:
    names = [child.tag.removeprefix(NAMESPACE) for child in parent]
    found = [f"unknown element {name}" for name in names if name not in table]
    known = [name for name in names if name in table]
    if known != sorted(known, key=list(table).index):
        found.append(f"the order {known}")
    for name, (least, most) in table.items():
        if not least <= names.count(name) <= most:
            found.append(f"{names.count(name)} of {name}")
    return found


def _texts(root: ET.Element) -> list[str]:
    found = []
    for element in root.iter():
        name, text = element.tag.removeprefix(NAMESPACE), element.text or ""
        if name in CODES and text not in CODES[name].split():
            found.append(f"{name} {text!r}")
        if name in ("sent", "effective", "onset", "expires") and not TIME.fullmatch(text):
            found.append(f"{name} {text!r}")
        if not len(element) and not text.strip():
            found.append(f"{name} is empty")
    return found


def _area(area: ET.Element) -> list[str]:
    found = []
    for text in all_of(area, "polygon"):
        pairs = [PAIR.fullmatch(pair) for pair in text.split(" ")]
        if len(pairs) < 4 or None in pairs or text.split(" ")[0] != text.split(" ")[-1]:
            found.append(f"polygon {text!r}")
        found += [f"polygon beyond the globe {p[0]}" for p in pairs if p and not _on_globe(p)]
    for text in all_of(area, "circle"):
        circle = CIRCLE.fullmatch(text)
        if circle is None or not _on_globe(circle):
            found.append(f"circle {text!r}")
    altitude, ceiling = one(area, "altitude"), one(area, "ceiling")
    if ceiling is not None and altitude is None:
        found.append("a ceiling without an altitude")
    if altitude is not None and ceiling is not None and float(altitude) > float(ceiling):
        found.append("the altitude is over the ceiling")
    return found


def _on_globe(pair: re.Match[str]) -> bool:
    return abs(float(pair[1])) <= 90 and abs(float(pair[2])) <= 180


def all_of(parent: ET.Element, name: str) -> list[str]:
    """Give the texts of the children of a name."""
    return [child.text or "" for child in parent.findall(NAMESPACE + name)]


def one(parent: ET.Element, name: str) -> str | None:
    """Give the text of the first child of a name."""
    return next(iter(all_of(parent, name)), None)
