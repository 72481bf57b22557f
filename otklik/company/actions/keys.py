"""API keys."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from otklik.company import audit
from otklik.company.models import ApiKey, Place, User, Verb
from otklik.company.models.keys import digest_of, new_secret
from otklik.company.signals import announce
from otklik.company.writing import demand


@transaction.atomic
def create_key(
    *, acting_user: User | None, name: str, scopes: Iterable[str], place: Place | None = None
) -> tuple[ApiKey, str]:
    """Return the key and its secret; the secret is not kept and cannot be shown again."""
    demand(acting_user, Verb.ADMIN, place)
    prefix, secret = new_secret()
    key = ApiKey(
        name=name,
        prefix=prefix,
        digest=digest_of(secret),
        scopes=list(dict.fromkeys(scopes)),
        place=place,
        created_by=acting_user,
    )
    key.full_clean()
    key.save()
    public = audit.snapshot(key, "name", "prefix", "scopes", "place")
    audit.record("apikey.create", key, acting_user=acting_user, new=public, place=place)
    announce(ApiKey)
    return key, secret


@transaction.atomic
def revoke_key(key: ApiKey, *, acting_user: User | None) -> ApiKey:
    """Stop the key at once. Revoking twice is harmless."""
    key = ApiKey.objects.select_for_update(of=("self",)).select_related("place").get(pk=key.pk)
    demand(acting_user, Verb.ADMIN, key.place)
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        new = audit.snapshot(key, "revoked_at")
        audit.record("apikey.revoke", key, acting_user=acting_user, new=new, place=key.place)
        announce(ApiKey)
    return key
