"""Ladder: one call drawn with both its legs and the addresses that each side saw, from the two captures."""

_WIDTH = 50


def _endpoint(end):
    host, port = end
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _label(message):
    text = message.text
    media = text.media()
    what = text.method if text.is_request else text.start.split(" ", 1)[1]
    if not text.is_request and text.method != "INVITE":
        what += f" ({text.method})"
    return f"{what} · audio {_endpoint(media)}" if media else what


def _arrow(text, to_right, width=_WIDTH):
    text = f" {text[:width - 6]} "
    line = text.center(width - 4, "─")
    return f" ─{line}▶ " if to_right else f" ◀{line}─ "


def _ends(leg):
    """(client, SBC) as the leg's packets name them."""
    message = leg.messages[0]
    return (message.receiver, message.sender) if message.from_sbc else (message.sender, message.receiver)


def _audio(recording, leg):
    """Time of the first packet, and packets (to the SBC, from the SBC) of a leg's streams."""
    first, counts = None, [0, 0]
    for (from_sbc, _), stream in recording.streams.items():
        if stream.client_and_sbc(from_sbc) == (leg.client_media, leg.sbc_media):
            counts[from_sbc] += len(stream.prints)
            first = min(first or stream.first, stream.first)
    return first, counts


def draw_call(access, core, user):
    """The ladder of the call to `user`, as text."""
    left, right = access.legs_by_user()[user], core.legs_by_user()[user]
    (caller, sbc_left), (callee, sbc_right) = _ends(left), _ends(right)
    rows = [(m.time, True, _arrow(_label(m), not m.from_sbc)) for m in left.messages]
    rows += [(m.time, False, _arrow(_label(m), m.from_sbc)) for m in right.messages]
    for recording, leg, is_left in ((access, left, True), (core, right, False)):
        first, (to_sbc, from_sbc) = _audio(recording, leg)
        if first is not None:
            ways = (to_sbc, from_sbc) if is_left else (from_sbc, to_sbc)
            rows.append((first, is_left, f" ◀{f' RTP {ways[0]} ▶  ◀ {ways[1]} '.center(_WIDTH - 4, '┄')}▶ "))
    begun = min(time for time, _, _ in rows)
    pad = " " * 9
    lines = [f"{pad}{' caller':<{_WIDTH - 1}}{'SBC':^5}{'callee ':>{_WIDTH - 1}}",
             f"{pad} {_endpoint(caller):<{_WIDTH // 2 - 1}}{_endpoint(sbc_left):>{_WIDTH // 2 - 1}} │ "
             f"{_endpoint(sbc_right):<{_WIDTH // 2 - 1}}{_endpoint(callee):>{_WIDTH // 2 - 1}}"]
    blank = " " * _WIDTH
    for time, is_left, arrow in sorted(rows, key=lambda row: row[0]):
        sides = (arrow, blank) if is_left else (blank, arrow)
        lines.append(f"{(time - begun) * 1000:6.1f} ms{sides[0]}│{sides[1]}".rstrip())
    lines.append(f"{pad}{' Call-ID ' + left.call_id[:_WIDTH - 10]:<{_WIDTH}}│ Call-ID {right.call_id[:_WIDTH - 10]}")
    return "\n".join(lines)


def finest_call(access, core):
    """A call to draw: answered on both sides, with the fewest retransmissions; None where there is none."""
    theirs = core.legs_by_user()
    both = [(len(leg.messages) + len(theirs[user].messages), user) for user, leg in access.legs_by_user().items()
            if user in theirs and leg.answered and theirs[user].answered]
    return min(both)[1] if both else None
