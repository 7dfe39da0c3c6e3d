"""Three roles, and each dangerous request as each of them would post it by hand."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.urls import reverse
from reversion.models import Version

from pages.models import KeyFigure, Page
from poles.models import Call, Milestone, Pole
from ptce_site.editorial.models import Draft, Publisher, Report, Source
from ptce_site.editorial.publication import Publishable
from ptce_site.editorial.roles import ACCOUNTS, ROLES, set_up_roles

from .strict import StrictClient
from .test_admin import agreed, form_data

pytestmark = [pytest.mark.django_db, pytest.mark.once]
BUTTONS = ["_publish", "_save", "_continue", "_addanother", "_saveasnew", ""]
PUBLISHABLE = [m for m in admin.site._registry if issubclass(m, Publishable)]
NAMES = {model: model.__name__ for model in admin.site._registry}


def url(thing, view: str = "change", *more) -> str:
    meta = thing._meta
    keys = [thing.pk, *more] if view in ("change", "delete", "history", "revision") else more
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{view}", args=keys)


@pytest.fixture
def figure():
    return KeyFigure.objects.published().order_by("pk").last()


@pytest.fixture
def past(editor_client, figure):
    """A version of a figure that an editor has published, and another since."""
    for label in ("Avant", "Après"):
        data = form_data(editor_client.get(url(figure)).content.decode())
        editor_client.post(url(figure), data | {"label_fr": [label], "_publish": [""]})
    return Version.objects.get_for_object(figure)[1]


def site_content() -> dict:
    """All that visitors could see change, row by row."""
    kinds = [m for m in admin.site._registry if m._meta.app_label in ("pages", "poles")]
    kinds += [Source, Publisher]
    skipped = {"Region", "Department", "Commune"}
    return {m: list(m.objects.order_by("pk").values()) for m in kinds if m.__name__ not in skipped}


# The groups, made by the set-up


def test_the_set_up_makes_three_groups_and_takes_nothing_away(db):
    set_up_roles()
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES.values())
    group = Group.objects.get(name="Rédaction")
    extra = Permission.objects.get(codename="change_report")
    assert extra not in group.permissions.all()
    group.permissions.add(extra)
    lost = Permission.objects.get(codename="add_source")
    group.permissions.remove(lost)
    set_up_roles()
    assert {extra, lost} <= set(group.permissions.all())
    assert Group.objects.count() == 3


def test_only_those_who_publish_have_the_permission(writer, publisher, administrator, sign_in):
    may = [c.user.has_perm("editorial.publish") for c in (writer, publisher, administrator)]
    assert may == [False, True, True]
    assert not sign_in("nobody").user.get_all_permissions()


def test_an_account_in_a_role_is_made_by_a_command(editor_client, django_user_model, capsys):
    call_command("create_editor", role="redaction", username="marie", shown=True)
    assert "as 'marie' with the password '" in capsys.readouterr().out
    marie = django_user_model.objects.get(username="marie")
    assert marie.is_staff and not marie.is_superuser
    assert [g.name for g in marie.groups.all()] == ["Rédaction"]
    with pytest.raises(CommandError, match="existe déjà"):
        call_command("create_editor", role="administration", username="marie")
    with pytest.raises(CommandError, match="Donnez un nom"):
        call_command("create_editor", role="redaction")
    assert [g.name for g in marie.groups.all()] == ["Rédaction"]


def test_the_first_account_can_do_everything(django_user_model, capsys):
    with pytest.raises(CommandError, match="premier compte"):
        call_command("create_editor", role="redaction", username="marie")
    call_command("create_editor")
    assert django_user_model.objects.get().is_superuser
    password = capsys.readouterr().out.split("password '")[1].split("'")[0]
    assert StrictClient().login(username="redaction", password=password)
    call_command("create_editor")
    assert capsys.readouterr().out == "" and django_user_model.objects.count() == 1


# What a writer posts is a draft, whatever the button


@pytest.mark.parametrize("button", BUTTONS)
@pytest.mark.parametrize("model", PUBLISHABLE, ids=NAMES.get)
def test_whatever_a_writer_posts_to_a_live_thing_becomes_a_draft(writer, model, button):
    thing = model.objects.published().order_by("pk").first()
    before = site_content()
    data = form_data(writer.get(url(thing)).content.decode())
    name = next(n for n in ("title_fr", "name", "label_fr", "term_fr") if n in data)
    data |= {name: ["Par la rédaction"], "_publish_at": ["2020-01-01 00:00"], "state": ["draft"]}
    answer = writer.post(url(thing), data | ({button: [""]} if button else {}))
    assert answer.status_code == 302
    assert site_content() == before
    draft = Draft.objects.get()
    assert draft.data[name] == ["Par la rédaction"] and draft.publish_at is None


@pytest.mark.parametrize("button", BUTTONS)
def test_whatever_a_writer_adds_becomes_a_draft(writer, button):
    add = url(Milestone, "add")
    data = form_data(writer.get(add).content.decode())
    data |= {"title_fr": ["Demain"], "date": ["2027"], "text_fr": ["x"], "source": ["loi-2014-856"]}
    before = site_content()
    assert writer.post(add, data | ({button: [""]} if button else {})).status_code == 302
    assert site_content() == before and Draft.objects.get().title == "Demain"


def test_a_writer_previews_and_nothing_stays(writer, figure):
    before = site_content()
    data = form_data(writer.get(url(figure)).content.decode())
    answer = writer.post(url(figure), data | {"label_fr": ["Montré"], "_preview": ["fr"]})
    assert "Montré" in answer.content.decode() and "no-store" in answer["Cache-Control"]
    assert site_content() == before and not Draft.objects.exists()


@pytest.mark.parametrize("button", ["_withdraw", "_discard"])
def test_a_writer_neither_withdraws_nor_abandons_what_others_wrote(
    writer, publisher, figure, button
):
    data = form_data(publisher.get(url(figure)).content.decode())
    publisher.post(url(figure), data | {"label_fr": ["À garder"], "_draft": [""]})
    before = site_content()
    html = writer.get(url(figure)).content.decode()
    assert f'name="{button}"' not in html and 'name="_publish"' not in html
    assert writer.post(url(figure), form_data(html) | {button: [""]}).status_code == 403
    assert site_content() == before
    assert Draft.objects.get().data["label_fr"] == ["À garder"]


def test_a_writer_abandons_their_own_draft(writer, figure):
    data = form_data(writer.get(url(figure)).content.decode())
    writer.post(url(figure), data | {"_draft": [""]})
    html = writer.get(url(figure)).content.decode()
    assert 'name="_discard"' in html
    writer.post(url(figure), form_data(html) | {"_discard": [""]})
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "action", ["publish", "withdraw", "verify", "plan_review", "delete_selected"]
)
@pytest.mark.parametrize("model", PUBLISHABLE, ids=NAMES.get)
def test_a_writer_has_no_action_that_changes_the_site(writer, model, action):
    before = site_content()
    keys = list(model.objects.values_list("pk", flat=True))
    data = {"action": action, "_selected_action": keys, "post": "yes", "sure": "yes"}
    listing = url(model, "changelist")
    assert f'value="{action}"' not in writer.get(listing).content.decode()
    writer.post(listing, data)
    thing = model.objects.first()
    writer.post(url(thing), {**data, "_selected_action": [thing.pk]})
    assert site_content() == before


@pytest.mark.parametrize("model", PUBLISHABLE, ids=NAMES.get)
def test_a_writer_deletes_nothing(writer, model):
    thing = model.objects.order_by("pk").last()
    before = site_content()
    assert url(thing, "delete") not in writer.get(url(thing)).content.decode()
    assert writer.post(url(thing, "delete"), {"post": "yes", "sure": "yes"}).status_code == 403
    assert site_content() == before


def test_a_writer_removes_a_part_in_a_draft_only(writer):
    pole = Pole.objects.get(slug="neo56")
    before = site_content()
    data = form_data(writer.get(url(pole)).content.decode())
    writer.post(url(pole), data | {"actors-0-DELETE": ["on"], "_publish": [""]})
    assert site_content() == before
    assert Draft.objects.get().data["actors-0-DELETE"] == ["on"]


# Going back in time


def test_a_writer_does_not_restore(writer, publisher, past, figure):
    before = site_content()
    address = url(figure, "revision", past.pk)
    shown = writer.get(address)
    assert "Avant" in shown.content.decode()
    assert 'name="_publish"' not in shown.content.decode()
    assert 'name="_publish"' in publisher.get(address).content.decode()
    typed = form_data(shown.content.decode()) | {"_publish": [""]}
    assert writer.post(address, typed).status_code == 302
    assert site_content() == before and Draft.objects.count() == 1, "a draft, and no more"


def test_a_writer_restores_nothing_by_the_address_of_another_kind(writer, past, figure):
    """django-reversion reverts first, and keeps it when the form then answers by a redirection."""
    before = site_content()
    assert not Call.objects.filter(pk=figure.pk).exists()
    for model in (Page, Call):
        for address in (
            reverse(f"{admin_name(model)}_revision", args=[figure.pk, past.pk]),
            reverse(f"{admin_name(model)}_recover", args=[past.pk]),
        ):
            assert writer.post(address).status_code in (302, 403)
    assert site_content() == before


def admin_name(model) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}"


def test_a_writer_does_not_recover_what_was_deleted(writer, publisher, past, figure):
    assert publisher.post(url(figure, "delete"), {"post": "yes", "sure": "yes"}).status_code == 302
    assert not KeyFigure.objects.filter(pk=figure.pk).exists()
    recover = reverse("admin:pages_keyfigure_recoverlist")
    listing = url(KeyFigure, "changelist")
    assert recover not in writer.get(listing).content.decode()
    assert recover in publisher.get(listing).content.decode()
    assert writer.get(recover).status_code == 403
    one = reverse("admin:pages_keyfigure_recover", args=[past.pk])
    assert writer.get(one).status_code == 403
    assert writer.post(one, {}).status_code == 403
    assert "/admin/pages/keyfigure/recover/" in publisher.get(recover).content.decode()
    link = re.search(
        r"/admin/pages/keyfigure/recover/\d+/", publisher.get(recover).content.decode()
    )
    html = publisher.get(link[0]).content.decode()
    assert publisher.post(link[0], form_data(html) | {"_publish": [""]}).status_code == 302
    assert KeyFigure.objects.get(slug=figure.slug).is_published


# What is saved without a draft


def test_a_writer_only_adds_to_what_is_saved_directly(writer):
    before = site_content()
    for thing in (Source.objects.first(), Call.objects.first()):
        shown = writer.get(url(thing))
        assert shown.status_code == 200 and 'name="_save"' not in shown.content.decode()
        assert writer.post(url(thing), {"title": "x", "_save": ""}).status_code == 403
        assert writer.post(url(thing, "delete"), {"post": "yes", "sure": "yes"}).status_code == 403
    for name in ("poles_call", "poles_sector", "editorial_publisher"):
        assert writer.get(reverse(f"admin:{name}_add")).status_code == 403
        assert writer.post(reverse(f"admin:{name}_add"), {}).status_code == 403
    assert writer.post(reverse("admin:editorial_accessibilityaudit_add"), {}).status_code == 403
    assert site_content() == before
    add = reverse("admin:editorial_source_add")
    data = form_data(writer.get(add).content.decode())
    data |= {"key": ["a-lire"], "title": ["À lire"], "publisher": ["Une autrice"]}
    assert writer.post(add, data).status_code == 302
    assert Source.objects.filter(key="a-lire").exists()


def test_reports_are_read_by_writers_and_closed_by_publishers(writer, publisher):
    report = Report.objects.create(key="k", kind="fact", message="Une date est fausse.")
    assert "Une date est fausse" in writer.get(url(report)).content.decode()
    listing = url(Report, "changelist")
    closing = {"action": "mark_done", "_selected_action": [report.pk]}
    assert writer.post(url(report), {"state": "done"}).status_code == 403
    writer.post(listing, closing)
    assert Report.objects.get().state == "new"
    publisher.post(listing, closing)
    assert Report.objects.get().state == "done"


# Those who publish, those who administer, those who are neither


def test_a_publisher_publishes_withdraws_changes_and_deletes(publisher, figure):
    data = form_data(publisher.get(url(figure)).content.decode())
    publisher.post(url(figure), data | {"label_fr": ["Publié"], "_publish": [""]})
    figure.refresh_from_db()
    assert figure.label_fr == "Publié"
    html = publisher.get(url(figure)).content.decode()
    assert publisher.post(url(figure), form_data(html) | {"_withdraw": [""]}).status_code == 302
    figure.refresh_from_db()
    assert figure.state == "withdrawn"
    listing = url(KeyFigure, "changelist")
    agreed(publisher, listing, {"action": "publish", "_selected_action": [figure.pk]})
    figure.refresh_from_db()
    assert figure.is_published
    source = Source.objects.get(key="loi-2014-856")
    data = form_data(publisher.get(url(source)).content.decode())
    assert publisher.post(url(source), data | {"title": ["Autre"]}).status_code == 302
    assert Source.objects.get(key="loi-2014-856").title == "Autre"
    call = Call.objects.first()
    assert publisher.post(
        url(call), form_data(publisher.get(url(call)).content.decode()) | {"admissible": ["99"]}
    ).status_code in (200, 302)
    assert publisher.get(reverse("admin:editorial_publisher_changelist")).status_code == 302
    assert publisher.post(url(figure, "delete"), {"post": "yes", "sure": "yes"}).status_code == 302
    assert not KeyFigure.objects.filter(pk=figure.pk).exists()


def test_accounts_and_groups_are_for_administrators(writer, publisher, administrator, sign_in):
    someone = sign_in("nobody").user
    addresses = [
        *(reverse(f"admin:auth_{kind}_{view}") for kind in ("user", "group")
          for view in ("changelist", "add")),
        reverse("admin:auth_user_change", args=[someone.pk]),
        reverse("admin:auth_user_delete", args=[someone.pk]),
        reverse("admin:auth_user_password_change", args=[someone.pk]),
        reverse("admin:auth_group_change", args=[Group.objects.first().pk]),
    ]  # fmt: skip
    for address in addresses:
        for client in (writer, publisher):
            assert client.get(address).status_code == 403, address
            assert client.post(address, {"is_superuser": "on"}).status_code == 403, address
        assert administrator.get(address).status_code == 200, address
    for client in (writer, publisher):
        assert "/admin/auth/" not in client.get(reverse("admin:index")).content.decode()
    data = form_data(administrator.get(addresses[-4]).content.decode())
    group = str(Group.objects.get(name="Publication").pk)
    assert administrator.post(addresses[-4], data | {"groups": [group]}).status_code == 302
    assert type(someone).objects.get(pk=someone.pk).has_perm("editorial.publish")


@pytest.mark.parametrize("model", PUBLISHABLE, ids=NAMES.get)
def test_an_account_without_a_role_writes_no_draft(sign_in, model):
    nobody = sign_in("nobody")
    thing = model.objects.first()
    for address in (url(thing), url(model, "add"), url(thing, "delete")):
        for button in ("_draft", "_publish", "_preview", "_withdraw"):
            assert nobody.post(address, {button: "fr"}).status_code == 403
    assert not Draft.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_every_screen_it_may(sign_in, role):
    client = sign_in(role)
    assert client.get(reverse("admin:index")).status_code == 200
    for model in admin.site._registry:
        if model._meta.app_label not in ACCOUNTS:
            listing = client.get(url(model, "changelist"), follow=True)
            closed = model is Publisher and role == "redaction"  # its list leads to its form
            assert listing.status_code == (403 if closed else 200)
            if thing := model.objects.first():
                assert client.get(url(thing)).status_code == 200
                if model in PUBLISHABLE:
                    assert client.get(url(thing, "history")).status_code == 200


def test_a_writer_who_changes_a_scheduled_draft_takes_it_off_the_clock_and_it_is_said(
    writer, publisher, figure
):
    page = url(figure)
    data = form_data(publisher.get(page).content.decode())
    later = {"_publish": [""], "_publish_at": ["2199-01-01T08:00"], "label_fr": ["Prévu"]}
    assert publisher.post(page, data | later).status_code == 302
    assert Draft.objects.get().publish_at
    data = form_data(writer.get(page).content.decode())
    assert writer.post(page, data | {"label_fr": ["Retouché"], "_draft": [""]}).status_code == 302
    draft = Draft.objects.get()
    assert draft.publish_at is None and "Modifié depuis par redaction" in draft.problem
    assert "Modifié depuis par redaction" in publisher.get("/admin/").content.decode()
