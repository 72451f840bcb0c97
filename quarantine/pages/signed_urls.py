"""The addresses of the sender's pages where the settings ask for signing in: the same, and the way to the provider and back."""

from django.urls import URLPattern, path

from quarantine import references  # noqa: F401 - says what a <ref:…> is
from quarantine.pages import school_account, signin, trying, urls

urlpatterns: list[URLPattern] = [
    *urls.urlpatterns,
    path("try/", trying.try_, name="try"),
    path("try/<ref:trial>/", trying.tried, name="tried"),
    path("signin", school_account.begin, name="signin"),
    path("signout", signin.leave, name="signout"),
    path("oidc/<str:provider_id>/login/callback/", school_account.callback, name="openid_connect_callback"),
]

handler404, handler403 = urls.handler404, urls.handler403
handler400, handler500 = urls.handler400, urls.handler500
