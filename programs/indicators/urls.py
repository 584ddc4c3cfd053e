from django.urls import path

from programs.indicators import views

urlpatterns = [path("indicators/", views.ValueListPage.as_view(), name="indicators")]
