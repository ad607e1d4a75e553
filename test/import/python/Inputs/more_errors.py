def f(x) return x
if (a = b):
    pass
foo(a b)
x = = 3
from x import (a b)
elif x:
    pass
import a from b
raise E, "x"
try:
    pass
except A, e:
    pass
@dec
x = 1
match x:
    foo
    case 1: pass
    case [a, *b] if a = 3:
        pass
for x y in z:
    pass
for f() in z:
    pass
def 3():
    pass
def f(a, (b, c)):
    pass
None = 1
x + 1 = 2
(a, b) += 1
a, b: int = 3
with open(x) f:
    pass
f(**a, *b)
f(x for x in y, 1)
[*a for a in b]
f(lambda=1)
return 1 2
x = a if b
assert x = 3
$x
x = !y
foo(class="x")
x ? y : z
while:
    pass
"abc" b"c"
"\xz"
f"{a!z}"
f"{a"
f"}"
f"{'a' 'b}"
x = (
