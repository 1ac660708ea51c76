"""A signed-in browser."""

import pytest
from django.test import Client

from operations.models import User


@pytest.fixture
def admin_browser(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    return client
