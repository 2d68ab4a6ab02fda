"""What may happen to phones, network and server, one step at a time. Which kinds happen at all in a schedule is drawn
first: what goes wrong only where something else does not happen is found as well."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.phones.study import VERSIONS
from tests.phones.world import PAGE, YEAR_OF_BIRTH, Message, Phone, World

HOUR = 3600.0
NEWEST = 6  # protocol
HOTEL = "<html>Welcome to the hotel</html>"
Step = Callable[[World], None]


# ------------------------------------------------------------------ which phone, which message


def _some(world: World, phones: list[Phone]) -> Phone | None:
    return world.rng.choice(phones) if phones else None


def _own(world: World) -> list[Phone]:
    """Phones that the participant still has."""
    return [one for one in world.phones.values() if not one.is_revoked]


def _open(world: World) -> list[tuple[Phone, str]]:
    return [
        (one, tab) for one in world.phones.values() for tab in one.running if not tab.startswith("worker")
    ]


def _page(world: World) -> tuple[Phone, str] | None:
    """A tab that somebody looks at, opened for that where none is."""
    phone = _some(world, _own(world))
    if phone is None:
        return None
    tabs = [tab for tab in phone.running if not tab.startswith("worker")]
    if tabs:
        return phone, world.rng.choice(tabs)
    open_page(world, phone)
    return (phone, PAGE) if PAGE in phone.running else None


def open_page(world: World, phone: Phone, tab: str = PAGE) -> None:
    world.tell(f"{phone.name}: the diary is opened ({tab}, app {phone.app})")
    world.give({"order": "open", "phone": phone.name, "tab": tab, "app": str(phone.app)})


# ------------------------------------------------------------------ what people do


def pass_time(world: World) -> None:
    seconds = world.rng.choice([20.0, 90.0, 700.0, 2 * HOUR, 9 * HOUR, 14 * HOUR, 26 * HOUR])
    world.pass_time(seconds)
    world.tell(f"{seconds / HOUR:.1f} hours pass")


def answer(world: World) -> None:
    found = _page(world)
    if found is not None:
        phone, tab = found
        luck = world.rng.randrange(2**31)
        world.tell(f"{phone.name}/{tab}: something is answered")
        world.give({"order": "answer", "phone": phone.name, "tab": tab, "luck": luck})


def answer_in_all(world: World) -> None:
    """In two tabs of one phone, and in all of the others, at the same moment."""
    phone = _some(world, [one for one in _own(world) if PAGE in one.running])
    if phone is not None and "tab" not in phone.running:
        open_page(world, phone, "tab")
    orders = [
        {"order": "answer", "phone": phone.name, "tab": tab, "luck": world.rng.randrange(2**31)}
        for phone, tab in _open(world)
        if not phone.is_revoked
    ]
    if orders:
        world.tell(f"something is answered in {len(orders)} tabs at once")
        world.give(*orders)


def leave_open(world: World) -> None:
    """The same entry, answered in two tabs and sent from neither."""
    phone = _some(world, _own(world))
    if phone is None:
        return
    luck = world.rng.randrange(2**31)
    for tab in (PAGE, "tab"):
        if tab not in phone.running:
            open_page(world, phone, tab)
        if tab in phone.running:
            world.tell(f"{phone.name}/{tab}: something is answered and left open")
            world.give({"order": "leave", "phone": phone.name, "tab": tab, "luck": luck})
            go_on(world)
            phone.left.add(tab)


def press_send_where_left_open(world: World) -> None:
    """In one tab after the other, or in one only."""
    phone = _some(world, [one for one in _own(world) if one.left & one.running.keys()])
    if phone is None:
        leave_open(world)
        return
    tabs = sorted(phone.left & phone.running.keys())
    for tab in world.rng.sample(tabs, world.rng.randint(1, len(tabs))):
        phone.left.discard(tab)
        if tab not in phone.running:
            continue
        world.tell(f'{phone.name}/{tab}: "send" is pressed where it was left open')
        luck = world.rng.randrange(2**31)
        world.give({"order": "press", "phone": phone.name, "tab": tab, "luck": luck})
        go_on(world)


def correct(world: World) -> None:
    found = _page(world)
    if found is not None:
        phone, tab = found
        world.tell(f"{phone.name}/{tab}: something is corrected")
        world.give({"order": "correct", "phone": phone.name, "tab": tab, "luck": world.rng.randrange(2**31)})


def send(world: World) -> None:
    found = _page(world)
    if found is not None:
        phone, tab = found
        world.tell(f"{phone.name}/{tab}: looks for the server")
        world.give({"order": "send", "phone": phone.name, "tab": tab})


def timer(world: World) -> None:
    due = [(phone, tab) for phone, tab in _open(world) if phone.running[tab][0] is not None]
    if due:
        phone, tab = world.rng.choice(due)
        world.tell(f"{phone.name}/{tab}: its timer goes off")
        world.give({"order": "timer", "phone": phone.name, "tab": tab})


def another_tab(world: World) -> None:
    phone = _some(world, [one for one in _own(world) if "tab" not in one.running])
    if phone is not None:
        open_page(world, phone, "tab")


def worker(world: World) -> None:
    phone = _some(world, list(world.phones.values()))
    if phone is not None and "worker" not in phone.running:
        world.tell(f"{phone.name}: its service worker wakes")
        world.give({"order": "worker", "phone": phone.name, "tab": "worker", "app": str(phone.app)})


def close_page(world: World) -> None:
    pages = _open(world)
    if pages:
        phone, tab = world.rng.choice(pages)
        world.tell(f"{phone.name}/{tab}: is closed")
        world.give({"order": "close", "phone": phone.name, "tab": tab})


# ------------------------------------------------------------------ what befalls a phone


def crash_soon(world: World) -> None:
    """In the midst of whatever it does next."""
    pages = _open(world)
    if pages:
        phone, tab = world.rng.choice(pages)
        left = world.rng.randrange(24)
        world.tell(f"{phone.name}/{tab}: will crash after {left} tasks")
        world.give({"order": "doom", "phone": phone.name, "tab": tab, "left": left})


def crash_at_the_start(world: World) -> None:
    phone = _some(world, [one for one in _own(world) if PAGE not in one.running])
    if phone is not None:
        left = world.rng.randrange(24)
        world.tell(f"{phone.name}: the diary is opened and crashes after {left} tasks")
        world.give({"order": "open", "phone": phone.name, "tab": PAGE, "app": str(phone.app), "left": left})


def power_cut(world: World) -> None:
    phone = _some(world, list(world.phones.values()))
    if phone is not None:
        world.tell(f"{phone.name}: goes down")
        world.give({"order": "powerCut", "phone": phone.name})


def wipe(world: World) -> None:
    phone = _some(world, _own(world))
    if phone is not None:
        world.tell(f"{phone.name}: the browser throws away what the diary kept")
        for name in phone.outbox.keys() - world.notes.results.keys():
            world.notes.lost[name] = "wiped"
        world.give({"order": "wipe", "phone": phone.name})
        phone.device = ""


def damage(world: World) -> None:
    phone = _some(world, [one for one in _own(world) if one.outbox])
    if phone is not None:
        name = world.rng.choice(sorted(phone.outbox))
        world.tell(f"{phone.name}: a bit of entry {phone.outbox[name][1]} flips")
        world.notes.lost[name] = "damaged"
        world.give({"order": "damage", "phone": phone.name, "id": name})


def fill_up(world: World) -> None:
    phone = _some(world, list(world.phones.values()))
    if phone is not None:
        fill_up_of(world, phone, is_full=not phone.is_full)


def fill_up_of(world: World, phone: Phone, *, is_full: bool) -> None:
    phone.is_full = is_full
    world.tell(f"{phone.name}: its storage is {'full' if is_full else 'free again'}")
    world.give({"order": "full", "phone": phone.name, "isFull": is_full})


def set_clock(world: World) -> None:
    phone = _some(world, list(world.phones.values()))
    if phone is not None:
        phone.off_seconds = world.rng.choice(
            [0, -200, 400, -4000, 90_000, -90_000, 3 * 365 * 86_400, -20 * 365 * 86_400]
        )
        phone.east = world.rng.choice([480, 480, 0, -420, 345])
        world.tell(
            f"{phone.name}: its clock is off by {phone.off_seconds} s, its zone {phone.east / 60:+.2f} h"
        )


def update_app(world: World) -> None:
    """The app of a phone is what the server gave it last: not newer than the server, or only where that went back."""
    phone = _some(world, list(world.phones.values()))
    if phone is not None and phone.app < world.server.protocol:
        upgrade(world, phone)


def upgrade(world: World, phone: Phone) -> None:
    phone.app = world.server.protocol
    world.tell(f"{phone.name}: gets app {phone.app}")
    close_all(world, phone)


def close_all(world: World, phone: Phone) -> None:
    for tab in list(phone.running):
        world.give({"order": "close", "phone": phone.name, "tab": tab})


def join(world: World, phone: Phone) -> None:
    """With a new invitation; by bad luck this crashes, too."""
    if PAGE not in phone.running:
        open_page(world, phone)
    code = world.invite()
    if PAGE in phone.running and code:
        world.tell(f"{phone.name}: joins")
        world.give({"order": "join", "phone": phone.name, "tab": PAGE, "code": code, "year": YEAR_OF_BIRTH})


def join_again(world: World) -> None:
    phone = _some(world, _own(world))
    if phone is not None:
        join(world, phone)


def another_phone(world: World) -> None:
    name = "cd"[len(world.phones) - 1 :][:1]
    if name:
        new_phone(world, name)
        join(world, world.phones[name])


def new_phone(world: World, name: str) -> None:
    world.phones[name] = Phone(name, app=world.server.protocol)
    world.give({"order": "new", "phone": name, "seed": world.rng.randrange(2**31)})


# ------------------------------------------------------------------ what befalls a message


def _take(world: World, *, answered: bool) -> Message | None:
    found = [one for one in world.messages if (one.text is not None) is answered]
    if not found:
        return None
    message = world.rng.choice(found)
    world.messages.remove(message)
    return message


def reach_server(world: World) -> None:
    message = _take(world, answered=False)
    if message is not None:
        reach(world, message)


def reach(world: World, message: Message) -> None:
    world.reach(message)
    world.tell(f"the server answers {message}: {message.status}")
    if not message.is_echo:
        world.messages.append(message)


def hand_over(world: World) -> None:
    message = _take(world, answered=True)
    if message is not None:
        deliver(world, message)


def deliver(world: World, message: Message) -> None:
    order = world.answer(message)
    _say(world, message, order, "gets its answer")


def _say(world: World, message: Message, order: dict[str, object], what: str) -> None:
    world.tell(f"{message} {what}")
    phone = world.phones[message.phone]
    if message.process.partition("/")[2] in phone.running and order["status"] == 200:
        world.note_results(order)
    world.give(order)


def whole_way(world: World) -> None:
    message = _take(world, answered=False)
    if message is not None:
        carry(world, message)


def carry(world: World, message: Message) -> None:
    reach(world, message)
    if message in world.messages:
        world.messages.remove(message)
        deliver(world, message)


def go_on(world: World) -> None:
    """Much of what was just sent goes its way before anything else happens."""
    while world.fresh:
        message = world.fresh.pop(0)
        if message in world.messages and world.rng.random() < world.flow:
            world.messages.remove(message)
            carry(world, message)


def lose(world: World) -> None:
    """A request, or an answer after the server has done what was asked."""
    message = _take(world, answered=world.rng.random() < 0.5)
    if message is not None:
        world.tell(f"{message} is lost {'on the way' if message.text is None else 'on the way back'}")
        world.give(world.no_answer(message))


def give_up(world: World) -> None:
    """The phone waits no longer; the request goes on."""
    waiting = [one for one in world.messages if one.patience]
    if waiting:
        message = world.rng.choice(waiting)
        world.pass_time(message.patience / 1000)
        world.tell(f"{message}: the phone waits no longer")
        world.give(world.no_answer(message))


def double(world: World) -> None:
    """A copy of a request is on the way, too; whoever sent it knows nothing of it."""
    asked = [one for one in world.messages if one.text is None]
    if asked:
        message = world.rng.choice(asked)
        world.messages.append(replace(message, is_echo=True))
        world.tell(f"{message} is doubled on the way")


def strange_answer(world: World) -> None:
    """Somebody between answers in the server's place."""
    waiting = [one for one in world.messages if one.text is None and not one.is_echo]
    waiting = [
        one for one in waiting if '"number"' in one.body
    ] or waiting  # with entries, where there are such
    if not waiting:
        return
    message = world.rng.choice(waiting)
    world.messages.remove(message)
    former = world.answers.get(message.phone, [])
    answers: list[tuple[int, str]] = [
        (200, HOTEL),
        (200, '{"results": []}'),
        (200, "null"),
        (401, '{"detail": "sign in"}'),
        (401, HOTEL),
        (413, HOTEL),
        (502, HOTEL),
        (503, '{"state": "busy"}'),
    ]
    if former and message.path.endswith("/sync"):
        # A proxy that keeps what it must not: most of all what it told of entries, as that is what could do harm.
        told = [one for one in former if '"id"' in one] or former
        answers += [(200, world.rng.choice(told))] * 8
    status, text = world.rng.choice(answers)
    order = {**world.no_answer(message), "status": status, "text": text}
    _say(world, message, order, f"is answered by another: {status} {text[:30]}")


def go_offline(world: World) -> None:
    phone = _some(world, list(world.phones.values()))
    if phone is not None:
        phone.is_online = not phone.is_online
        world.tell(f"{phone.name}: is {'online' if phone.is_online else 'offline'}")


# ------------------------------------------------------------------ what befalls the server


def restart_server(world: World) -> None:
    world.tell("the server is started anew")
    world.server.restart()


def trouble_server(world: World) -> None:
    world.server.fails_at = world.rng.randrange(3, 15)
    world.tell(
        f"the server's database fails after {world.server.fails_at} statements of the next request with entries"
    )


def update_server(world: World) -> None:
    """Mostly to the next version of the protocol; sometimes back to the one before, or on by many."""
    by = world.rng.choice([1, 1, -1, 4])
    world.server.update(min(max(1, world.server.protocol + by), NEWEST))
    world.tell(f"the server speaks protocol {world.server.protocol}")


def activate(world: World) -> None:
    version = min(world.version + world.rng.choice([1, 1, 2, 4]), VERSIONS)
    if version > world.version:
        world.tell(f"version {version} of the study is activated")
        world.activate(version)


def revoke(world: World) -> None:
    phone = _some(world, [one for one in _own(world) if one.device])
    if phone is not None:
        world.tell(f"{phone.name}: is revoked")
        world.revoke(phone)


def close(world: World) -> None:
    if not world.is_closed:
        world.tell("the participant ends")
        world.close()


# ------------------------------------------------------------------ which

ALWAYS: dict[Step, int] = {pass_time: 4, answer: 12, whole_way: 5, timer: 2, send: 1, close_page: 1}
KINDS: tuple[dict[Step, int], ...] = (
    {reach_server: 5, hand_over: 4},
    {lose: 6},
    {double: 3},
    {give_up: 3},
    {strange_answer: 8},
    {go_offline: 2},
    {crash_soon: 4},
    {crash_at_the_start: 2},
    {power_cut: 2},
    {wipe: 2},
    {join_again: 3},
    {another_phone: 2},
    {another_tab: 1, answer_in_all: 4},
    {leave_open: 1, press_send_where_left_open: 6},
    {worker: 2},
    {correct: 4},
    {set_clock: 2},
    {fill_up: 2},
    {damage: 2},
    {activate: 2},
    {update_server: 3, update_app: 2},
    {restart_server: 2},
    {trouble_server: 4},
    {revoke: 2},
    {close: 2},
)
SELDOM = 0.35  # that a kind happens in a schedule at all


def draw_kinds(rng: Random) -> dict[Step, int]:
    found = dict(ALWAYS)
    for kind in KINDS:
        if rng.random() < SELDOM:
            found |= kind
    return found
