"""A difference is told so that a person can check it before it is made."""

from bridge.admin.operations.differences import Applied, Change, lines, record

CHANGED = Change(
    verb="change",
    noun="account",
    name="jansen",
    fields={
        "encoding": ("cp850", "cp1252"),
        "keys": (["SHA256:old"], ["SHA256:new"]),
        "max_sessions": (3, None),
        "tells_ok": (False, True),
        "administrations": (["A1"], ["A1", "B2"]),
        "routes": (
            [{"pattern": "*.a", "kind": None, "guards": {}}],
            [{"pattern": "*.b", "kind": "data", "guards": {"rows_fallen": "off"}}],
        ),
    },
    notes=["it cannot log in yet"],
)
APPLIED = Applied(
    changes=[CHANGED, Change(verb="remove", noun="account", name="gone")],
    left=[("account", "piet")],
    same=7,
    is_rehearsal=True,
)


def test_each_thing_has_a_line_and_the_end_counts() -> None:
    first, second, third, last = lines(APPLIED)

    assert first == (
        "account jansen: encoding cp850 → cp1252; key SHA256:old removed; key SHA256:new added; "
        "max_sessions 3 → none; tells_ok no → yes; administrations A1 → A1, B2; "
        "route 1 (*.a) → (*.b, data, rows_fallen=off); it cannot log in yet"
    )
    assert second == "account gone: would be removed"
    assert third == "account piet: not in the file, and left as it is"
    assert last == "would be added: 0, changed: 1, removed: 1; already so: 7; nothing was changed"


def test_programs_read_the_same() -> None:
    told = record(APPLIED)

    assert told["dry_run"] is True
    assert told["changes"][0]["fields"]["encoding"] == {"from": "cp850", "to": "cp1252"}
    assert told["changes"][1] == {"act": "remove", "subject": "account:gone", "fields": {}, "notes": []}
    assert (told["unchanged"], told["not_declared"]) == (7, ["account:piet"])


def test_the_audit_trail_has_what_differs() -> None:
    deed = CHANGED.deed()

    assert (deed.act, deed.subject) == ("account change", "account:jansen")
    assert deed.detail["encoding"] == {"from": "cp850", "to": "cp1252"}
