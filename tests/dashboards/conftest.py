from collections.abc import Callable

import pytest
from django.test import Client

from operations.models import User


@pytest.fixture
def browser(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


@pytest.fixture
def browser_of(request: pytest.FixtureRequest) -> Callable[[str], Client]:
    """Signed in as this fixture of the cast; "anonymous" is not signed in, "nobody" may do nothing."""

    def make(who: str) -> Client:
        client = Client()
        if who == "nobody":
            client.force_login(User.objects.create_user("nina", password="correct horse", is_staff=True))
        elif who != "anonymous":
            client.force_login(request.getfixturevalue(who))
        return client

    return make
