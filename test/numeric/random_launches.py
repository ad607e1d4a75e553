"""Prints a program whose launches are random maps and reductions, for selfcheck to compare with their references.

    random_launches.py SEED COUNT > launches.mlir
    ingotc --compile-from=fuse launches.mlir --with-reference -o launches && ./launches selfcheck

Shapes, broadcasts, element types, layouts and bodies vary; each launch is one of the forms that `fuse` makes.
"""

import random
import sys

SIZES = [1, 2, 3, 4, 5, 7, 8, 10, 15, 16, 17, 20, 31, 32, 33, 48, 64, 65, 80, 100, 130, 200]
MOST_POINTS = 60_000

HEAD = """train.program @launches attributes {{batch = {batch} : i64, digest = "0", learning_rate = 1.0e-3 : f64, model_name = "functional", spec = "launches.py"}} {{
  train.array @x attributes {{source = "fashion_mnist", key = "images", test = false, classes = 0 : i64, samples = tensor<28x28xi8>, type = tensor<28x28xi8>}}
  train.step predict @predict_step(%x: tensor<?x28x28xi8> {{train.images = @x}}, %order: tensor<?xi32> {{train.order}}) -> (tensor<?x28x28xi8> {{train.output}}) {{
"""
TAIL = """    %out = kernel.launch "gather" (%a = %x : tensor<?x28x28xi8>, %b = %order : tensor<?xi32>) -> tensor<?x28x28xi8> {
      %0 = nn.gather %a[%b] : tensor<?x28x28xi8>, tensor<?xi32> -> tensor<?x28x28xi8>
      kernel.yield %0 : tensor<?x28x28xi8>
    }
    train.return %out : tensor<?x28x28xi8>
  }
}
"""


class Body:
    """A scalar region of f32 arithmetic on its elements."""

    def __init__(self, generator, elements, rank, positions):
        self.generator, self.random, self.lines, self.count = generator, generator.random, [], 0
        self.values = []
        for name, kind in elements:
            self.values.append(name if kind == "f32" else self.op(f"arith.sitofp {name} : {kind} to f32"))
        if positions and rank and self.random.random() < 0.4:
            index = self.op(f"nn.index {self.random.randrange(rank)}")
            narrow = self.op(f"arith.index_cast {index} : index to i32")
            self.values.append(self.op(f"arith.sitofp {narrow} : i32 to f32"))
        if positions and rank and self.random.random() < 0.2:
            place = self.op("nn.linear_index")
            cycle = self.op(f"arith.remui {place}, {self.op('arith.constant 61 : i32')} : i32")
            self.values.append(self.op(f"arith.sitofp {cycle} : i32 to f32"))
        if not self.values:
            self.values.append(self.op("arith.constant 0.75 : f32"))

    def op(self, text):
        name = f"%v{self.count}"
        self.count += 1
        self.lines.append(f"{name} = {text}")
        return name

    def pick(self):
        return self.random.choice(self.values)

    def result(self):
        """Uses every value, so that no operand is idle."""
        total = self.values[0]
        for value in self.values[1:]:
            total = self.op(f"arith.{self.random.choice(['addf', 'subf', 'mulf'])} {total}, {value} : f32")
        for _ in range(self.random.randrange(3)):
            total = self.step(total)
        return total

    def step(self, value):
        kind = self.random.randrange(5)
        if kind == 0:
            return self.op(f"arith.maximumf {value}, {self.op('arith.constant 0.0 : f32')} : f32")
        if kind == 1:
            small = self.op(f"math.tanh {value} : f32")
            return self.op(f"math.exp {small} : f32")
        if kind == 2:
            return self.op(f"arith.addf {value}, {self.pick()} : f32")
        if kind == 3:
            less = self.op(f"arith.cmpf olt, {value}, {self.pick()} : f32")
            return self.op(f"arith.select {less}, {value}, {self.pick()} : f32")
        return self.op(f"math.absf {value} : f32")


class Generator:
    def __init__(self, seed):
        self.random, self.lines, self.names = random.Random(seed), [], 0
        self.batch = self.random.choice([1, 2, 5, 8, 13, 32])

    def name(self):
        self.names += 1
        return f"%t{self.names}"

    def type(self, shape, element="f32", encoding=""):
        sizes = "".join(("?" if size is None else str(size)) + "x" for size in shape)
        return f"tensor<{sizes}{element}{encoding}>"

    def points(self, shape):
        count = 1
        for size in shape:
            count *= self.batch if size is None else size
        return count

    def domain(self, least=1, most=4):
        while True:
            shape = [self.random.choice(SIZES) for _ in range(self.random.randint(least, most))]
            if self.random.random() < 0.6:
                shape[0] = None
            if self.points(shape) <= MOST_POINTS:
                return shape

    def source(self, shape, element="f32", encoding=""):
        """A launch that fills a tensor with numbers between -2 and 2, of integers with 0 to 22."""
        name, kind, lines = self.name(), self.type(shape, element, encoding), []
        total = None
        for dim in range(len(shape)):
            lines += [f"%i{dim} = nn.index {dim}", f"%n{dim} = arith.index_cast %i{dim} : index to i32",
                      f"%c{dim} = arith.constant {self.random.choice([1, 3, 5, 7, 11])} : i32",
                      f"%m{dim} = arith.muli %n{dim}, %c{dim} : i32"]
            if total:
                lines.append(f"%s{dim} = arith.addi {total}, %m{dim} : i32")
            total = f"%s{dim}" if total else f"%m{dim}"
        if total is None:
            lines.append("%k = arith.constant 9 : i32")
            total = "%k"
        lines += ["%c = arith.constant 23 : i32", f"%r = arith.remui {total}, %c : i32"]
        value = "%r"
        if element == "i8":
            lines.append("%e = arith.trunci %r : i32 to i8")
            value = "%e"
        elif element == "f32":
            lines += ["%f = arith.sitofp %r : i32 to f32", f"%a = arith.constant {0.17 + self.random.random() / 100:.6f} : f32",
                      "%b = arith.constant -1.9 : f32", "%p = arith.mulf %f, %a : f32", "%e = arith.addf %p, %b : f32"]
            value = "%e"
        self.launch([], [(name, kind)], [f"%y = nn.map () : () -> {kind} {{"] + ["  " + line for line in lines]
                    + [f"  nn.yield {value} : {element}", "}"], ["%y"])
        return name, kind, element

    def launch(self, inputs, results, lines, yielded):
        """`inputs`: (argument, value, type)."""
        arguments = ", ".join(f"{argument} = {value} : {kind}" for argument, value, kind in inputs)
        kinds = ", ".join(kind for _, kind in results)
        self.lines.append(f'    {", ".join(name for name, _ in results)} = kernel.launch "launch{self.names}" ({arguments}) -> '
                          + (f"({kinds})" if len(results) > 1 else kinds) + " {")
        self.lines += ["      " + line for line in lines]
        self.lines += [f"      kernel.yield {', '.join(yielded)} : {kinds}", "    }"]

    def operands(self, shape, least=1, encoding="", whole=False):
        """Sources along random dimensions: (argument, value, type, element, dims)."""
        result = []
        for i in range(self.random.randint(least, 4)):
            dims = list(range(len(shape)))
            if (i or not whole) and self.random.random() < 0.6:
                dims = [dim for dim in dims if self.random.random() < 0.5]
                if encoding:
                    dims = self.random.choice([[], [len(shape) - 1]])
            element = self.random.choice(["f32"] * 5 + ["i32", "i8"])
            own = encoding if encoding and len(dims) == len(shape) else ""
            name, kind, element = self.source([shape[dim] for dim in dims], element, own)
            result.append((f"%a{i}", name, kind, element, dims))
        return result

    def operand_list(self, operands, rank, prefix="%e"):
        return ", ".join(f"{prefix}{i} = {argument}" + ("" if dims == list(range(rank)) else f" along {dims}")
                         for i, (argument, _, _, _, dims) in enumerate(operands))

    def scalar_op(self, head, operands, rank, results, output_types, positions=True):
        """An nn.map or nn.reduce over operands, with a random body."""
        body = Body(self, [(f"%e{i}", operand[3]) for i, operand in enumerate(operands)], rank, positions)
        yielded = [body.result() for _ in results]
        kinds = ", ".join(kind for _, _, kind, _, _ in operands)
        outputs = ", ".join(output_types)
        outputs = f"({outputs})" if len(results) > 1 else outputs
        return ([f"{', '.join(results)} = {head} : ({kinds}) -> {outputs} {{"] + ["  " + line for line in body.lines]
                + [f"  nn.yield {', '.join(yielded)} : {', '.join(['f32'] * len(results))}", "}"])

    def map(self):
        shape = self.domain()
        operands, rank = self.operands(shape, least=0), len(shape)
        count = self.random.choice([1, 1, 1, 2])
        results, names = [f"%y{i}" for i in range(count)], [self.name() for _ in range(count)]
        kind = self.type(shape)
        lines = self.scalar_op(f"nn.map ({self.operand_list(operands, rank)})", operands, rank, results, [kind] * count)
        self.launch([o[:3] for o in operands], [(name, kind) for name in names], lines, results)

    def columns(self):
        blocked = self.random.random() < 0.3
        shape = self.domain(2)
        if blocked and shape[0] is None:
            shape[0] = 9
        encoding = f", #kernel.blocked<{self.random.choice([16, 32, 64])}>" if blocked else ""
        rank = len(shape)
        axes = [dim for dim in range(rank - 1) if blocked or self.random.random() < 0.7] or [0]
        output = self.type([size for dim, size in enumerate(shape) if dim not in axes])
        lines, inputs, results = [], [], []
        for i in range(self.random.choice([1, 1, 2, 3])):
            operands = [(f"%a{i}_{j}", *operand[1:]) for j, operand in
                        enumerate(self.operands(shape, encoding=encoding, whole=True))]
            kind = self.random.choice(["sum", "sum", "max", "min"])
            lines += self.scalar_op(f"nn.reduce {kind} ({self.operand_list(operands, rank)}) axes {axes}", operands, rank,
                                    [f"%y{i}"], [output], positions=not blocked)
            inputs += [operand[:3] for operand in operands]
            results.append(f"%y{i}")
        self.launch(inputs, [(self.name(), output) for _ in results], lines, results)

    def rows(self):
        """A chain over the same rows: maps and reductions, of the elements, and maps of what is reduced."""
        shape = self.domain(1)
        rank, leading = len(shape), self.random.randrange(len(shape))
        inner, outer = self.type(shape), self.type(shape[:leading])
        axes = list(range(leading, rank))
        sources = self.operands(shape, whole=True)
        values = list(sources)  # of elements
        per_row = []            # of rows
        lines, yielded = [], []
        for i in range(self.random.randint(1, 5)):
            kind = self.random.choice(["map", "reduce", "row"]) if per_row else self.random.choice(["map", "reduce"])
            name = f"%y{i}"
            if kind == "row":
                operands = self.random.sample(per_row, self.random.randint(1, len(per_row)))
                lines += self.scalar_op(f"nn.map ({self.operand_list(operands, leading)})", operands, leading, [name], [outer])
                per_row.append((name, name, outer, "f32", list(range(leading))))
                yielded.append((name, outer))
                continue
            # An operand of the full shape says what the domain is.
            whole = [v for v in values if len(v[4]) == rank]
            operands = [self.random.choice(whole)] + self.random.sample(values, self.random.randint(0, len(values)))
            if per_row:
                operands += self.random.sample(per_row, self.random.randint(0, len(per_row)))
            operands = [o for i, o in enumerate(operands) if o not in operands[:i]]
            if kind == "map":
                lines += self.scalar_op(f"nn.map ({self.operand_list(operands, rank)})", operands, rank, [name], [inner])
                values.append((name, name, inner, "f32", list(range(rank))))
                yielded.append((name, inner))
            else:
                how = self.random.choice(["sum", "sum", "max", "min"])
                lines += self.scalar_op(f"nn.reduce {how} ({self.operand_list(operands, rank)}) axes {axes}", operands, rank,
                                        [name], [outer])
                per_row.append((name, name, outer, "f32", list(range(leading))))
                yielded.append((name, outer))
        # Some results stay inside; the last one does not.
        kept = [y for y in yielded[:-1] if self.random.random() < 0.5] + yielded[-1:]
        self.launch([s[:3] for s in sources], [(self.name(), kind) for _, kind in kept], lines, [name for name, _ in kept])

    def program(self, count):
        for _ in range(count):
            self.random.choice([self.map, self.columns, self.rows])()
        return HEAD.format(batch=self.batch) + "\n".join(self.lines) + "\n" + TAIL


if __name__ == "__main__":
    print(Generator(int(sys.argv[1])).program(int(sys.argv[2])), end="")
