"""Checks a name, or an e-mail, and a password: for staff only, as long for nobody as for one."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from .querysets import account_called


class StaffBackend(ModelBackend):
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """The account, or None: unknown, wrong password, inactive and visitor are one answer.

        Exactly one password is hashed whatever the answer, which is all the time this takes.
        """
        if not username or password is None:
            return None
        account = account_called(username)
        if account is None:
            get_user_model()().set_password(password)
            return None
        right = account.check_password(password)
        return account if right and self.user_can_authenticate(account) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Nobody but staff has a session; who is no longer staff has none any more."""
        return bool(user.is_staff and super().user_can_authenticate(user))
