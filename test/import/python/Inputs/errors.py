import tensorflow as tf
if x = 3:
    print "hello", x
while n > 3
    n -= 1
for i in range(3) print(i)
x = Conv2D(32, (3, 3) activation="relu")(i)
y = foo(1, 2
z = "unterminated
w = bar('abc)
class = 5
def f(a, b=1, c):
    return a
  q = 1
q++
if a && b:
    pass
else if c:
    pass
f(a=1, 2)
x = [1, 2
]
d = {"a": 1, "b" 2}
x <> y
3 = x
f() = 2
import
from x import
try:
    pass
lambda x: = 3
x = 
if True:
y = 1
print(f"{a b} {}")
a = (1, 2]
b = 5)
x = “hello”
n = 0777
n = 12abc
del f()
    k = 3
return x y
