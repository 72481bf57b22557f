"""The installation's secret and the directory that holds it."""

import stat
from concurrent.futures import ThreadPoolExecutor

from otklik.web.secret import read_or_create_secret


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_data_directory_is_its_owners_alone(tmp_path):
    path = tmp_path / "new" / "secret.key"
    secret = read_or_create_secret(path)
    assert (mode(path.parent), mode(path)) == (0o700, 0o600)
    assert len(secret) > 40
    assert read_or_create_secret(path) == secret
    assert [one.name for one in path.parent.iterdir()] == ["secret.key"]


def test_rights_of_a_directory_that_is_there_are_the_administrators_matter(tmp_path):
    tmp_path.chmod(0o750)
    read_or_create_secret(tmp_path / "secret.key")
    assert mode(tmp_path) == 0o750


def test_processes_that_start_together_get_one_secret(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(read_or_create_secret, [tmp_path / "secret.key"] * 16))
    assert len(found) == 1
    assert "" not in found
