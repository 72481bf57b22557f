"""The only writers of this room.

Each takes `acting_user` (None: the installation itself), checks the right, validates with sentences, leaves an audit
row with old and new, and announces the change on commit.
Raises PermissionDenied where the right is missing (pages answer 404) and ValidationError where the data are wrong.
"""

from otklik.company.actions.keys import create_key, revoke_key
from otklik.company.actions.maps import update_map_source
from otklik.company.actions.people import (
    create_employee,
    delete_shift,
    end_shift,
    start_shift,
    update_employee,
    update_shift,
)
from otklik.company.actions.places import (
    activate_place,
    create_place,
    create_point,
    deactivate_place,
    move_place,
    set_point_active,
    update_company,
    update_place,
    update_point,
)
from otklik.company.actions.users import (
    create_group,
    create_user,
    delete_group,
    give_role,
    set_password,
    set_user_active,
    take_role,
    update_group,
    update_user,
)

__all__ = [
    "activate_place",
    "create_employee",
    "create_group",
    "create_key",
    "create_place",
    "create_point",
    "create_user",
    "deactivate_place",
    "delete_group",
    "delete_shift",
    "end_shift",
    "give_role",
    "move_place",
    "revoke_key",
    "set_password",
    "set_point_active",
    "set_user_active",
    "start_shift",
    "take_role",
    "update_company",
    "update_employee",
    "update_group",
    "update_map_source",
    "update_place",
    "update_point",
    "update_shift",
    "update_user",
]
