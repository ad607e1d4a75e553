"""Shows the tree of CPython's ast module: a line a node, children indented by one, in the form of ingot-python-ast.

usage: dump_ast.py FILE
"""

import ast
import io
import struct
import sys
import tokenize

ESCAPES = [chr(b) if 0x20 <= b < 0x7F and chr(b) not in "'\\" else f"\\x{b:02x}" for b in range(256)]
SCALARS = {
    "FunctionDef": {"name"}, "AsyncFunctionDef": {"name"}, "ClassDef": {"name"}, "AugAssign": {"op"},
    "AnnAssign": {"simple"}, "ImportFrom": {"module", "level"}, "Global": {"names"}, "Nonlocal": {"names"},
    "BoolOp": {"op"}, "BinOp": {"op"}, "UnaryOp": {"op"}, "Compare": {"ops"}, "FormattedValue": {"conversion"},
    "Constant": {"value"}, "Attribute": {"attr", "ctx"}, "Subscript": {"ctx"}, "Starred": {"ctx"},
    "Name": {"id", "ctx"}, "List": {"ctx"}, "Tuple": {"ctx"}, "MatchSingleton": {"value"},
    "MatchMapping": {"rest"}, "MatchClass": {"kwd_attrs"}, "MatchStar": {"name"}, "MatchAs": {"name"},
    "comprehension": {"is_async"}, "ExceptHandler": {"name"}, "arg": {"arg"}, "keyword": {"arg"},
    "alias": {"name", "asname"},
}
OPTIONAL = {("ImportFrom", "module"), ("MatchMapping", "rest"), ("MatchStar", "name"), ("MatchAs", "name"),
            ("ExceptHandler", "name"), ("keyword", "arg"), ("alias", "asname")}
NODE_NAMES, NAME_LISTS = {"op", "ctx"}, {"names", "kwd_attrs"}
NO_PLACE = {"Module", "arguments", "comprehension", "withitem", "match_case"}
LEFT_OUT = {"type_comment", "type_ignores", "kind"}


def escaped(data):
    return "".join(map(ESCAPES.__getitem__, data))


class Dumper:
    def __init__(self):
        self.functions = {}
        self.lines = None

    def dump(self, data):
        tree = ast.parse(data)
        self.lines = None
        if b"\\N{" in data:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            text = io.TextIOWrapper(io.BytesIO(data), encoding).read()
            self.lines = [line.encode() for line in text.split("\n")]
        result = []
        self.visit(tree, "", "", result.append)
        return "".join(result).encode()

    def visit(self, node, indentation, label, write):
        kind = node.__class__
        function = self.functions.get(kind)
        if function is None:
            function = self.functions[kind] = self.compile(kind)
        function(node, indentation, label, write)

    def constant(self, node):
        value = node.value
        if value.__class__ is str:
            if self.lines and b"\\N{" in self.segment(node):
                text = "named characters"
            else:
                text = f"str '{escaped(value.encode('utf-8', 'surrogatepass'))}'"
        elif value.__class__ is int:
            text = hex(value)
        elif value.__class__ is bytes:
            text = f"bytes '{escaped(value)}'"
        elif value.__class__ is float:
            text = "float " + struct.pack(">d", value).hex()
        elif value.__class__ is complex:
            text = "complex " + struct.pack(">d", value.imag).hex()
        else:
            text = repr(value)
        return text + " kind=u" if node.kind else text

    def segment(self, node):
        lines = self.lines[node.lineno - 1:node.end_lineno]
        lines[-1] = lines[-1][:node.end_col_offset]
        lines[0] = lines[0][node.col_offset:]
        return b"\n".join(lines)

    def compile(self, kind):
        """A function for one kind of node: looking at the fields once for all is most of the speed."""
        name = kind.__name__
        place = "" if name in NO_PLACE else " {n.lineno}:{n.col_offset}-{n.end_lineno}:{n.end_col_offset}"
        line, before, after = "{i}{l}" + name + place, [], []
        for field in kind._fields:
            value = f"n.{field}"
            if field in LEFT_OUT:
                continue
            if field not in SCALARS.get(name, ()):
                after.append(f"    v = {value}\n"
                             f"    if v.__class__ is list:\n"
                             f"        for c in v:\n"
                             f"            if c is None: write(i + ' {field} None\\n')\n"
                             f"            else: visit(c, i + ' ', '{field} ', write)\n"
                             f"    elif v is not None: visit(v, i + ' ', '{field} ', write)\n")
            elif (name, field) in OPTIONAL:
                before.append(f"    {field} = '' if {value} is None else ' {field}=' + {value}\n")
                line += f"{{{field}}}"
            elif name == "Constant":
                line += f" {field}={{constant(n)}}"
            elif field in NODE_NAMES:
                line += f" {field}={{{value}.__class__.__name__}}"
            elif field == "ops":
                line += f" {field}={{''.join([o.__class__.__name__ + ',' for o in {value}])}}"
            elif field in NAME_LISTS:
                line += f" {field}={{''.join([o + ',' for o in {value}])}}"
            else:
                line += f" {field}={{{value}}}"
        code = f"def dump(n, i, l, write):\n{''.join(before)}    write(f\"\"\"{line}\\n\"\"\")\n{''.join(after)}"
        scope = {"visit": self.visit, "constant": self.constant}
        exec(code, scope)
        return scope["dump"]


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        sys.stdout.buffer.write(Dumper().dump(file.read()))
