"""Who and where: the tree of places, points, employees and shifts, users and their rights, API keys, the audit log."""

from otklik.company.models.access import Grant, Role, User, Verb
from otklik.company.models.audit import AuditEntry
from otklik.company.models.keys import ApiKey
from otklik.company.models.maps import MapKind, MapSource
from otklik.company.models.people import Employee, Shift
from otklik.company.models.places import Company, Place, Point

__all__ = [
    "ApiKey",
    "AuditEntry",
    "Company",
    "Employee",
    "Grant",
    "MapKind",
    "MapSource",
    "Place",
    "Point",
    "Role",
    "Shift",
    "User",
    "Verb",
]
