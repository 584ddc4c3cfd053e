from typing import Any

from django.contrib.auth.backends import ModelBackend

from registry.accounts.models import User


class SignedInBackend(ModelBackend):
    """Django's own, except that a session is nobody's while its user owes a second factor.

    So the rule holds at every door at once, also for sessions from before it was demanded.
    """

    def get_user(self, user_id: Any) -> User | None:
        user: Any = super().get_user(user_id)
        return None if user is None or user.owes_second_factor else user
