"""Accounts, roles and what happened to them, for administrators."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..roles import ROLES
from ..titles import KeyedAdmin, ReadOnlyAdmin
from .last_admin import LAST, would_leave_nobody
from .letters import tell_holder
from .links import give_link, link_for
from .models import AccountEvent
from .noticing import PASSWORD
from .querysets import has_account_at, has_factor, names_of, with_roles
from .recording import Kind, record

for model in (EmailAddress, Authenticator, UserSession):  # secrets, and what is ours to show
    if admin.site.is_registered(model):
        admin.site.unregister(model)
admin.site.unregister([User, Group])

TAKEN = _("Un autre compte a déjà cette adresse : chacun se connecte avec la sienne.")
KEPT_ROLE = _("Ce groupe est un des trois rôles du site : il reste.")


class AccountForm(UserChangeForm):
    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if email and has_account_at(email, but=self.instance.pk):
            raise ValidationError(TAKEN)
        return email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        roles = {group.name for group in data.get("groups") or ()}
        may_all = data.get("is_superuser") or ROLES["administration"] in roles
        stays = data.get("is_active") and data.get("is_staff") and may_all
        if not stays and would_leave_nobody([self.instance]):
            raise ValidationError(LAST)
        return data


class NewAccountForm(AdminUserCreationForm):
    """Without a password unless one is typed: the account's holder chooses it, by a link."""

    email = forms.EmailField(label=_("Adresse électronique"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["usable_password"].initial = "false"

    clean_email = AccountForm.clean_email


@admin.register(User)
class AccountAdmin(KeyedAdmin, UserAdmin):
    form = AccountForm
    add_form = NewAccountForm
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "email", "usable_password", "password1", "password2"],
            },
        )
    ]
    list_display = ["username", "email", "roles", "is_active", "protected", "last_login"]
    actions = ["give_links"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return with_roles(super().get_queryset(request))

    def get_actions(
        self, request: HttpRequest, action_location: Any = ActionLocation.CHANGE_LIST
    ) -> Any:
        """One account at a time is deleted, on its own page; as a rule, deactivate it."""
        actions = super().get_actions(request, action_location)
        actions.pop("delete_selected", None)
        return actions

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        found, counts, needed, kept = super().get_deleted_objects(objs, request)
        return found, counts, needed, [*kept, LAST] if would_leave_nobody(objs) else kept

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        form.before = rights_of(User.objects.get(pk=obj.pk)) if change else set()
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        obj, after = form.instance, rights_of(form.instance)
        if not change:
            record(Kind.ACCOUNT_MADE, obj, request=request)
        elif after != form.before:
            gained = [f"+ {word}" for word in sorted(after - form.before)]
            lost = [f"− {word}" for word in sorted(form.before - after)]
            record(Kind.RIGHTS_CHANGED, obj, request=request, detail=", ".join(gained + lost))

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        record(Kind.ACCOUNT_DELETED, obj, request=request)
        super().delete_model(request, obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        answer = super().user_change_password(request, id, form_url)
        if request.method == "POST" and answer.status_code == 302:
            account = self.get_object(request, id)
            record(Kind.PASSWORD_CHANGED, account, request=request)
            tell_holder(account, str(PASSWORD))
        return answer

    @admin.action(
        description=_("Envoyer, ou afficher, un lien pour choisir un mot de passe"),
        permissions=["change"],
    )
    def give_links(self, request: HttpRequest, queryset: Any) -> None:
        for account in queryset:
            try:
                link = give_link(account, by=request.user.get_username())
            except (OSError, ValueError):
                text = gettext(
                    "Le courrier pour {} n’a pas pu partir. Lien à lui remettre, et à personne "
                    "d’autre : {}"
                )
                messages.error(request, format_html(text, account, link_for(account)))
                continue
            text = gettext("Un lien est parti à %(email)s.") % {"email": account.email}
            if link:
                text = format_html(
                    gettext("À remettre à {}, et à personne d’autre : {}"), account, link
                )
            messages.success(request, text)

    @admin.display(description=_("rôles"))
    def roles(self, account: User) -> str:
        names = names_of(account.groups)
        return ", ".join([gettext("tout"), *names] if account.is_superuser else names) or "–"

    @admin.display(description=_("second facteur"), boolean=True)
    def protected(self, account: User) -> bool:
        return has_factor(account)


def rights_of(account: User) -> set[str]:
    """All that an account may do, in words."""
    ticked = {
        gettext("en service"): account.is_active,
        gettext("équipe"): account.is_staff,
        gettext("tout"): account.is_superuser,
    }
    words = {word for word, is_so in ticked.items() if is_so}
    return words | set(names_of(account.groups)) | set(names_of(account.user_permissions))


@admin.register(Group)
class RoleAdmin(KeyedAdmin, GroupAdmin):
    """The three roles are found by their name: it does not change, and they are not deleted."""

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> list[str]:
        return ["name"] if obj and obj.name in ROLES.values() else []

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        found, counts, needed, kept = super().get_deleted_objects(objs, request)
        ours = [KEPT_ROLE for one in objs if one.name in ROLES.values()]
        return found, counts, needed, [*kept, *ours[:1]]

    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: bool) -> None:
        form.before = set(names_of(obj.permissions)) if change else set()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        after = set(names_of(form.instance.permissions))
        gained = [f"+ {word}" for word in sorted(after - form.before)]
        lost = [f"− {word}" for word in sorted(form.before - after)]
        if gained or lost:
            words = gettext("groupe %(name)s : %(changes)s")
            detail = words % {"name": form.instance.name, "changes": ", ".join(gained + lost)}
            record(Kind.RIGHTS_CHANGED, request=request, detail=detail)


@admin.register(AccountEvent)
class AccountEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "account", "by", "network", "detail"]
    list_display_links = None
    list_filter = ["kind", "at"]
    search_fields = ["account", "by"]
    list_per_page = 100
