x = f"{a!r:>{b}}" if (y := [*c, **d]) else lambda *a, b=1, **k: (yield)
match x:
    case {"a": [1, *r], **s} | P(q=2) if z: pass
