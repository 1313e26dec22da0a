"""Prints the document of a Django REST framework application, by drf-spectacular.

django_library.py [3.1.0]    the version, instead of 3.0.3
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework",
        "drf_spectacular",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    REST_FRAMEWORK={
        "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
        "PAGE_SIZE": 20,
    },
    SPECTACULAR_SETTINGS={
        "TITLE": "Library",
        "VERSION": "1.0.0",
        "OAS_VERSION": sys.argv[1] if len(sys.argv) > 1 else "3.0.3",
        "SERVE_INCLUDE_SCHEMA": True,
    },
)
django.setup()

from django.db import models  # noqa: E402
from django.urls import include, path  # noqa: E402
from drf_spectacular.generators import SchemaGenerator  # noqa: E402
from drf_spectacular.renderers import OpenApiJsonRenderer  # noqa: E402
from drf_spectacular.utils import (  # noqa: E402
    OpenApiExample,
    OpenApiParameter,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_view,
)
from drf_spectacular.views import SpectacularAPIView  # noqa: E402
from rest_framework import routers, serializers, viewsets  # noqa: E402
from rest_framework.decorators import action, api_view  # noqa: E402
from rest_framework.filters import OrderingFilter, SearchFilter  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402


class Author(models.Model):
    name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    born = models.DateField(null=True)

    class Meta:
        app_label = "library"


class Book(models.Model):
    class Kind(models.TextChoices):
        NOVEL = "novel", "A novel"
        POEM = "poem", "A poem"

    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
    title = models.CharField(max_length=200)
    slug = models.SlugField()
    kind = models.CharField(max_length=10, choices=Kind.choices, blank=True, null=True)
    pages = models.PositiveIntegerField(null=True)
    price = models.DecimalField(max_digits=6, decimal_places=2)
    isbn = models.UUIDField()
    url = models.URLField(blank=True)
    added = models.DateTimeField(auto_now_add=True)
    read_in = models.DurationField(null=True)
    opens = models.TimeField(null=True)
    address = models.GenericIPAddressField(null=True)
    extra = models.JSONField(default=dict)
    cover = models.FileField(upload_to="covers", null=True)

    class Meta:
        app_label = "library"


class AuthorSerializer(serializers.ModelSerializer):
    books = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Author
        fields = "__all__"


class BookSerializer(serializers.ModelSerializer):
    author = AuthorSerializer(read_only=True)
    author_id = serializers.IntegerField(write_only=True, min_value=1)
    secret = serializers.CharField(write_only=True, required=False)
    scores = serializers.DictField(child=serializers.FloatField(), required=False)
    words = serializers.ListField(child=serializers.RegexField(r"^\w+$"), max_length=9)
    length = serializers.SerializerMethodField()

    class Meta:
        model = Book
        fields = "__all__"

    def get_length(self, book: Book) -> int | None:
        return book.pages


class CatSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(["cat"])
    lives = serializers.IntegerField(min_value=0, max_value=9)


class DogSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(["dog"])
    name = serializers.CharField(allow_blank=False, allow_null=True)


@extend_schema_view(
    list=extend_schema(
        parameters=[
            OpenApiParameter("kind", str, enum=["novel", "poem"], many=True),
            OpenApiParameter("since", {"type": "string", "format": "date"}),
            OpenApiParameter("X-Trace", str, OpenApiParameter.HEADER),
            OpenApiParameter("theme", str, OpenApiParameter.COOKIE),
        ]
    ),
    create=extend_schema(
        examples=[OpenApiExample("a poem", {"title": "Faust", "price": "9.50"}, request_only=True)]
    ),
)
class Books(viewsets.ModelViewSet):
    queryset = Book.objects.all()
    serializer_class = BookSerializer
    filter_backends = (SearchFilter, OrderingFilter)

    @action(detail=True, methods=["post"])
    def lend(self, request: Request, pk: int) -> Response: ...

    @extend_schema(responses={(200, "application/pdf"): bytes})
    @action(detail=True, methods=["get"], url_path="as-pdf")
    def as_pdf(self, request: Request, pk: int) -> Response: ...


class Authors(viewsets.ReadOnlyModelViewSet):
    queryset = Author.objects.all()
    serializer_class = AuthorSerializer
    lookup_value_regex = "[0-9]+"


@extend_schema(
    request=PolymorphicProxySerializer("Pet", [CatSerializer, DogSerializer], "kind"),
    responses={201: PolymorphicProxySerializer("Pet", [CatSerializer, DogSerializer], "kind")},
)
@api_view(["POST"])
def pets(request: Request) -> Response: ...


@extend_schema(responses=None)
@api_view(["DELETE"])
def clear(request: Request) -> Response: ...


router = routers.DefaultRouter()
router.register("books", Books)
router.register("authors", Authors)
urlpatterns: list[Any] = [
    path("api/", include(router.urls)),
    path("pets/", pets),
    path("clear/", clear),
    path("schema/", SpectacularAPIView.as_view()),
]
document = SchemaGenerator().get_schema(request=None, public=True)
print(json.dumps(json.loads(OpenApiJsonRenderer().render(document)), indent=1))
