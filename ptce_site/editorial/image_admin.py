"""The library of images: a file dropped, its important point, where it is shown, what it weighs."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ptce_site import images

from . import media
from .base_admin import EditorialAdmin
from .guarding import GuardedAdmin
from .links import links_to
from .models import Image

FORMATS = "image/jpeg,image/png,image/webp,image/avif"


class PictureInput(forms.Widget):
    """A file to choose or drop; what is posted is the name of the master it became."""

    template_name = "admin/editorial/picture_input.html"
    needs_multipart_form = True
    image: Image | None = None

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = self.image if self.image and self.image.pk and value == self.image.master else None
        return {**context, "image": shown, "formats": FORMATS}

    def use_required_attribute(self, initial: Any) -> bool:
        return False  # a file kept need not be chosen again

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_file"


class ImageForm(forms.ModelForm):
    """The file was taken in before (`ImageAdmin.receive`); here the name it got is checked."""

    refused = ""

    class Meta:
        model = Image
        fields = "__all__"  # noqa: DJ007 - the admin says which
        widgets = {"master": PictureInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("master"):
            field.widget.image = self.instance
            field.error_messages["required"] = self.refused or _("Choisissez un fichier.")

    def clean_master(self) -> str:
        name = self.cleaned_data["master"]
        if self.refused:
            raise forms.ValidationError(self.refused)
        twin = Image.objects.with_master(name)
        if twin and twin.pk != self.instance.pk:
            link = format_html('<a href="{}">{}</a>', _address(twin), twin)
            words = gettext("Cette image est déjà dans la bibliothèque : {}.")
            raise forms.ValidationError(format_html(words, link))
        try:
            if not media.NAME_OF_MASTER.fullmatch(name):
                raise ValueError(name)
            self.instance.width, self.instance.height = media.size_of(name)
        except (OSError, ValueError):
            words = gettext("Le fichier de cette image n’est plus là : choisissez-le de nouveau.")
            raise forms.ValidationError(words) from None
        return name


@admin.register(Image)
class ImageAdmin(GuardedAdmin, EditorialAdmin):
    """A writer adds; who publishes also changes, replaces and deletes."""

    form = ImageForm
    change_list_template = "admin/editorial/image_list.html"
    list_display = ["title", "picture", "credit", "licence", "size", "updated_at"]
    list_filter = ["licence", "decorative"]
    list_per_page = 30
    search_fields = ["title", "alt_fr", "caption_fr", "credit"]
    readonly_fields = ["look", "used_in", "files"]
    shared = [
        (None, ("master", ("focus_x", "focus_y"), "title", "decorative")),
        (_("Qui l’a faite"), (("credit", "licence"), "source_url")),
        (_("Où elle est, ce qu’elle pèse"), ("look", "used_in", "files")),
    ]
    translated = ("alt", "caption")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        every = super().get_fieldsets(request, obj)
        return every if obj else every[:-1]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.thumbnail_view)
        name = "editorial_image_thumbnail"
        return [path("<int:pk>/vignette/", view, name=name), *super().get_urls()]

    def thumbnail_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The smallest file of an image, for the forms that choose one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        image = self.get_object(request, str(pk))
        if image is None:
            raise Http404
        return HttpResponseRedirect(image.thumbnail)

    # A file comes in

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        self.receive(request, self.has_add_permission(request))
        return super().add_view(request, form_url, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        thing = self.get_object(request, unquote(object_id))
        self.receive(request, thing is not None and self.has_change_permission(request, thing))
        return super().change_view(request, object_id, form_url, extra_context)

    def receive(self, request: HttpRequest, allowed: bool) -> None:
        """Put in place of a file sent the name of the master it became, or why it is refused."""
        file = request.FILES.get("master_file") if request.method == "POST" else None
        if file is None or not allowed:
            return
        data = request.POST.copy()
        try:
            data["master"] = media.keep(file)
        except images.Refused as error:
            request.refused = str(error)  # type: ignore[attr-defined]
        request.POST = data  # type: ignore[assignment]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"refused": getattr(request, "refused", "")})

    def save_model(self, request: HttpRequest, obj: Image, form: Any, change: bool) -> None:
        media.make(obj.master, obj.cuts.values())
        super().save_model(request, obj, form, change)

    # What is told of it

    @admin.display(description=_("image"))
    def picture(self, image: Image) -> SafeString:
        return format_html(
            '<img class="thumbnail" src="{}" alt="" loading="lazy">', image.thumbnail
        )

    @admin.display(description=_("taille"), ordering="width")
    def size(self, image: Image) -> str:
        return f"{image.width} × {image.height}"

    @admin.display(description=_("aperçu"))
    def look(self, image: Image) -> SafeString:
        return format_html(
            '<span class="looks"><img src="{}" alt="{}"><img src="{}" alt="{}"></span>',
            image.thumbnail,
            gettext("L’image entière"),
            media.url(image.cuts["wide"].name(image.cuts["wide"].widths[0], "webp")),
            gettext("Recadrée pour le portrait d’un pôle"),
        )

    @admin.display(description=_("utilisée dans"))
    def used_in(self, image: Image) -> SafeString | str:
        lines = format_html_join(
            "", '<li><a href="{}">{}</a></li>', ((one.address, one.what) for one in links_to(image))
        )
        return format_html("<ul>{}</ul>", lines) if lines else gettext("Nulle part encore.")

    @admin.display(description=_("fichiers"))
    def files(self, image: Image) -> SafeString:
        """The weight of each width, in each format; the browser of a visitor takes one of them."""
        lines = (
            (
                f"{cut.box[2] - cut.box[0]} × {cut.box[3] - cut.box[1]}",
                {"avif": "AVIF", "webp": "WebP"}[suffix],
                ", ".join(
                    f"{width} : {media.weight(cut.name(width, suffix)) // 1000} ko"
                    for width in cut.widths
                ),
            )
            for cut in image.cuts.values()
            for suffix in images.TYPES
        )
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}, {} ({})</li>", lines))


def _address(image: Image) -> str:
    return reverse("admin:editorial_image_change", args=[image.pk])
