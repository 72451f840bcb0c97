"""The addresses of the sender's pages. Every one starts with the link's token; GET shows, POST acts."""

from django.urls import URLPattern, path

from quarantine.pages import incident, views

urlpatterns: list[URLPattern] = [
    path("m/<str:token>/", views.page, name="page"),
    path("m/<str:token>/choose", views.choose, name="choose"),
    path("m/<str:token>/noted", views.noted, name="noted"),
    path("m/<str:token>/ask", views.ask, name="ask"),
    path("m/<str:token>/emergency", views.emergency, name="emergency"),
    path("m/<str:token>/answer", views.answer, name="answer"),
    path("m/<str:token>/cancel", views.cancel, name="cancel"),
    path("m/<str:token>/incident", incident.incident, name="incident"),
]

handler404 = views.not_found
handler403 = views.stale
handler400 = views.stale
handler500 = views.broken
