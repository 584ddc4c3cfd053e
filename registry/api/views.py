from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry.api.filtering import refuse_unknown
from registry.filters import OptionField, StrictForm


class SchemaParameters(StrictForm):
    lang = OptionField(choices=settings.LANGUAGES, required=False)


class SchemaView(SpectacularJSONAPIView):
    """The OpenAPI schema, for everybody who may use the API at all."""

    permission_classes = (IsAuthenticated,)
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        refuse_unknown(request, SchemaParameters)
        return super().get(request, *args, **kwargs)


class DocsParameters(SchemaParameters):
    reserved = frozenset({"script"})  # asks for the script of the page


class DocsView(LoginRequiredMixin, SpectacularSwaggerSplitView):
    """The same for people; its script comes as an answer of its own, since inline ones are forbidden."""

    permission_classes = (IsAuthenticated,)
    template_name = "registry/api_docs.html"
    url_name = "api:schema"

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        refuse_unknown(request, DocsParameters)
        return super().get(request, *args, **kwargs)


class NowhereView(APIView):
    """An address nothing answers to: the problem is told as everywhere in the API."""

    permission_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound
