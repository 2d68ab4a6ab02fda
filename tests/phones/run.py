"""One schedule from one number: it begins, goes wrong for a while, and comes to rest; then it is judged."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from tests.phones import steps
from tests.phones.engine import Engine
from tests.phones.oracles import judge
from tests.phones.server import START, Server
from tests.phones.study import SITES
from tests.phones.world import PAGE, Phone, World

ROUNDS = 16  # in which everything must be sent once the network is good
FEWEST, MOST = 3, 16  # steps
PHONES = ("a", "b")


@dataclass(frozen=True, slots=True)
class Outcome:
    """problems: what must not be; story: all that happened, to be read."""

    seed: int
    problems: tuple[str, ...]
    story: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(
            [
                f"Schedule {self.seed}:",
                *(f"  {line}" for line in self.story),
                "What must not be:",
                *(f"  {line}" for line in self.problems),
                f"Again: PHONE_SEED={self.seed} .venv/bin/pytest tests/phones -k one_schedule",
            ]
        )


def run(seed: int, server: Server, engine: Engine) -> Outcome:
    """The schedule of a seed, on the participant of that number."""
    world = world_of(seed, server, engine)
    try:
        begin(world, phones=world.rng.choice([1, 1, 2]))
        _go_wrong(world)
        come_to_rest(world)
        problems = tuple(judge(world))
    except AssertionError as error:
        problems = (f"{type(error).__name__}: {error}",)
    return Outcome(seed, problems, tuple(world.story))


def world_of(seed: int, server: Server, engine: Engine) -> World:
    engine.forget()
    server.restart()
    server.now, server.fails_at, server.random = START, None, Random(seed)
    server.update(1)
    return World(seed, seed % SITES, server, engine)


def make_people(numbers: Iterable[int], server: Server, engine: Engine) -> None:
    """Participants for the schedules of a folder, each with two phones that have joined; the engine keeps a model of
    each phone, so that every schedule begins with them."""
    for number in numbers:
        world = world_of(number, server, engine)
        world.screen(version=1 + number % 2)
        for name in PHONES:
            steps.new_phone(world, name)
            steps.join(world, world.phones[name])
            settle_messages(world)  # an invitation ends the one before it
            device = world.phones[name].device
            assert device, f"{name} could not join: {world.story}"
            world.give({"order": "close", "phone": name, "tab": PAGE})
            world.give({"order": "model", "phone": name, "model": f"{number}/{name}"})
            engine.devices[number, name] = device


def begin(world: World, *, phones: int) -> None:
    """With so many of the participant's two phones."""
    number = world.seed % SITES
    world.version = 1 + number % 2
    # Not the chance by which the participant was made, of whose seed it may have the number: ids would come again.
    world.server.random = Random(f"schedule {world.seed}")
    for name in PHONES[:phones]:
        world.phones[name] = Phone(name, device=world.engine.devices[number, name])
        seed = world.rng.randrange(2**31)
        world.give({"order": "like", "phone": name, "model": f"{number}/{name}", "seed": seed})
    world.pass_time(world.rng.choice([3, 4, 13]) * steps.HOUR)


def _go_wrong(world: World) -> None:
    kinds = steps.draw_kinds(world.rng)
    chosen, weights = list(kinds), list(kinds.values())
    for _ in range(world.rng.randint(FEWEST, MOST)):
        step = world.rng.choices(chosen, weights)[0]
        step(world)
        steps.go_on(world)


def settle_messages(world: World) -> None:
    """Everything that is on its way arrives."""
    while world.messages:
        message = world.messages.pop(world.rng.randrange(len(world.messages)))
        if message.text is None:
            steps.reach(world, message)
        else:
            steps.deliver(world, message)


def come_to_rest(world: World) -> None:
    """From now on everything works, and nobody does anything but keep the diary open."""
    world.tell("---- from now on everything works")
    world.server.fails_at = None
    for phone in world.phones.values():
        phone.is_online = True
        if phone.is_full:
            steps.fill_up_of(world, phone, is_full=False)
        if not phone.is_lasting:  # the page that kept nothing said so; it is left, and the phone joins anew
            steps.close_all(world, phone)
            phone.device = ""
        if phone.app != world.server.protocol:
            steps.upgrade(world, phone)
    for _ in range(ROUNDS):
        settle_messages(world)
        for phone in world.phones.values():
            _go_on(world, phone)
        if not world.messages and all(is_at_rest(world, phone) for phone in world.phones.values()):
            return
        world.pass_time(300)


def is_at_rest(world: World, phone: Phone) -> bool:
    if phone.is_revoked:
        return phone.is_empty
    damaged = {name for name in phone.outbox if world.notes.lost.get(name) == "damaged"}
    counts = {count for _, count in phone.running.values() if count is not None}
    has_told = counts <= {len(phone.outbox)}  # each tab knows by itself what another has sent
    return (bool(phone.device) or world.is_closed) and phone.outbox.keys() == damaged and has_told


def _go_on(world: World, phone: Phone) -> None:
    if is_at_rest(world, phone):
        return
    if not phone.device and not phone.is_revoked:
        steps.join(world, phone)
    elif PAGE not in phone.running:
        steps.open_page(world, phone)
    else:
        for tab in list(phone.running):
            world.give({"order": "timer", "phone": phone.name, "tab": tab})
            settle_messages(world)
