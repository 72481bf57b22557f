"""Settings of the test run: a data directory of its own, quick password hashing."""

import atexit
import os
import shutil
import tempfile

import hypothesis

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["OTKLIK_DATA"] = tempfile.mkdtemp(prefix=f"otklik-{_worker}-")
atexit.register(shutil.rmtree, os.environ["OTKLIK_DATA"], ignore_errors=True)

from otklik.settings import *  # noqa: E402, F403  # the data directory must be set first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]

hypothesis.settings.register_profile("otklik", deadline=None)  # a loaded machine is no mistake of the code
hypothesis.settings.load_profile("otklik")
