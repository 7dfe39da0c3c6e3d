"""Every door of the room: what of allauth is used, and nothing else of it.

No address signs up, changes an e-mail, confirms one or signs in through another site. The two
first stand where Django's own are, which nothing reaches any more.
"""

from django.contrib import admin
from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from .exporting import export_view
from .later import later
from .views import in_the_room

second_factor = in_the_room(
    "allauth.mfa.base.views.IndexView", "second_factor", _("Votre second facteur")
)
signed_out = RedirectView.as_view(pattern_name="account_login")
forgotten = RedirectView.as_view(pattern_name="account_reset_password")

urlpatterns = [
    path(
        "login/",
        in_the_room("allauth.account.views.LoginView", "login", _("Se connecter")),
        name="account_login",
    ),
    path(
        "password_change/",
        in_the_room(
            "allauth.account.views.PasswordChangeView", "password", _("Changer votre mot de passe")
        ),
        name="account_change_password",
    ),
    path("compte/sans-mot-de-passe/", forgotten, name="account_set_password"),
    path(
        "compte/abandonner/",
        require_POST(later("allauth.account.views.LogoutView")),
        name="account_logout",
    ),
    path(
        "compte/confirmer/",
        in_the_room("allauth.account.views.ReauthenticateView", "confirm", _("C’est bien vous ?")),
        name="account_reauthenticate",
    ),
    path(
        "compte/mot-de-passe-oublie/",
        in_the_room(
            "allauth.account.views.PasswordResetView", "forgotten", _("Mot de passe oublié")
        ),
        name="account_reset_password",
    ),
    path(
        "compte/mot-de-passe-oublie/envoye/",
        in_the_room(
            "allauth.account.views.PasswordResetDoneView",
            "forgotten_sent",
            _("Regardez votre courrier"),
        ),
        name="account_reset_password_done",
    ),
    path("compte/mot-de-passe/fait/", signed_out, name="account_reset_password_from_key_done"),
    re_path(
        r"^compte/mot-de-passe/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        in_the_room(
            "allauth.account.views.PasswordResetFromKeyView",
            "password",
            _("Choisir votre mot de passe"),
        ),
        name="account_reset_password_from_key",
    ),
    path(
        "compte/code/",
        in_the_room("allauth.mfa.base.views.AuthenticateView", "code", _("Votre second facteur")),
        name="mfa_authenticate",
    ),
    path(
        "compte/cle/",
        later("ptce_site.editorial.accounts.changed.OpenByKey"),
        name="mfa_login_webauthn",
    ),
    path("compte/second-facteur/", second_factor, name="mfa_index"),
    path("compte/second-facteur/", second_factor, name="mfa_list_webauthn"),
    path(
        "compte/second-facteur/application/",
        in_the_room(
            "allauth.mfa.totp.views.ActivateTOTPView", "application", _("Une application de codes")
        ),
        name="mfa_activate_totp",
    ),
    path(
        "compte/second-facteur/application/retirer/",
        in_the_room(
            "allauth.mfa.totp.views.DeactivateTOTPView", "remove", _("Retirer l’application")
        ),
        name="mfa_deactivate_totp",
    ),
    path(
        "compte/second-facteur/cle/",
        in_the_room("allauth.mfa.webauthn.views.AddWebAuthnView", "key", _("Une clé d’accès")),
        name="mfa_add_webauthn",
    ),
    path(
        "compte/second-facteur/cle/<int:pk>/retirer/",
        in_the_room(
            "ptce_site.editorial.accounts.changed.RemoveKey", "remove", _("Retirer cette clé")
        ),
        name="mfa_remove_webauthn",
    ),
    path(
        "compte/codes-de-secours/",
        in_the_room(
            "allauth.mfa.recovery_codes.views.ViewRecoveryCodesView",
            "codes",
            _("Vos codes de secours"),
        ),
        name="mfa_view_recovery_codes",
    ),
    path(
        "compte/codes-de-secours/nouveaux/",
        in_the_room(
            "allauth.mfa.recovery_codes.views.GenerateRecoveryCodesView",
            "new_codes",
            _("De nouveaux codes de secours"),
        ),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "compte/sessions/",
        in_the_room("ptce_site.editorial.accounts.changed.Sessions", "sessions", _("Vos sessions")),
        name="usersessions_list",
    ),
    path("compte/donnees/", admin.site.admin_view(export_view), name="own_export"),
    path("compte/donnees/<int:pk>/", admin.site.admin_view(export_view), name="account_export"),
]
