"""Signatures that change while a flood runs: nothing passes meanwhile, and no count is lost."""
import json
import os

from e2e.bed import settings, standing
from net import attack
from net.processes import wait_until

_RATE = 2000


def _file(number):
    """Signatures 1 and 2 match the flood and stay; their neighbours, and so their places, change."""
    more = [f"- {{id: {100 + number * 10 + i}, message: other, pattern: 'other {number} {i}'}}" for i in range(number % 5)]
    stay = ["- {id: 1, message: flood, pattern: 'sip:flood@', regex: '<sip:flood@', where: header From}",
            "- {id: 2, message: hint, pattern: 'CSeq: 1 INVITE', action: score 5}"]
    return "\n".join(["signatures:", *more, *stay, ""])


def test_hits_outlive_reloads_in_a_flood():
    reloads, seconds = (100, 20) if settings.full else (20, 6)

    def write(folder, number):
        path = os.path.join(folder, "signatures.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(_file(number))
        return path

    def change(configuration):
        folder = os.path.dirname(configuration["control"]["socket"])
        configuration["signatures"]["file"] = write(folder, 0)
        configuration["limits"].update(source_rate="unlimited", unknown_rate="unlimited")

    with standing(workers=2, change=change) as bed:
        def hits():
            return {row["id"]: row["hits"] for row in bed.sbc.ctl("signatures")["signatures"] if row["id"] < 100}
        flood = attack.flood(bed.lab, bed.plan, "spoofed", _RATE, seconds)
        wait_until(lambda: hits()[1] > 0, 5, "the flood has begun")
        seen = hits()
        for number in range(1, reloads + 1):
            write(bed.lab.folder, number)
            bed.sbc.ctl("reload")
            now = hits()
            assert all(now[each] >= seen[each] for each in seen), f"{seen} became {now} by reload {number}"
            seen = now
        assert flood.status is None, "void: the flood was over before the reloads"
        assert flood.wait(seconds + 30) == 0, flood.errors()
        sent = json.loads(flood.output())["sent"]
        wait_until(lambda: hits()[1] >= sent, 5, f"all {sent} packets counted: {hits()}")
        assert hits() == {1: sent, 2: sent}
        assert bed.reasons().get("signature") == sent
        listed = bed.sbc.ctl("signatures", "--top", "1")
        assert [row["id"] for row in listed["signatures"]] == [1] and listed["count"] == reloads % 5 + 2
