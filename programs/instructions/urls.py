from django.urls import path

from programs.instructions import views
from programs.instructions.calendar_views import CalendarPage
from programs.instructions.discipline_views import DisciplinePage
from programs.instructions.feed_views import FeedFile, FeedPage

urlpatterns = [
    path("", views.BoardPage.as_view(), name="home"),
    path("deadlines/", views.DeadlineListPage.as_view(), name="deadlines"),
    path("calendar/", CalendarPage.as_view(), name="calendar"),
    path("calendar/feed/", FeedPage.as_view(), name="calendar_feed_make"),
    path("calendar/feed/<str:key>/deadlines.ics", FeedFile.as_view(), name="calendar_feed"),
    path("discipline/", DisciplinePage.as_view(), name="discipline"),
    path("instructions/", views.InstructionListPage.as_view(), name="instructions"),
    path("instructions/<int:pk>/", views.CardPage.as_view(), name="instruction"),
    path("instructions/<int:pk>/act/<slug:verb>/", views.InstructionActPage.as_view(), name="instruction_act"),
    path("deadlines/<int:pk>/", views.DeadlinePage.as_view(), name="deadline"),
    path("deadlines/<int:pk>/act/<slug:verb>/", views.DeadlineActPage.as_view(), name="deadline_act"),
    path("meetings/", views.MeetingListPage.as_view(), name="meetings"),
    path("meetings/<int:pk>/", views.MeetingPage.as_view(), name="meeting"),
    path("attachments/<int:pk>/", views.AttachmentFile.as_view(), name="attachment"),
]
