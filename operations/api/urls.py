"""Addresses under /beta/ and /v1.0/, from the table of routes; what no route matches is refused in Graph's words."""

from django.urls import re_path

from operations.api.fallbacks import EVERY_METHOD, GRAPHS_METHODS, NotImplementedViewSet, UnknownSegmentViewSet
from operations.api.routes import ROUTER
from operations.api.viewsets import DEVICE_MANAGEMENT
from operations.odata.routing import expression

VERSION = r"^(?P<version>beta|v1\.0)"
COMING = expression(f"{DEVICE_MANAGEMENT}/groupPolicyConfigurations")

urlpatterns = [
    *ROUTER.urls(rf"{VERSION}/"),
    re_path(rf"{VERSION}/{COMING}(?:[/(].*)?$", NotImplementedViewSet.as_view(GRAPHS_METHODS)),
    re_path(
        rf"{VERSION}(?:/(?P<rest>.*))?$", UnknownSegmentViewSet.as_view(EVERY_METHOD, known=ROUTER.segments(depth=1))
    ),
]
