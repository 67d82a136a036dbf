"""Every example is run: its README shows real output, and the pet store ships what it should."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from acceptance import picture
from acceptance.console_blocks import ROOT, Step, at_port, environment, run, settled, steps
from clusters import cluster

EXAMPLES = ROOT / "examples"
HAPTIK = EXAMPLES / "haptik"
PET_STORE = EXAMPLES / "pet_store"
SECRET = "bark-twice"
OWNER, *GATEWAY = steps(PET_STORE / "README.md")
CONFIRMED = [
    "ship Bruno (Labrador Retriever) to Gurpreet Kaur, Ludhiana",
    "ship Simba (Golden Retriever) to প্রিয়া সেন, Kolkata",
]


class Owner:
    """The pet store owner's endpoint, as a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        self._process = process
        self.ready = process.stdout.readline()
        self.port = int(self.ready.rstrip("/\n").rpartition(":")[2])

    def send(self, command: str, secret: str = SECRET) -> str:
        """What a command line of the README prints when it is meant for this endpoint."""
        return run(at_port(command, self.port), PET_STORE, PAY_SECRET=secret)

    def shipped(self) -> list[str]:
        """Ends the endpoint: all that it printed since it was ready."""
        self._process.terminate()
        return self._process.communicate(timeout=10)[0].splitlines()


@contextmanager
def start(command: str) -> Iterator[Owner]:
    env = environment(PAY_SECRET=SECRET)
    with subprocess.Popen(shlex.split(command), cwd=PET_STORE, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Owner(process)
        finally:
            process.kill()


@pytest.fixture
def owner() -> Iterator[Owner]:
    with start(f"{sys.executable} receiver.py 0") as running:
        yield running


def send_all(owner: Owner) -> None:
    files = sorted((PET_STORE / "payloads").iterdir())
    printed = owner.send("hookcli send 8000/ " + " ".join(f"--file payloads/{file.name}" for file in files))
    assert printed.endswith("4 deliveries: 4 delivered\n")


@pytest.mark.parametrize("step", steps(HAPTIK / "README.md"), ids=str)
def test_haptik_readme_shows_what_the_program_prints(step: Step) -> None:
    assert settled(run(step.command)) == settled(step.output)


@pytest.mark.parametrize("file", sorted(HAPTIK.rglob("*.json")), ids=lambda file: file.name)
def test_haptik_readme_shows_the_verdict_on_each_payload(file: Path) -> None:
    first_line = run(f"hookcli validate --all {file.relative_to(ROOT)}").partition("\n")[0]
    assert first_line in (HAPTIK / "README.md").read_text("utf-8").splitlines()


def test_captured_payloads_cover_every_event() -> None:
    events = [line.split()[0] for line in run("hookcli events").splitlines()]
    assert sorted(file.stem for file in (HAPTIK / "captured").iterdir()) == sorted(events)


@pytest.mark.parametrize("topic", ["archives", "drift"])
def test_readme_of_an_archive_shows_what_the_program_prints(topic: str, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(EXAMPLES)
    for step in steps(EXAMPLES / topic / "README.md"):
        assert run(step.command, tmp_path) == step.output


def test_cluster_readme_shows_what_the_program_prints(tmp_path: Path) -> None:
    (step,) = steps(EXAMPLES / "cluster" / "README.md")
    with cluster(tmp_path, {}, at=ROOT) as one:
        assert run(step.command.replace("10.0.0.5:8786", one.address)) == step.output


def test_pet_store_readme_shows_what_both_terminals_print() -> None:
    with start(OWNER.command.replace("8000", "0")) as owner:
        printed = [settled(owner.send(step.command)) for step in GATEWAY]
        shipped = owner.shipped()
    assert printed == [settled(step.output) for step in GATEWAY]
    assert settled("\n".join([owner.ready.strip(), *shipped, ""])) == settled(OWNER.output)


def test_pet_store_readme_says_how_the_payloads_were_made(tmp_path: Path) -> None:
    command = re.search(r"`(hookcli generate [^`]*)`", (PET_STORE / "README.md").read_text("utf-8"))
    assert command
    run(command[1].replace(" payloads/", f" {shlex.quote(str(tmp_path))}/"), PET_STORE)
    assert contents(tmp_path) == contents(PET_STORE / "payloads")


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_pet_store_ships_each_confirmed_dog_once_although_told_twice(owner: Owner) -> None:
    send_all(owner)
    send_all(owner)
    assert owner.shipped() == CONFIRMED


def test_pet_store_ships_once_although_told_many_times_at_the_same_moment(owner: Owner) -> None:
    owner.send("hookcli send 8000/ --file payloads/payment_confirmed-0003.json -n 40 --concurrency 20")
    assert owner.shipped() == CONFIRMED[:1]


@pytest.mark.parametrize("file", ["details_sent-0001.json", "payment_made-0002.json"])
def test_pet_store_ships_nothing_before_the_payment_is_confirmed(file: str, owner: Owner) -> None:
    owner.send(f"hookcli send 8000/ --file payloads/{file}")
    assert owner.shipped() == []


FORGERIES: dict[str, Callable[[Owner, str], str]] = {
    "another secret": lambda owner, command: owner.send(command, secret="a-guess"),
    "no signature": lambda owner, command: owner.send(f"cd .. && {command.replace('payloads', 'pet_store/payloads')}"),
    "another algorithm": lambda owner, command: owner.send(f"{command} --signature-algorithm sha1"),
    "another header": lambda owner, command: owner.send(f"{command} --signature-header X-Hub-Signature"),
    "not a digest": lambda owner, command: owner.send(f"{command} --header 'X-Pay-Signature: sha256=é'"),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_pet_store_refuses_a_forged_confirmation(forge: Callable[[Owner, str], str], owner: Owner) -> None:
    printed = forge(owner, "hookcli send 8000/ --file payloads/payment_confirmed-0003.json --expect 401")
    assert printed.endswith("1 delivery: 1 delivered\n")
    assert owner.shipped() == []


@pytest.mark.parametrize(
    ("edits", "status"),
    [("--set event_name=dog_fed", 200), ("--unset event_name", 200), ("--set order=null", 400), ("--unset id", 400)],
)
def test_pet_store_answers_a_genuine_event_that_it_cannot_ship_for(edits: str, status: int, owner: Owner) -> None:
    printed = owner.send(f"hookcli send 8000/ --file payloads/payment_confirmed-0003.json {edits} --expect {status}")
    assert printed.endswith("1 delivery: 1 delivered\n")
    assert owner.shipped() == []


def test_pet_store_endpoint_needs_the_standard_library_alone() -> None:
    tree = ast.parse((PET_STORE / "receiver.py").read_text("utf-8"))
    names = [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
    names += [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_pet_store_does_not_start_without_a_secret() -> None:
    assert "set PAY_SECRET" in run("PAY_SECRET= python3 receiver.py 0", PET_STORE)


@pytest.mark.parametrize("mode", ["typical", "minimal", "maximal", "boundary"])
def test_pet_store_schema_takes_what_is_generated_from_it(mode: str) -> None:
    generate = f"hookcli generate --schema schema.json --mode {mode} -n 50 --seed 1"
    judged = run(f"{generate} | hookcli validate - --input-format jsonl --schema schema.json", PET_STORE)
    assert re.fullmatch(r"(\d+) payloads: \1 valid\n", judged)


def test_pet_store_schema_refuses_every_invalid_payload_made_from_it() -> None:
    generate = "hookcli -q generate --schema schema.json --mode invalid --seed 1"
    judged = run(f"{generate} | hookcli validate - --input-format jsonl --schema schema.json", PET_STORE)
    assert re.search(r"^(\d+) payloads: \1 invalid\n\Z", judged, re.MULTILINE)


def test_picture_shows_the_real_output() -> None:
    golden = (ROOT / "tests" / "golden" / "send-builtin.txt").read_text("utf-8")
    command, _, out, err = re.fullmatch(r"(.*)\n(exit 0)\n--- stdout\n(.*)--- stderr\n(.*)", golden, re.DOTALL).groups()
    shown = picture.lines(picture.PICTURE.read_text("utf-8"))
    assert settled("\n".join([*shown, ""])) == f"{command}\n{err}{out}"


def test_picture_is_drawn_to_the_width_of_its_longest_line() -> None:
    text = "x" * 120 + "\n    y"
    assert picture.lines(picture.draw(text)) == [f"$ {picture.COMMAND}", "x" * 120, "    y"]


def test_picture_loads_nothing_from_the_network() -> None:
    assert re.findall(r"url\(\"?http", picture.PICTURE.read_text("utf-8")) == []
