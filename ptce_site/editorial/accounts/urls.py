"""Every door of the room: what of allauth is used, and nothing else of it.

No address signs up, changes an e-mail, confirms one or signs in through another site. The two
first stand where Django's own are, which nothing reaches any more.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.usersessions import views as sessions
from django.contrib import admin
from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from .exporting import export_view
from .forms import SessionsForm
from .views import RemoveKey, in_the_room

second_factor = in_the_room(factors.IndexView, "second_factor", _("Votre second facteur"))
signed_out = RedirectView.as_view(pattern_name="account_login")
forgotten = RedirectView.as_view(pattern_name="account_reset_password")

urlpatterns = [
    path(
        "login/",
        in_the_room(account.LoginView, "login", _("Se connecter")),
        name="account_login",
    ),
    path(
        "password_change/",
        in_the_room(account.PasswordChangeView, "password", _("Changer votre mot de passe")),
        name="account_change_password",
    ),
    path("compte/sans-mot-de-passe/", forgotten, name="account_set_password"),
    path(
        "compte/abandonner/",
        require_POST(account.LogoutView.as_view()),
        name="account_logout",
    ),
    path(
        "compte/confirmer/",
        in_the_room(account.ReauthenticateView, "confirm", _("C’est bien vous ?")),
        name="account_reauthenticate",
    ),
    path(
        "compte/mot-de-passe-oublie/",
        in_the_room(account.PasswordResetView, "forgotten", _("Mot de passe oublié")),
        name="account_reset_password",
    ),
    path(
        "compte/mot-de-passe-oublie/envoye/",
        in_the_room(account.PasswordResetDoneView, "forgotten_sent", _("Regardez votre courrier")),
        name="account_reset_password_done",
    ),
    path("compte/mot-de-passe/fait/", signed_out, name="account_reset_password_from_key_done"),
    re_path(
        r"^compte/mot-de-passe/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        in_the_room(account.PasswordResetFromKeyView, "password", _("Choisir votre mot de passe")),
        name="account_reset_password_from_key",
    ),
    path(
        "compte/code/",
        in_the_room(factors.AuthenticateView, "code", _("Votre second facteur")),
        name="mfa_authenticate",
    ),
    path("compte/cle/", keys.LoginWebAuthnView.as_view(), name="mfa_login_webauthn"),
    path("compte/second-facteur/", second_factor, name="mfa_index"),
    path("compte/second-facteur/", second_factor, name="mfa_list_webauthn"),
    path(
        "compte/second-facteur/application/",
        in_the_room(totp.ActivateTOTPView, "application", _("Une application de codes")),
        name="mfa_activate_totp",
    ),
    path(
        "compte/second-facteur/application/retirer/",
        in_the_room(totp.DeactivateTOTPView, "remove", _("Retirer l’application")),
        name="mfa_deactivate_totp",
    ),
    path(
        "compte/second-facteur/cle/",
        in_the_room(keys.AddWebAuthnView, "key", _("Une clé d’accès")),
        name="mfa_add_webauthn",
    ),
    path(
        "compte/second-facteur/cle/<int:pk>/retirer/",
        in_the_room(RemoveKey, "remove", _("Retirer cette clé")),
        name="mfa_remove_webauthn",
    ),
    path(
        "compte/codes-de-secours/",
        in_the_room(codes.ViewRecoveryCodesView, "codes", _("Vos codes de secours")),
        name="mfa_view_recovery_codes",
    ),
    path(
        "compte/codes-de-secours/nouveaux/",
        in_the_room(
            codes.GenerateRecoveryCodesView, "new_codes", _("De nouveaux codes de secours")
        ),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "compte/sessions/",
        in_the_room(
            sessions.ListUserSessionsView, "sessions", _("Vos sessions"), form_class=SessionsForm
        ),
        name="usersessions_list",
    ),
    path("compte/donnees/", admin.site.admin_view(export_view), name="own_export"),
    path("compte/donnees/<int:pk>/", admin.site.admin_view(export_view), name="account_export"),
]
