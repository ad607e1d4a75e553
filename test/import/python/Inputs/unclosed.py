x = Conv2D(32, (3, 3)(i)
y = Dense(10)(x)
model.compile(optimizer="adam",
              loss="x"
r = model.fit(x,
    y)
if foo(a, b:
    z = 1
else:
    z = 2
def g(a, b:
    return 1
t = """never ended
more
