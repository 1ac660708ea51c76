from django.contrib import admin
from django.urls import include, path

from operations.admin.accounts import own_password_change
from operations.api import openapi
from operations.api.errors import bad_request, not_found, permission_denied, server_error, without_version
from operations.api.oauth import EntraTokenView, discovery
from operations.api.statistics import StatisticsViewSet
from operations.web import health
from operations.web.metrics import MetricsViewSet

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", MetricsViewSet.as_view({"get": "list"}), name="metrics"),
    path("<str:tenant>/oauth2/v2.0/token", EntraTokenView.as_view(), name="token"),
    path("<str:tenant>/v2.0/.well-known/openid-configuration", discovery, name="discovery"),
    path("api/schema", openapi.schema, name="api-schema"),
    path("api/docs", openapi.page, name="api-docs"),
    path("api/statistics", StatisticsViewSet.as_view({"get": "retrieve"}), name="statistics"),
    path("api/statistics/<slug:board>", StatisticsViewSet.as_view({"get": "retrieve"}), name="statistics-board"),
    path("", include("operations.api.urls")),
    path("deviceManagement", without_version),
    path("deviceManagement/<path:rest>", without_version),
    path("", include("operations.dashboards.urls")),
    path("admin/password_change/", own_password_change),
    path("admin/", admin.site.urls),
]

handler400, handler403, handler404, handler500 = bad_request, permission_denied, not_found, server_error
