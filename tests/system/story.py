"""What people type and say in the tests of the whole loop, and how each of them does it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from reporting.protocol.receipt import ReceiptCode
from tests.system.stage import Stage
from tests.system.terminal import Terminal, typing

ACCOUNT = ("The dam was poured with sand instead of cement.", "I signed for lorries that never came to the dam.")
PLACE = "Lower lock of the Amber river dam"
PLACE_BEFORE = "Upper lock, I believe"
ORGANIZATION = "Amber River Waterworks Authority"
PERSON = "Deputy director Ottokar Quelle"
GROUNDS = "The weighbridge prints gross and net the same every night."
NEEDS = "أحتاج إلى حماية لأن المدير يعرف خط يدي"
NAME = "Wilhelmina Anstruther-Voss"
CONTACT = "Under the loose tile behind the bakery"
REPLY = "Which nights did the weighbridge print the same figures?"
REASON = "A person who knows dams has been asked to read it."
NOTE = "Compare the lorry numbers with the toll gate's register."
FILE, FILE_SAYS = "night-figures-of-the-weighbridge.csv", "gross 41 tonnes, net 41 tonnes, driver nowhere to be seen\n"
ANSWER, ANSWER_SAYS = "questions-for-the-guard.txt", "Did the second guard keep a list of number plates of his own?\n"
FOLLOW_UP = "Every Thursday, when the second guard has his evening off."

#: Everything that must stand nowhere but on the devices of those who wrote and read it.
SAID = (
    *ACCOUNT,
    PLACE,
    PLACE_BEFORE,
    ORGANIZATION,
    PERSON,
    GROUNDS,
    NEEDS,
    NAME,
    CONTACT,
    REPLY,
    REASON,
    NOTE,
    FOLLOW_UP,
    FILE,
    FILE_SAYS.strip(),
    ANSWER,
    ANSWER_SAYS.strip(),
)
#: Several parts of a file.
TIMES = 40_000

_ANSWERS = {
    "Tell it in your own words.": (*ACCOUNT, "."),
    "Where did it happen?": (PLACE_BEFORE,),
    "Which authority, company or organization is it about?": (ORGANIZATION,),
    "Who took part in it?": (PERSON, "", "", "", "", ""),
    "What makes you think so?": (GROUNDS, "."),
    "What do you need from us?": (NEEDS, "."),
}


@dataclass(frozen=True)
class Filed:
    """What the person leaves the terminal with."""

    case: str
    code: ReceiptCode
    words: list[str]
    groups: list[str]


def file_report(stage: Stage) -> Filed:
    """Compare the fingerprint, answer the questions, change one answer, send, and confirm the receipt."""
    ledger = stage.home("reporter's-files") / FILE
    ledger.write_text(FILE_SAYS * TIMES)
    command = ["submit", stage.service.base_url, "--attach", str(ledger)]
    with typing(command, stage.home("reporter")) as terminal:
        terminal.wait_for(stage.fingerprint)
        _yes_or_no(terminal, "Is it the same?", "y")
        _yes_or_no(terminal, "Keep it?", "n")
        terminal.answer("Public procurement", "1", prompt="Number:")
        terminal.wait_for("exiftool")
        _yes_or_no(terminal, "Send these files as they are?", "y")
        _answer_questions(terminal)
        terminal.answer("Your name", NAME, prompt=":")
        terminal.answer("How may you be reached safely?", CONTACT, ".")
        terminal.wait_for("Please look it over.")
        terminal.answer("“send”, a number to change an answer, or “stop”", "3", prompt=":")
        terminal.answer("Where did it happen?", PLACE)
        terminal.wait_for(PLACE)
        terminal.answer("“send”, a number to change an answer, or “stop”", "send", prompt=":")
        terminal.wait_for("The site has signed for it, and the signature holds.")
        return _take_receipt(terminal)


def _yes_or_no(terminal: Terminal, question: str, answer: str) -> None:
    terminal.answer(question, answer, prompt="[y/N]:")


def _answer_questions(terminal: Terminal) -> None:
    questions = list(_ANSWERS)
    while (found := terminal.wait_for(*questions, "Say who you are?", ">")) != len(questions):
        if found > len(questions):
            terminal.type()
            continue
        for line in _ANSWERS[questions[found]]:
            terminal.wait_for(">")
            terminal.type(line)
    terminal.type("y")


def _take_receipt(terminal: Terminal) -> Filed:
    terminal.wait_for("Keep it where others do not look")
    case = re.search(r"Case: ([0-9a-f]{32})", terminal.text)
    words = re.findall(r"\b\d{1,2}\. ([a-z]+)", terminal.text.partition("write it down:")[2])
    # After the twelfth word in its place: a short one may also stand inside a word before.
    groups = re.findall(r"\b\d{4}\b", terminal.text.partition(f"12. {words[-1]}")[2])
    for _ in range(2):
        terminal.wait_for("To be sure: what is word")
        terminal.wait_for("? (Enter skips this.):")
        asked = re.findall(r"what is word (\d+)", terminal.text)[-1]
        terminal.type(words[int(asked) - 1])
    assert terminal.end().endswith("Right.")
    assert case is not None
    code = ReceiptCode.parse(" ".join(words))
    assert code.words() == words
    assert code.groups() == groups
    return Filed(case[1], code, words, groups)


def look(stage: Stage, code: str, written: str = "") -> str:
    """Come back with the receipt code, read, and perhaps write; what was shown."""
    command = ["mailbox", stage.service.base_url, "--fingerprint", stage.fingerprint]
    with typing(command, stage.home("reporter")) as terminal:
        terminal.answer("Receipt code (not shown while you type)", code, prompt=":")
        _yes_or_no(terminal, "Do you want to write something?", "y" if written else "n")
        if written:
            terminal.answer("a line with nothing but “.” ends it.", written, ".")
            terminal.wait_for("The site has signed for it, and the signature holds.")
        return terminal.end()


def save_files(stage: Stage, code: str) -> dict[str, str]:
    """Come back with the receipt code and save the files; what they say, by their names."""
    folder = stage.home("reporter's-files") / "saved"
    command = ["mailbox", stage.service.base_url, "--fingerprint", stage.fingerprint, "--save-files", str(folder)]
    with typing(command, stage.home("reporter")) as terminal:
        terminal.answer("Receipt code (not shown while you type)", code, prompt=":")
        terminal.end()
    return said_in(folder)


def files_at_desk(stage: Stage, member: str, case: str) -> dict[str, str]:
    """Save a case's files as a member; what they say, by their names."""
    folder = stage.home(member) / "saved"
    at_desk(stage, member, "save", case, str(folder))
    return said_in(folder)


def said_in(folder: Path) -> dict[str, str]:
    """What files in a folder say, by their names."""
    return {path.name: path.read_text() for path in folder.rglob("*") if path.is_file()}


def reply_with_file(stage: Stage, member: str, case: str) -> None:
    """Answer the reporter, with a file."""
    path = stage.home(member) / ANSWER
    path.write_text(ANSWER_SAYS)
    passphrase = str(stage.service.member(member)["passphrase"])
    reply = ["reply", case, REPLY, "--attach", str(path)]
    command = ["desk", "--url", stage.service.desk_url, "--member", member, *reply]
    with typing(command, stage.home(member)) as terminal:
        terminal.answer("Passphrase", passphrase, prompt=":")
        _yes_or_no(terminal, "Send these files as they are?", "y")
        terminal.end()


def at_desk(stage: Stage, member: str, *arguments: str) -> str:
    """A member's command, the passphrase typed as it asks for it; what was shown."""
    passphrase = str(stage.service.member(member)["passphrase"])
    command = ["desk", "--url", stage.service.desk_url, "--member", member, *arguments]
    with typing(command, stage.home(member)) as terminal:
        terminal.answer("Passphrase", passphrase, prompt=":")
        return terminal.end()
