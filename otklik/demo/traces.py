"""What each client leaves behind: contacts, receipts, consultations, ratings, survey answers, messages, smiles."""

from collections.abc import Iterator

import numpy as np

from otklik.demo import stories
from otklik.demo.clients import Bools, Clients, Floats, Ints
from otklik.demo.draft import Draft
from otklik.demo.plan import Plan
from otklik.demo.questions import CSAT, EFFORT, INVITED, MESSAGES, NPS, SERVICE

# Lowest feeling (standard deviations) of each option of a scale above the worst one.
BOUNDS = {
    5: np.array([-1.25, -0.75, -0.2, 0.45]),
    7: np.array([-1.4, -1.0, -0.6, -0.2, 0.35, 0.95]),
    11: np.array([-2.0, -1.8, -1.6, -1.4, -1.2, -0.95, -0.65, -0.3, 0.1, 0.6]),
}
SURVEY_SHARE, INVITED_SHARE, INVITED_RESPONSE = 0.022, 0.11, 0.71


def option(feeling: Floats, options: int, lowest: int) -> Ints:
    """Feelings as options of a scale of so many options from `lowest` upwards."""
    return np.searchsorted(BOUNDS[options], feeling) + lowest


def traces(rng: np.random.Generator, plan: Plan, clients: Clients, prefix: str) -> list[Draft]:
    """All events of these clients. Ids start with `prefix` and the client's number."""
    sessions = [f"{prefix}{number}" for number in range(len(clients))]
    heard = _heard(plan, clients)
    return [
        *_contacts(clients, sessions, heard),
        *_consultations(rng, clients, sessions),
        *_receipts(rng, plan, clients, sessions),
        *_ratings(rng, plan, clients, sessions, heard),
        *_survey(rng, clients, sessions),
        *_invited(rng, plan, clients, sessions),
        *_messages(rng, clients, sessions),
        *_faces(rng, plan, clients, sessions, heard),
    ]


def _heard(plan: Plan, clients: Clients) -> Bools:
    """False where the location's devices are silent at that moment."""
    heard = np.ones(len(clients), dtype=bool)
    for number in range(len(plan.locations)):
        silent = stories.devices_silent(plan, number, clients.day)
        if silent:
            start, end = silent
            heard &= ~((clients.location == number) & (clients.second >= start) & (clients.second < end))
    return heard


def _done(clients: Clients) -> Floats:
    """Local second at which each contact ended."""
    return clients.second + clients.wait + clients.contact


def _draft(
    clients: Clients,
    n: int,
    session: str,
    *,
    letter: str,
    second: float,
    kind: str,
    subject: str | None = None,
    value: float | None = None,
    attrs: str | None = None,
) -> Draft:
    return Draft(
        id=f"{session}-{letter}",
        day=clients.day,
        second=second,
        location=int(clients.location[n]),
        point=int(clients.point[n]),
        person=int(clients.person[n]),
        kind=kind,
        subject=subject,
        value=value,
        session=session,
        attrs=attrs,
    )


def _contacts(clients: Clients, sessions: list[str], heard: Bools) -> Iterator[Draft]:
    columns = zip(
        sessions, clients.location.tolist(), clients.point.tolist(), clients.person.tolist(),
        (clients.second + clients.wait).tolist(), clients.contact.astype(int).tolist(), heard.tolist(),
        strict=True,
    )  # fmt: skip
    for session, location, point, person, second, contact, seen in columns:
        if seen:
            yield Draft(
                f"{session}-v", clients.day, second, location, point, person, "visit", None, None, session,
                f'{{"duration":{contact}}}',
            )  # fmt: skip


def _consultations(rng: np.random.Generator, clients: Clients, sessions: list[str]) -> Iterator[Draft]:
    asked = rng.random(len(clients)) < np.array([0.1, 0.74, 0.0])[clients.role]
    for n in np.flatnonzero(asked).tolist():
        sold = "true" if clients.bought[n] else "false"
        attrs = f'{{"duration":{int(clients.contact[n] * 0.7)},"sold":{sold}}}'
        second = float(clients.second[n] + clients.wait[n] + clients.contact[n] * 0.7)
        yield _draft(clients, n, sessions[n], letter="c", second=second, kind="consultation", attrs=attrs)


def _receipts(rng: np.random.Generator, plan: Plan, clients: Clients, sessions: list[str]) -> Iterator[Draft]:
    count = len(clients)
    lines = 1 + rng.poisson(np.array([1.7, 1.2, 1.1])[clients.role])
    units = lines + rng.poisson(0.6 * lines)
    prices = np.exp(rng.normal(6.1, 0.75, count)) * np.array([1.0, 1.9, 0.8])[clients.role]
    prices *= stories.prices(plan, clients.day)
    amounts = np.round(np.clip(prices * lines**0.9, 39, 240_000), 2)
    refund = rng.random(count) < 0.018
    done = _done(clients)
    for n in np.flatnonzero(clients.bought | refund).tolist():
        back = bool(refund[n])
        customer = int(clients.customer[n])
        card = f',"customer":"{clients.location[n]}-{customer}"' if customer else ""
        operation = "refund" if back else "sale"
        attrs = f'{{"operation":"{operation}","lines":{lines[n]},"units":{units[n]}{card},"currency":"RUB"}}'
        amount = float(-amounts[n] if back else amounts[n])
        yield _draft(
            clients,
            n,
            sessions[n],
            letter="r",
            second=float(done[n]),
            kind="receipt",
            value=amount,
            attrs=attrs,
        )


def _ratings(
    rng: np.random.Generator, plan: Plan, clients: Clients, sessions: list[str], heard: Bools
) -> Iterator[Draft]:
    response = np.array([location.response for location in plan.locations])[clients.location]
    moved = 0.8 + 0.35 * np.abs(clients.feeling - 0.6)  # people with strong feelings press more
    pressed = heard & (rng.random(len(clients)) < response * moved)
    values = option(clients.feeling, 5, 1)
    seconds = _done(clients) + rng.uniform(2, 25, len(clients))
    for n in np.flatnonzero(pressed).tolist():
        value = float(values[n])
        yield _draft(
            clients,
            n,
            sessions[n],
            letter="p",
            second=float(seconds[n]),
            kind="rating",
            subject=SERVICE,
            value=value,
        )


def _survey(rng: np.random.Generator, clients: Clients, sessions: list[str]) -> Iterator[Draft]:
    """Answers from the QR code on the receipt: a few people, hours later at most."""
    count = len(clients)
    chosen = clients.bought & (rng.random(count) < SURVEY_SHARE)
    second = _done(clients) + rng.exponential(900, count)
    noise = rng.normal(0, 0.5, (3, count))
    stays = rng.random((3, count)) < np.array([[1.0], [0.9], [0.78]])
    columns = (
        ("n", NPS, option(clients.feeling + noise[0] - 0.1, 11, 0)),
        ("s", CSAT, option(clients.feeling + noise[1], 5, 1)),
        ("e", EFFORT, option(clients.feeling + noise[2] - clients.wait / 400, 7, 1)),
    )
    for n in np.flatnonzero(chosen).tolist():
        for step, (letter, code, values) in enumerate(columns):
            if stays[step, n]:
                at, value = float(second[n]) + 12 * step, float(values[n])
                yield _draft(
                    clients,
                    n,
                    sessions[n],
                    letter=letter,
                    second=at,
                    kind="answer",
                    subject=code,
                    value=value,
                )


def _invited(rng: np.random.Generator, plan: Plan, clients: Clients, sessions: list[str]) -> Iterator[Draft]:
    """The representative survey of some locations: every ninth client is asked, most answer."""
    surveyed = np.array([location.surveyed for location in plan.locations])[clients.location]
    count = len(clients)
    asked = surveyed & (rng.random(count) < INVITED_SHARE)
    answers = rng.random(count) < INVITED_RESPONSE
    values = option(clients.feeling + rng.normal(0, 0.4, count) - 0.25, 11, 0)
    done = _done(clients)
    for n in np.flatnonzero(asked).tolist():
        second = float(done[n]) + 20
        yield _draft(
            clients, n, sessions[n], letter="i", second=second, kind="invitation", subject=INVITED, value=1.0
        )
        if answers[n]:
            value = float(values[n])
            yield _draft(
                clients,
                n,
                sessions[n],
                letter="a",
                second=second + 60,
                kind="answer",
                subject=INVITED,
                value=value,
            )


def _messages(rng: np.random.Generator, clients: Clients, sessions: list[str]) -> Iterator[Draft]:
    count = len(clients)
    wrote = rng.random(count) < np.where(np.abs(clients.feeling - 0.4) > 1.6, 0.03, 0.003)
    pick = rng.random((2, count))
    for n in np.flatnonzero(wrote).tolist():
        feeling = clients.feeling[n]
        tone = "negative" if feeling < -0.4 else "positive" if feeling > 0.9 else "neutral"
        keys = [key for key in MESSAGES if key[1] == tone]
        topic = keys[int(pick[0, n] * len(keys))][0]
        if tone == "negative" and clients.wait[n] > 150:
            topic = "queue"
        texts = MESSAGES[topic, tone]
        text = texts[int(pick[1, n] * len(texts))]
        attrs = f'{{"text":"{text}","tone":"{tone}","channel":"qr"}}'
        second = float(clients.second[n] + clients.wait[n] + clients.contact[n]) + 240
        yield _draft(
            clients, n, sessions[n], letter="m", second=second, kind="message", subject=topic, attrs=attrs
        )


def _faces(
    rng: np.random.Generator, plan: Plan, clients: Clients, sessions: list[str], heard: Bools
) -> Iterator[Draft]:
    """Staff smiles and clients' emotions where there is a camera: aggregates only, as in life."""
    camera = np.array([location.smiles for location in plan.locations])[clients.location] & (
        clients.person >= 0
    )
    count = len(clients)
    seen = heard & camera & (rng.random(count) < 0.5)
    skills = np.array([stories.skill(plan, n) for n in range(len(plan.people))] + [0.0])[clients.person]
    smiles = np.round(rng.beta(2.2 + 1.4 * np.clip(skills, -1, 1), 3.0), 3)
    usable = np.round(clients.contact * rng.uniform(0.4, 0.95, count))
    felt = rng.random(count) < 0.4
    done = _done(clients)
    for n in np.flatnonzero(seen).tolist():
        at = float(done[n])
        attrs = f'{{"duration":{int(clients.contact[n])},"usable":{int(usable[n])}}}'
        yield _draft(
            clients, n, sessions[n], letter="f", second=at, kind="smile", value=float(smiles[n]), attrs=attrs
        )
        if felt[n]:
            feeling = clients.feeling[n]
            tone = "negative" if feeling < -0.5 else "positive" if feeling > 1.0 else "neutral"
            yield _draft(
                clients, n, sessions[n], letter="t", second=at, kind="emotion", attrs=f'{{"tone":"{tone}"}}'
            )
