async def f(a, /, b, *, c: int = 1) -> None:
    async with x as y, z:
        await w
    return [i async for i in j if k]
