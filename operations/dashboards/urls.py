from django.urls import path

from operations.dashboards import views

urlpatterns = [
    path("", views.front_door, name="front-door"),
    path("dashboards/", views.overview, name="overview"),
]
