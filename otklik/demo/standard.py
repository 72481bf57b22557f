"""Elements of the standard that speech recognition heard in single contacts: what makes the effect of each of them measurable.

A client who was greeted, asked and thanked feels better; the strength differs by element, and one of them changes nothing.
"""

from collections.abc import Iterator

import numpy as np

from otklik.demo.clients import Clients
from otklik.demo.draft import Draft
from otklik.demo.plan import Plan

HEARD_SHARE = 0.09  # of the contacts where a camera with a microphone stands
# element → (how often it is said, how much more often to those who leave content)
SPOKEN = {"greeting": (2.3, 0.9), "need": (1.5, 1.2), "offer": (1.2, 0.0), "thanks": (2.0, 0.5)}
SECONDS = {"greeting": 4.0, "need": 20.0, "offer": 60.0, "thanks": 80.0}
ATTRS = '{"source":"speech"}'


def heard_standard(plan: Plan, clients: Clients, prefix: str) -> Iterator[Draft]:
    """Checks of contacts, with the contact's session. Draws of its own: the rest of the day stays as it is."""
    rng = np.random.default_rng([plan.seed, 5, clients.day.toordinal()])
    count = len(clients)
    microphone = np.array([location.smiles for location in plan.locations])[clients.location]
    taken = microphone & (clients.person >= 0) & (rng.random(count) < HEARD_SHARE)
    draws = rng.random((len(SPOKEN), count))
    for order, (element, (usual, more)) in enumerate(SPOKEN.items()):
        chance = 1 / (1 + np.exp(-(usual + more * (clients.feeling - 0.4))))
        met = draws[order] < chance
        for n in np.flatnonzero(taken).tolist():
            session = f"{prefix}{n}"
            yield Draft(
                id=f"{session}-k{order}",
                day=clients.day,
                second=float(clients.second[n] + clients.wait[n] + SECONDS[element]),
                location=int(clients.location[n]),
                point=int(clients.point[n]),
                person=int(clients.person[n]),
                kind="checklist_element",
                subject=element,
                value=float(met[n]),
                session=session,
                attrs=ATTRS,
            )
