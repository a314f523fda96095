"""Changes the rules in some 1,700 ways, one at a time, and sees whether a test notices (R16).

    python3 Tests/Mutation/mutate.py [--seeds N] [--only NUMBER,…] [--file NAME] [--again] [--jobs N]

`make mutate`. All mutants are in one build; a process is told by LETHE_MUTANT which of them lives. Each is
given to the transcripts of RoomsTests, then, if those pass, to the simulation. It is killed when a test
fails, when the process ends otherwise than well, or when it takes too much CPU (a loop without an end).

What no test can notice, because it changes nothing that anybody sees, stands in `equivalent.txt` with its
reason, and is counted apart. Ends with 1 when fewer than 95 % of the others are killed, and when a line of
that list names a mutant that is killed or that does not exist.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import time

import points
import rules_package

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = rules_package.ROOT / "Sources/Rooms"
PLACE = rules_package.ROOT / ".build/mutation"
SWIFT = os.environ.get("SWIFT", "swift")
GOAL = 0.95
TRANSCRIPT_SECONDS = 10  # of CPU: fifty times what is needed
SIMULATION_SECONDS = 60

HEADER = """#pragma once
extern int lethe_live, lethe_notes;
void lethe_reach(int number);
static inline int lethe_mutant(int number) {
    if (__builtin_expect(lethe_notes, 0)) lethe_reach(number);
    return lethe_live == number;
}
"""
# What is reached at all is written down once, without a mutant: only that is tried.
SOURCE = """#include "CMutant.h"
#include <stdio.h>
#include <stdlib.h>
int lethe_live, lethe_notes;
static char reached[100000];
void lethe_reach(int number) { reached[number] = 1; }
__attribute__((constructor)) static void begin(void) {
    const char *live = getenv("LETHE_MUTANT");
    lethe_live = live ? atoi(live) : -1;
    lethe_notes = getenv("LETHE_REACHED") != NULL;
}
__attribute__((destructor)) static void end(void) {
    if (!lethe_notes) return;
    FILE *file = fopen(getenv("LETHE_REACHED"), "a");
    for (int number = 0; file && number < 100000; number++)
        if (reached[number]) fprintf(file, "%d\\n", number);
    if (file) fclose(file);
}
"""


class Mutants:
    """Every point of the rules' sources, and those left out because they do not compile."""

    def __init__(self):
        texts = {file.name: file.read_text() for file in sorted(SOURCES.glob("*.swift"))}
        self.cases = points.enums(texts.values())
        self.files, number = [], 1
        for name, text in texts.items():
            self.files.append(points.File(name, text, self.cases, number))
            number = self.files[-1].number
        self.points = [point for file in self.files for point in file.points]
        self.dropped = set()
        self.folder = PLACE / "package"

    def write(self, folder):
        rules = folder / "Sources/Rooms"
        for file in self.files:
            rules_package.keep(rules / file.name, file.write(self.dropped))
        rules_package.keep(
            rules / "Mutation.swift", points.support(self.files, self.cases, self.dropped))
        shim = folder / "Sources/CMutant"
        rules_package.keep(shim / "include/CMutant.h", HEADER)
        rules_package.keep(shim / "CMutant.c", SOURCE)
        rules_package.keep(
            shim / "module.modulemap", 'module CMutant { header "include/CMutant.h" }\n')

    def errors(self):
        """Files and lines that the compiler refuses."""
        folder = PLACE / "check"  # Not the package: what is built there stays as it was.
        self.write(folder)
        rules = folder / "Sources/Rooms"
        compiler = [
            "swiftc", "-swift-version", "6", "-module-name", "Rooms", "-package-name", "rules",
            "-wmo", "-Onone", "-emit-sil", "-o", "/dev/null",
            *(word for name in rules_package.FEATURES for word in ("-enable-upcoming-feature", name)),
            "-I", str(folder / "Sources/CMutant"), *map(str, sorted(rules.glob("*.swift")))]
        done = subprocess.run(compiler, capture_output=True, text=True)
        found = re.findall(r"^(?:.*/)?([\w+]+\.swift):(\d+):\d+: error: (.*)", done.stderr, re.M)
        if done.returncode and not found:
            sys.exit(done.stderr[-4000:])
        return {(name, int(line)): text for name, line, text in found}

    def drop_what_does_not_compile(self):
        """Leaves points out until the compiler is content: of those on a line that it refuses, one
        after the other, then all."""
        tries = {}
        # Nothing has changed since the last time: nor has the answer.
        source = "".join(file.write(set()) for file in self.files)
        digest = hashlib.sha256(source.encode()).hexdigest()
        known = PLACE / "dropped"
        if known.exists() and known.read_text().startswith(digest):
            self.dropped = {int(number) for number in known.read_text().split()[1:]}
            return
        while errors := self.errors():
            if os.environ.get("LETHE_VERBOSE"):
                print(len(errors), *list(errors.items())[:8], sep="\n   ", flush=True)
            for key, text in errors.items():
                name, line = key
                if name == "Mutation.swift":
                    sys.exit(f"the support file does not compile, line {line}: {text}")
                near = [point for point in self.points if point.file == name and point.touches(line)]
                if not near:  # The end of a function that lacks its value, say.
                    near = [point for point in self.points
                            if point.file == name and line - 40 <= point.line < line
                            and "removed" in point.mutants[0][1]]
                turn = tries.get(key, 0)
                tries[key] = turn + 1
                numbers = [point.mutants[0][0] for point in near]
                if not numbers or turn > len(numbers) + 1:
                    sys.exit(f"{name}:{line} does not compile: {text}")
                if turn < len(numbers):
                    self.dropped -= set(numbers) - self.kept_out(tries, key)
                    self.dropped.add(numbers[turn])
                else:
                    self.dropped |= set(numbers)
        rules_package.keep(known, " ".join([digest, *map(str, sorted(self.dropped))]))

    def kept_out(self, tries, but):
        """Points that other lines have left out."""
        name, line = but
        return {point.mutants[0][0] for point in self.points
                if point.mutants[0][0] in self.dropped
                and any(key != but and point.file == key[0] and point.touches(key[1])
                        for key in tries)}

    def build(self):
        self.write(self.folder)
        rules_package.write(
            self.folder, flags='"-enable-testing"', more='.target(name: "CMutant"),',
            needs='"CMutant"')
        done = subprocess.run(
            [SWIFT, "build", "-c", "release", "--build-tests", "--package-path", self.folder, "-j",
             "2"], capture_output=True, text=True)
        if done.returncode:
            sys.exit((done.stdout + done.stderr)[-6000:])
        return self.folder / ".build/release" / rules_package.TESTS

    def named(self):
        """Number, point, change, and the name that `equivalent.txt` knows it by."""
        seen = collections.Counter()
        for point in self.points:
            for number, change in point.mutants:
                name = (point.file, point.text, change)
                seen[name] += 1
                if seen[name] > 1:
                    name = (point.file, point.text, f"{change} #{seen[name]}")
                yield number, point, change, name


class Run:
    """One process of the tests with one mutant alive."""

    def __init__(self, binary, seeds):
        self.binary, self.seeds = binary, seeds

    def process(self, arguments, seconds, **variables):
        environment = {**os.environ, "SWIFT_BACKTRACE": "enable=no", **variables}
        process = subprocess.Popen(
            [self.binary, "--testing-library", "swift-testing", *arguments], env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        # Seconds of CPU: a busy machine kills nobody. Whoever waits for ever uses none.
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (seconds, seconds))
        try:
            output, _ = process.communicate(timeout=3600)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
        if process.returncode == 0:
            return None
        if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            return f"time: {seconds} s"
        failed = re.search(r'Test "?(.*?)"? recorded an issue', output)
        if failed:
            return failed.group(1)
        return f"trap: ended with {process.returncode}"

    def transcripts(self, **variables):
        """First without those tests that start processes of their own: they take the longest."""
        return self.process(
            ["--skip", "SimulationTests", "--skip", "PreconditionTests"], TRANSCRIPT_SECONDS,
            **variables
        ) or self.process(["--filter", "PreconditionTests"], TRANSCRIPT_SECONDS, **variables)

    def simulation(self, **variables):
        return self.process(
            ["--filter", "noScheduleContradictsTheRules|theSameSeedGivesTheSameEffects"],
            SIMULATION_SECONDS, LETHE_SCHEDULES=str(self.seeds), **variables)

    def reached(self, play):
        path = PLACE / "reached"
        path.unlink(missing_ok=True)
        if failed := play(LETHE_REACHED=str(path)):
            sys.exit(f"without a mutant, {failed}")
        return {int(line) for line in path.read_text().split()}


def equivalents():
    """File, line of the source, change: why nobody can notice."""
    listed = {}
    for line in (HERE / "equivalent.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            file, text, change, reason = (part.strip() for part in line.split(" ¦ "))
            listed[file, text, change] = reason
    return listed


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--seeds", type=int, default=4_000, help="schedules for each mutant")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--only", help="numbers of mutants")
    options.add_argument("--file", help="mutants of one file")
    options.add_argument(
        "--again", action="store_true",
        help="after a new test: those killed the last time stay killed (by the text of their line)")
    given = options.parse_args()

    begun = time.monotonic()
    mutants = Mutants()
    mutants.drop_what_does_not_compile()
    named = list(mutants.named())
    living = [entry for entry in named if entry[1].mutants[0][0] not in mutants.dropped]
    print(f"{len(named)} mutants, {len(named) - len(living)} do not compile", flush=True)
    run = Run(mutants.build(), given.seeds)
    print(f"built after {time.monotonic() - begun:.0f} s", flush=True)

    in_transcripts = run.reached(run.transcripts)
    in_simulation = run.reached(run.simulation)
    known = equivalents()
    stale = [" ¦ ".join(name) for name in set(known) - {name for *_, name in living}]
    chosen = living
    if given.only:
        numbers = {int(number) for number in given.only.split(",")}
        chosen = [entry for entry in living if entry[0] in numbers]
    if given.file:
        chosen = [entry for entry in chosen if entry[1].file == given.file]
    print(f"reached: {len(in_transcripts)} by the transcripts, {len(in_simulation)} by the "
          f"simulation, after {time.monotonic() - begun:.0f} s", flush=True)

    former = {}
    if given.again:
        lines = (PLACE / "verdicts.txt").read_text().splitlines()
        former = {name: (by, what) for by, what, name in (line.split("\t") for line in lines)
                  if by != "-"}

    def tell(entry):
        number, point, change, _ = entry
        return f"{number} {point.file}:{point.line}:{point.column} {change}: {point.text}"

    def judge(entry):
        number = entry[0]
        if " ¦ ".join(entry[3]) in former:
            return former[" ¦ ".join(entry[3])]
        live = {"LETHE_MUTANT": str(number)}
        if number in in_transcripts and (killer := run.transcripts(**live)):
            return "transcripts", killer
        if number in in_simulation:
            if killer := run.simulation(**live):
                return "simulation", killer
        if number not in in_transcripts and number not in in_simulation:
            return None, "never reached"
        return None, "survives"

    killed, survivors, equivalent = collections.Counter(), [], 0
    with (PLACE / "verdicts.txt").open("w") as verdicts, \
            concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for entry, (by, what) in zip(chosen, pool.map(judge, chosen)):
            name = entry[3]
            told = tell(entry)
            print(by or "-", what, " ¦ ".join(name), sep="\t", file=verdicts, flush=True)
            if by:
                killed[by if not what.startswith(("trap", "time")) else
                       f"{by}, {what.split(':')[0]}"] += 1
                if name in known:
                    stale.append(" ¦ ".join(name) + f": killed by {what}")
            elif name in known:
                equivalent += 1
            else:
                survivors.append(told)
                print(f"{what}: {told}", flush=True)

    count = len(chosen) - equivalent
    score = sum(killed.values()) / count if count else 1
    print(f"\n{len(chosen)} mutants in {time.monotonic() - begun:.0f} s, of them {equivalent} "
          f"equivalent (Tests/Mutation/equivalent.txt)")
    for by, number in sorted(killed.items()):
        print(f"  {number:5} killed by {by}")
    print(f"  {len(survivors):5} survive")
    print(f"{score:.2%} of {count} killed; {sum(killed.values()) / max(len(chosen), 1):.2%} of all; "
          f"the goal is {GOAL:.0%}")
    for line in stale:
        print(f"equivalent.txt: not so, or not there: {line}")
    sys.exit(1 if score < GOAL or (stale and not given.only and not given.file) else 0)


if __name__ == "__main__":
    main()
