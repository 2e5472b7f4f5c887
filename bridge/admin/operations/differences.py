"""What a declaration changes, told to people and programs; secrets are named and never shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.domain.audit import Deed

_SETS = frozenset({"keys"})  # what is in them comes and goes one by one
_LISTS = frozenset({"administrations", "import_times", "allowed_networks"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is added, changed or removed."""

    verb: str  # add, change, remove
    noun: str  # account, administration
    name: str
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)  # before and after, for JSON
    notes: Sequence[str] = ()  # what else somebody should know

    @property
    def is_nothing(self) -> bool:
        """Whether only the notes are to be told."""
        return self.verb == "change" and not self.fields

    def deed(self) -> Deed:
        """Return the entry for the audit trail."""
        told: dict[str, Any] = {name: after for name, (_, after) in self.fields.items()}
        if self.verb == "change":
            told = {name: {"from": before, "to": after} for name, (before, after) in self.fields.items()}
        return Deed(act=f"{self.noun} {self.verb}", subject=f"{self.noun}:{self.name}", detail=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What came of a declaration."""

    changes: Sequence[Change]
    left: Sequence[tuple[str, str]]  # nouns and names that are there and not declared; kept
    same: int  # declared things that were so already
    is_rehearsal: bool
    notes: Sequence[str] = ()  # what somebody should know of what was so already


def record(value: Applied) -> dict[str, Any]:
    """Return it for JSON; its names are a contract."""
    return {
        "dry_run": value.is_rehearsal,
        "changes": [
            {
                "act": one.verb,
                "subject": f"{one.noun}:{one.name}",
                "fields": {
                    name: {"from": before, "to": after} for name, (before, after) in one.fields.items()
                },
                "notes": list(one.notes),
            }
            for one in value.changes
        ],
        "unchanged": value.same,
        "notes": list(value.notes),
        "not_declared": [f"{noun}:{name}" for noun, name in value.left],
    }


def lines(value: Applied) -> list[str]:
    """Return it as lines for people."""
    would = "would be " if value.is_rehearsal else ""
    told = [_line(one, would) for one in value.changes]
    told += value.notes
    told += [f"{noun} {name}: not in the file, and left as it is" for noun, name in value.left]
    counts = {verb: sum(one.verb == verb for one in value.changes) for verb in ("add", "change", "remove")}
    told.append(
        f"{would}added: {counts['add']}, changed: {counts['change']}, removed: {counts['remove']}; "
        f"already so: {value.same}" + ("; nothing was changed" if value.is_rehearsal else "")
    )
    return told


def _line(one: Change, would: str) -> str:
    what = f"{one.noun} {one.name}"
    if one.verb == "remove":
        return f"{what}: {would}removed"
    parts = [text for name, (before, after) in one.fields.items() for text in _words(name, before, after)]
    if one.verb == "add":
        parts.insert(0, f"{would}added")
    return f"{what}: {'; '.join([*parts, *one.notes])}"


def _words(name: str, before: Any, after: Any) -> list[str]:
    if name in _SETS:
        gone = [f"key {each} removed" for each in before or [] if each not in (after or [])]
        return gone + [f"key {each} added" for each in after or [] if each not in (before or [])]
    if name == "routes":
        return _routes(before or [], after or [])
    if before is None:
        return [f"{name} {_text(name, after)}"]
    return [f"{name} {_text(name, before)} → {_text(name, after)}"]


def _routes(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[str]:
    told = []
    for place in range(max(len(before), len(after))):
        old = before[place] if place < len(before) else None
        new = after[place] if place < len(after) else None
        if old == new:
            continue
        if new is None:
            told.append(f"route {place + 1} ({(old or {})['pattern']}) removed")
        else:
            told.append(
                f"route {place + 1} {_route(old)}→ {_route(new).strip()}" if old else _added(place, new)
            )
    return told


def _added(place: int, new: Mapping[str, Any]) -> str:
    return f"route {place + 1} {_route(new)}added"


def _route(one: Mapping[str, Any]) -> str:
    said = [str(value) for name, value in one.items() if name != "guards" and value is not None]
    said += [f"{guard}={rule}" for guard, rule in one["guards"].items()]
    return f"({', '.join(said)}) "


def _text(name: str, value: Any) -> str:
    if value is None:
        return "none"
    if name in _LISTS:
        return ", ".join(value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key}={text}" for key, text in value.items()) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
