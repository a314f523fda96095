"""Finds what can be changed in a Swift file of the rules, and writes a file that holds every change.

A point is a place in the source with one or more mutants, each with a number. The file written asks at
each point `mutant(17)`, which is true in the process whose LETHE_MUTANT is 17. No line is added or
removed, so what the compiler says of line 40 is about line 40 of the source.

The source is read as text, not parsed: what the house style (`swift format`) makes regular is enough. A
change that does not compile is left out by mutate.py.
"""

import dataclasses
import re

# What an operator is changed into. Both operands are kept but for && and ||.
OPERATORS = {
    "==": ["!="],
    "!=": ["=="],
    "<": ["<=", ">="],
    "<=": ["<", ">"],
    ">": [">=", "<="],
    ">=": [">", "<"],
    "&&": ["||", "left", "right"],
    "||": ["&&", "left", "right"],
    "??": ["right"],
    "+": ["-"],
    "-": ["+"],
    "*": ["/"],
    "/": ["*"],
    "%": ["/"],
    "<<": [">>"],
    ">>": ["<<"],
    "|": ["&"],
    "^": ["|"],
    "&+": ["&-"],
    "&-": ["&+"],
    "&*": ["&+"],
    "+=": ["-="],
    "-=": ["+="],
    "&+=": ["&-="],
}
GROUPS = {
    "==": "Comparison", "!=": "Comparison", "<": "Comparison", "<=": "Comparison",
    ">": "Comparison", ">=": "Comparison", "&&": "LogicalConjunction", "||": "LogicalDisjunction",
    "??": "NilCoalescing", "+": "Addition", "-": "Addition", "|": "Addition", "^": "Addition",
    "&+": "Addition", "&-": "Addition", "*": "Multiplication", "/": "Multiplication",
    "%": "Multiplication", "&*": "Multiplication", "<<": "BitwiseShift", ">>": "BitwiseShift",
    "+=": "Assignment", "-=": "Assignment", "&+=": "Assignment",
}
OPERATOR = re.compile(
    r"(?<=[ \n])(" + "|".join(re.escape(name) for name in sorted(OPERATORS, key=len, reverse=True))
    + r")(?=[ \n])")
KEYWORDS = re.compile(
    r"(let|var|return|guard|if|for|while|repeat|switch|case|default|else|func|init|package|private"
    r"|fileprivate|mutating|struct|enum|extension|import|typealias|static|subscript|throw|where|do|get"
    r"|set|continue|break|typealias|nonmutating)\b|@")
STATEMENT = re.compile(r"(_ = )?[a-z_]\w*([.?!]+\w+|\[[^\n]*?\]|\?)*(\(|\.\w+ \{| [-+&]?\+?= | -= )")
EARLY = re.compile(r"return(\n| (breach|erase|endVisit|wake|refuseErased|forget)\()")


@dataclasses.dataclass
class Point:
    file: str
    line: int  # of the source, from 1
    column: int
    last: int  # the last line that an edit touches
    edits: list  # (start, end, rank, text)
    mutants: list  # (number, what is changed)
    declarations: str = ""
    text: str = ""  # the source line

    def touches(self, line):
        return self.line <= line <= self.last


def mask(text):
    """The text with comments and strings blanked."""
    out = list(text)
    for match in re.finditer(r'"""(?:.|\n)*?"""|"(?:\\.|[^"\\\n])*"|//[^\n]*', text):
        for place in range(*match.span()):
            if out[place] != "\n":
                out[place] = " "
    return "".join(out)


def braces(code):
    """The place of each opening bracket's partner, and the other way round."""
    partner, stack = {}, []
    for place, letter in enumerate(code):
        if letter in "({[":
            stack.append(place)
        elif letter in ")}]":
            start = stack.pop()
            partner[start], partner[place] = place, start
    return partner


def enums(texts):
    """Enums whose cases carry nothing: name and cases."""
    found = {}
    for text in texts:
        code = mask(text)
        partner = braces(code)
        for match in re.finditer(r"enum (\w+)[^{\n]*(?:\n[^{\n]*)?\{", code):
            body = code[match.end() : partner[match.end() - 1]]
            names, plain = [], True
            for case in re.finditer(r"^\s*case ((?:[^\n]|,\n)*)", body, re.M):
                listed = case.group(1)
                plain = plain and "(" not in listed
                names += [re.sub(r"\s*=.*", "", name).strip() for name in listed.split(",")]
            names = [name for name in names if re.fullmatch(r"\w+", name)]
            if plain and len(names) > 1:
                found[match.group(1)] = names
    return found


def operator(number):
    """A name for an operator that no other point has."""
    digits = ""
    while number:
        number, digit = divmod(number, 3)
        digits = "^~%"[digit] + digits
    return "^^" + digits + "^"


class File:
    def __init__(self, name, text, cases, number):
        self.name, self.text, self.cases, self.number = name, text, cases, number
        self.code = mask(text)
        self.partner = braces(self.code)
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.points = []
        self.skipped = self.unmutable()
        self.find()

    def line(self, place):
        low, high = 0, len(self.starts) - 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.starts[middle] <= place else (low, middle)
        return low + 1

    def unmutable(self):
        """Where nothing is changed: declarations of operators and of raw values."""
        return [match.span() for match in re.finditer(
            r"static func [<+-] \([^{]*|^\s*case \w+ = \S+|<Name: [^>]*>|while true", self.code, re.M)]

    def may(self, place):
        return not any(start <= place < end for start, end in self.skipped)

    def add(self, place, changes, edits, declarations=""):
        """`edits`: functions of the first number, or tuples ready."""
        if not self.may(place):
            return
        first = self.number
        self.number += len(changes)
        ready = [(start, end, rank, text.replace("#", str(first))) for start, end, rank, text in edits]
        line = self.line(place)
        last = max(self.line(max(start, end - 1)) for start, end, _, _ in ready)
        self.points.append(Point(
            self.name, line, place - self.starts[line - 1] + 1, max(line, last), ready,
            [(first + index, change) for index, change in enumerate(changes)],
            declarations, self.lines[line - 1].strip()))

    def find(self):
        self.operators()
        self.literals()
        self.members()
        self.clauses()
        self.statements()

    # Expressions

    def operators(self):
        for match in OPERATOR.finditer(self.code):
            name = match.group(1)
            token = operator(self.number)
            changes = {"left": "right operand dropped", "right": "left operand dropped"}
            if self.may(match.start()):
                self.add(
                    match.start(),
                    [changes.get(other, f"`{name}` → `{other}`") for other in OPERATORS[name]],
                    [(match.start(1), match.end(1), 0, token)],
                    declare(token, name, self.number))
        for match in re.finditer(r"(?<=\s)\?(?=\s)", self.code):
            end = len(self.code[: match.start()].rstrip())
            self.add(match.start(), ["condition of ?: negated"], [(end, end, 1, " ~!~ #")])
        for match in re.finditer(r"(?<![\w.])(min|max)(?=\()", self.code):
            other = "max" if match.group(1) == "min" else "min"
            self.add(
                match.start(), [f"`{match.group(1)}` → `{other}`"],
                [(match.start(), match.end() + 1, 0, f"mutated{match.group(1).title()}(#, ")])
        for match in re.finditer(r"(?<=[ (])!(?=\w)", self.code):
            before = self.code[: match.start()].rstrip()
            if re.search(r"(\b(if|guard|where|while)|,)$", before):
                continue  # A clause: forced both ways below.
            token = operator(self.number)
            self.add(
                match.start(), ["`!` dropped"], [(match.start(), match.end(), 0, token)],
                f"prefix operator {token}\nprefix func {token} (a: Bool) -> Bool "
                f"{{ mutant({self.number}) ? a : !a }}")
        for match in re.finditer(r"\.sorted(\(\))?(?= \{|\b)", self.code):
            if match.group(1):
                self.add(
                    match.start(), ["not sorted"],
                    [(match.start(), match.end(), 0, ".mutatedSorted(#)")])

    def literals(self):
        for match in re.finditer(r"(?<![\w.$#])(0x[\dA-F_]+|\d[\d_]*)(?![\w.]|\.\d)", self.code):
            value = int(match.group(1).replace("_", ""), 0)
            changes = [f"`{match.group(1)}` + 1"]
            if value > 0 and self.name != "Limits.swift":
                changes.append(f"`{match.group(1)}` − 1")
            self.add(match.start(), changes, [
                (match.start(), match.start(), 0, f"mutatedNumber(#, {len(changes)}, "),
                (match.end(), match.end(), 0, ")")])
        for match in re.finditer(r"\b(true|false)\b", self.code):
            other = "false" if match.group(1) == "true" else "true"
            self.add(match.start(), [f"`{match.group(1)}` → `{other}`"], [
                (match.start(), match.start(), 0, "mutatedFlag(#, "),
                (match.end(), match.end(), 0, ")")])

    def members(self):
        patterns = [match.span() for match in re.finditer(r"\bcase [^{}]*?(?::(?=\s)| = )", self.code)]
        names = {case for cases in self.cases.values() for case in cases}
        for match in re.finditer(r"(?<![\w)\]?!>.])\.([a-z]\w*)(?![\w(.])", self.code):
            if match.group(1) not in names or match.group(1) == "none":
                continue
            if any(start <= match.start() < end for start, end in patterns):
                continue
            self.add(match.start(), [f"`.{match.group(1)}` → the next case"], [
                (match.start(), match.start(), 0, "mutatedCase(#, "),
                (match.end(), match.end(), 0, ")")])

    # Conditions

    def clauses(self):
        for match in re.finditer(r"(?<![\w.])(if|guard|while|where)(?=\s)", self.code):
            start = match.end()
            if match.group(1) == "where" and not self.in_loop(match.start()):
                continue
            place, first = start, start
            while True:
                letter = self.code[place]
                if letter in "([":
                    place = self.partner[place]
                elif letter == "{" and match.group(1) != "guard":
                    break
                elif letter == "{":
                    place = self.partner[place]
                elif letter == "," or self.code.startswith("else", place) and not self.code[
                        place - 1].isalnum() and match.group(1) == "guard":
                    self.clause(first, place)
                    if letter != ",":
                        break
                    first = place + 1
                place += 1
            if match.group(1) != "guard":
                self.clause(first, place)

    def in_loop(self, place):
        return re.search(r"\bfor [^{}]*$", self.code[:place]) is not None

    def clause(self, start, end):
        body = self.code[start:end]
        end = start + len(body.rstrip())
        start += len(body) - len(body.lstrip())
        body = self.code[start:end]
        if not body or body.startswith("case "):
            return
        if re.match(r"(let|var) ", body):
            shorthand = re.fullmatch(r"(?:let|var) (\w+)", body)
            text = (f" = {shorthand.group(1)}" if shorthand else "") + " ~?~ #"
            self.add(start, ["bound nothing"], [(end, end, 1, text)])
        elif body not in ("true", "false"):
            self.add(start, ["condition always true", "condition always false"],
                     [(end, end, 1, " ~!! #")])

    # Statements

    def header(self, brace):
        """What stands before an opening brace, back to the former statement."""
        return re.split(r"[{};]\s|\n\s*\n", self.code[:brace])[-1]

    def statements(self):
        for index, line in enumerate(self.lines):
            start = self.starts[index]
            code = self.code[start : start + len(line)]
            indent = len(code) - len(code.lstrip())
            if not code.strip() or not self.begins(index):
                continue
            place = start + indent
            rest = code.strip()
            label = re.match(r"(case [^{}]*?|default):\s+(?=\S)", rest)
            if label and "case" != rest and self.in_code(place):
                place += label.end()
                rest = rest[label.end():]
            if not self.in_code(place):
                continue
            if rest.startswith("for "):
                self.loop(place)
            elif EARLY.match(rest + "\n"):
                self.early(place)
            elif re.match(r"continue$", rest):
                self.add(place, ["`continue` → `break`"],
                         [(place, place, 0, "if mutant(#) { break }; ")])
            elif STATEMENT.match(rest) and not KEYWORDS.match(rest):
                self.statement(place)
        # One line: guard … else { continue }
        for match in re.finditer(r"(?<=\{ )continue(?= \})", self.code):
            self.add(match.start(), ["`continue` → `break`"],
                     [(match.start(), match.start(), 0, "if mutant(#) { break }; ")])

    def begins(self, index):
        """Whether the line begins a statement: the one before it is complete."""
        for before in range(index - 1, -1, -1):
            start = self.starts[before]
            code = self.code[start : start + len(self.lines[before])].rstrip()
            if code.strip():
                break
        else:
            return False
        if re.match(r"\s*([.?:]|&&|\|\||\?\?|[-+*/] |else\b|\{)", self.code[self.starts[index]:]):
            return False
        return code.endswith((":", "{", "}", ")", "]", " in")) or re.search(
            r"(?<![=&|?+\-*/,<>(\[])$", code) is not None and not code.endswith(
                (",", "(", "[", "=", "&&", "||", "??", "where", "in"))

    def enclosing(self, place):
        depth = 0
        for before in range(place - 1, -1, -1):
            letter = self.code[before]
            if letter in ")}]":
                depth += 1
            elif letter in "({[":
                if depth == 0:
                    return before
                depth -= 1
        return None

    def in_code(self, place):
        brace = self.enclosing(place)
        if brace is None or self.code[brace] != "{":
            return False
        return not re.search(r"\b(struct|enum|extension)\b[^{}]*$", self.code[:brace])

    def end(self, place):
        """The end of the statement that begins here."""
        while True:
            letter = self.code[place]
            if letter in "({[":
                place = self.partner[place]
            elif letter in "})":
                return len(self.code[:place].rstrip())
            elif letter == "\n":
                rest = self.code[place:].lstrip()
                if not re.match(r"([.?:]|&&|\|\||\?\?|[-+*/] )", rest) and not re.search(
                        r"(=|,|&&|\|\||\?\?|\bin| [-+*/])$", self.code[:place].rstrip()):
                    return len(self.code[:place].rstrip())
            place += 1

    def is_value(self, place, end):
        """The only expression of a block: what it gives back."""
        brace = self.enclosing(place)
        choice = re.search(r"\bswitch [^{}]*$", self.code[:brace])
        if choice:
            start, after = choice.start(), self.partner[brace] + 1
            return self.code[:start].rstrip().endswith(("=", "return")) or self.is_value(
                start, after)
        if self.code[brace + 1 : place].strip() or self.code[end : self.partner[brace]].strip():
            return False
        header = self.header(brace)
        return "->" in header or re.search(r"\b(var|get|subscript)\b|=\s*$|\($|\.\w+ $", header)

    def wrap(self, place, end, change):
        self.add(place, [change], [
            (place, place, -1, "if !mutant(#) { "), (end, end, 3, " }")])

    def statement(self, place):
        rest = self.code[place:]
        if re.match(r"self\.(init\(|\w+ = )|preconditionFailure", rest):
            return  # An initialiser that leaves a member out does not compile.
        assigned = re.match(r"(\w+) = ", rest)
        if assigned and re.search(rf"let {assigned.group(1)}: [^=\n]*\n", self.code):
            return  # Nor does a constant without its value.
        end = self.end(place)
        if not self.is_value(place, end):
            self.wrap(place, end, "statement removed")

    def early(self, place):
        brace = self.enclosing(place)
        before = self.code[:brace].rstrip()
        if before.endswith("else") and not before[:-4].rstrip().endswith("}"):
            return  # The else of a guard must leave.
        function = self.code[self.code.rfind("func ", 0, place) : place]
        if re.search(r"\blet \w+: [^=\n]*\n", function):
            return  # So must a case that gives a constant no value.
        self.wrap(place, self.end(place), "return removed")

    def loop(self, place):
        brace = place
        while self.code[brace] != "{":
            brace = self.partner[brace] + 1 if self.code[brace] in "([" else brace + 1
        end = self.partner[brace]
        self.wrap(place, end + 1, "loop removed")
        self.add(place, ["loop left after the first"], [(end, end, 2, " ; if mutant(#) { break } ")])

    # Writing

    def write(self, dropped):
        edits = [edit for point in self.points if point.mutants[0][0] not in dropped
                 for edit in point.edits]
        text, at = [], 0
        # At one place: what closes, inner first; then what opens, outer first.
        edits.sort(key=lambda edit: (edit[0], 0 if edit[3].startswith((")", " ")) else 1, edit[2]))
        for start, end, _, new in edits:
            text += [self.text[at:start], new]
            at = max(at, end)
        return "".join(text) + self.text[at:]


def declare(token, name, number):
    group = GROUPS[name] + "Precedence"
    head = f"infix operator {token} : {group}\n@inline(__always) "
    variants = OPERATORS[name]

    def choice(original, write):
        text = original
        for index in reversed(range(len(variants))):
            text = f"mutant({number + index}) ? {write(variants[index])} : {text}"
        return text

    if name in ("&&", "||"):
        words = {"left": "a", "right": "try b()"}
        body = choice(f"try (a {name} b())", lambda other: words.get(other, f"try (a {other} b())"))
        return head + (f"func {token} (a: Bool, b: @autoclosure () throws -> Bool) rethrows -> Bool "
                       f"{{ {body} }}")
    if name == "??":
        body = f"mutant({number}) ? try b() : try (a ?? b())"
        return head + (f"func {token}<T> (a: T?, b: @autoclosure () throws -> T) rethrows -> T "
                       f"{{ {body} }}\n@inline(__always) "
                       f"func {token}<T> (a: T?, b: @autoclosure () throws -> T?) rethrows -> T? "
                       f"{{ {body} }}")
    if name.endswith("=") and name[:-1] in ("+", "-", "&+"):
        kind = "FixedWidthInteger" if "&" in name else "AdditiveArithmetic"
        return head + (f"func {token}<T: {kind}> (a: inout T, b: T) {{ if mutant({number}) "
                       f"{{ a {variants[0]} b }} else {{ a {name} b }} }}")
    body = choice(f"a {name} b", lambda other: f"a {other} b")
    if group == "ComparisonPrecedence":
        kind = "Equatable" if name in ("==", "!=") else "Comparable"
        return head + (
            f"func {token}<T: {kind}> (a: T, b: T) -> Bool {{ {body} }}\n"
            f"@inline(__always) @_disfavoredOverload func {token}<A: BinaryInteger, B: BinaryInteger> "
            f"(a: A, b: B) -> Bool {{ {body} }}")
    if name in ("<<", ">>"):
        return head + f"func {token}<T: BinaryInteger> (a: T, b: Int) -> T {{ {body} }}"
    kind = {"+": "AdditiveArithmetic", "-": "AdditiveArithmetic"}.get(name, "FixedWidthInteger")
    text = head + f"func {token}<T: {kind}> (a: T, b: T) -> T {{ {body} }}"
    if name in ("+", "-"):
        text += (f"\n@inline(__always) func {token} (a: Instant, b: Duration) -> Instant "
                 f"{{ {body} }}")
    return text


SUPPORT = """
import CMutant

@inline(__always) func mutant(_ number: Int32) -> Bool { lethe_mutant(number) != 0 }

precedencegroup MutatedClause { higherThan: AssignmentPrecedence lowerThan: TernaryPrecedence }
precedencegroup MutatedChoice { higherThan: TernaryPrecedence lowerThan: LogicalDisjunctionPrecedence }
infix operator ~!! : MutatedClause
infix operator ~?~ : MutatedClause
infix operator ~!~ : MutatedChoice

@inline(__always) func ~!! (a: Bool, number: Int32) -> Bool {
    mutant(number) ? true : mutant(number + 1) ? false : a
}
@inline(__always) func ~?~ <T> (a: T?, number: Int32) -> T? { mutant(number) ? nil : a }
@inline(__always) func ~!~ (a: Bool, number: Int32) -> Bool { mutant(number) ? !a : a }

@inline(__always) func mutatedNumber<T: BinaryInteger>(_ number: Int32, _ count: Int32, _ a: T) -> T {
    if mutant(number) { return a + 1 }
    return count == 2 && mutant(number + 1) ? a - 1 : a
}
@inline(__always) func mutatedFlag(_ number: Int32, _ a: Bool) -> Bool { mutant(number) ? !a : a }
@inline(__always) func mutatedMin<T: Comparable>(_ number: Int32, _ a: T, _ b: T) -> T {
    mutant(number) ? max(a, b) : min(a, b)
}
@inline(__always) func mutatedMax<T: Comparable>(_ number: Int32, _ a: T, _ b: T) -> T {
    mutant(number) ? min(a, b) : max(a, b)
}
extension Sequence where Element: Comparable {
    @inline(__always) func mutatedSorted(_ number: Int32) -> [Element] {
        mutant(number) ? Array(self) : sorted()
    }
}
protocol Mutable: Equatable { static var mutations: [Self] { get } }
@inline(__always) func mutatedCase<T: Mutable>(_ number: Int32, _ a: T) -> T {
    guard mutant(number), let place = T.mutations.firstIndex(of: a) else { return a }
    return T.mutations[(place + 1) % T.mutations.count]
}
"""


def support(files, cases, dropped):
    text = [SUPPORT]
    for name, members in cases.items():
        listed = ", ".join("." + member for member in members)
        text.append(f"extension {name}: Mutable {{ static var mutations: [Self] {{ [{listed}] }} }}")
    for file in files:
        for point in file.points:
            if point.declarations and point.mutants[0][0] not in dropped:
                text.append(point.declarations)
    return "\n".join(text) + "\n"
