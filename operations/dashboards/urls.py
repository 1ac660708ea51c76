from django.urls import path

from operations.dashboards import views

urlpatterns = [
    path("", views.home, name="home"),
    path("dashboards/", views.board_page, {"name": "overview"}, name="overview"),
    path("dashboards/time-zone/", views.time_zone, name="time-zone"),
    path("dashboards/tiles/", views.tiles, name="tiles"),
    path("dashboards/<slug:name>/", views.board_page, name="board"),
    path("dashboards/<slug:name>/tables.zip", views.zip_file, name="board-zip"),
    path("dashboards/<slug:name>/<slug:table>.csv", views.csv_file, name="board-table"),
]
