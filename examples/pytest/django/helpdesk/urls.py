"""Where what is."""

from django.urls import include, path

urlpatterns = [path("haptik/", include("tickets.urls"))]
