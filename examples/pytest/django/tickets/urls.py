"""The app's own part of the URLs."""

from django.urls import path

from tickets import views

urlpatterns = [path("webhook", views.receive)]
