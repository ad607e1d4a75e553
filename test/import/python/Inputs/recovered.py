x = foo(1 2)
if x = 3:
    print "a"
y = (1 +)
z = 4
