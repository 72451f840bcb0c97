"""The addresses of the console. Only the sign-in pages and the one-time link open without a session."""

from allauth.account import views as account
from allauth.mfa.totp import views as totp
from csp.decorators import csp_replace, csp_update
from django.contrib.auth.views import PasswordResetConfirmView
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy

from quarantine import references  # noqa: F401 - says what a <ref:…> is
from quarantine.console import (
    absent,
    allowed,
    bulk,
    decide,
    directory,
    errors,
    health,
    held,
    incidents,
    legal,
    log,
    mend,
    own,
    precision,
    queue,
    reports,
    reveal,
    review,
    school_account,
    settings,
    trying,
    views,
    watched,
)
from quarantine.console.school_account import to_provider

WELCOME = PasswordResetConfirmView.as_view(
    template_name="console/welcome.html", success_url=reverse_lazy("account_login")
)
QR_CODE = csp_update(
    {"img-src": ["data:"]}
)  # allauth shows the QR code of a new authenticator as a data address
PLOT = csp_replace(
    {"style-src": ["'unsafe-inline'"], "script-src": None}
)  # its style stands inside the picture

sign_in: list[URLPattern | URLResolver] = [
    path("login/", to_provider(account.login), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("school/", school_account.begin, name="school-account"),
    path("school/again/", school_account.again, name="school-account-again"),
    path("school/shown/", school_account.shown, name="school-account-shown"),
    path("oidc/<str:provider_id>/login/callback/", school_account.callback, name="openid_connect_callback"),
    path("password/", own.password, name="account_change_password"),
    path("welcome/<uidb64>/<token>/", WELCOME, name="welcome"),
    path("second/totp/activate/", QR_CODE(totp.activate_totp)),
    path("second/", include("allauth.mfa.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", own.home, name="home"),
    path("queue/", queue.queue, name="queue"),
    path("queue/count", queue.count, name="count"),
    path("queue/decide", bulk.bulk, name="bulk"),
    path("queue/views", views.save, name="view-save"),
    path("queue/views/<int:key>/remove", views.remove, name="view-remove"),
    path("decided/", queue.history, name="history"),
    path("try/", trying.try_, name="try"),
    path("try/<ref:trial>/", trying.tried, name="tried"),
    path("held/<ref:key>/", held.held, name="held"),
    path("held/<ref:key>/reveal", reveal.reveal, name="reveal"),
    path("held/<ref:key>/emergency", decide.emergency, name="emergency"),
    path("held/<ref:key>/release", decide.release, name="release"),
    path("held/<ref:key>/mend", mend.mend, name="mend"),
    path("held/<ref:key>/mend/send", mend.mend_send, name="mend-send"),
    path("held/<ref:key>/return", decide.return_, name="return"),
    path("held/<ref:key>/delete", decide.delete, name="delete"),
    path("held/<ref:key>/keep-longer", decide.keep_longer, name="keep-longer"),
    path("held/<ref:key>/pass-on", decide.pass_on, name="pass-on"),
    path("held/<ref:key>/ask-sender", review.ask_sender, name="ask-sender"),
    path("held/<ref:key>/silence", review.silence, name="silence"),
    path("held/<ref:key>/unsilence", review.unsilence, name="unsilence"),
    path("held/<ref:key>/legal-hold", legal.put, name="legal-hold"),
    path("exceptions/", allowed.exceptions, name="exceptions"),
    path("exceptions/add", allowed.add, name="exception-add"),
    path("exceptions/<ref:key>/approve", allowed.approve, name="exception-approve"),
    path("exceptions/<ref:key>/end", allowed.end, name="exception-end"),
    path("bypass/on", allowed.bypass_on, name="bypass-on"),
    path("bypass/off", allowed.bypass_off, name="bypass-off"),
    path("let-through/", watched.watched, name="watched"),
    path("legal-holds/", legal.holds, name="legal-holds"),
    path("legal-holds/<ref:key>/end", legal.end, name="legal-hold-end"),
    path("incidents/", incidents.all_of_them, name="incidents"),
    path("incidents/new", incidents.tell_form, name="incident-new"),
    path("incidents/tell", incidents.tell, name="incident-tell"),
    path("incidents/<ref:key>/", incidents.incident, name="incident"),
    path("incidents/<ref:key>/close", incidents.close, name="incident-close"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<slug:key>.svg", PLOT(reports.plot), name="plot"),
    path("precision/", precision.precision, name="precision"),
    path("audit/", log.audit, name="audit"),
    path("health/", health.health, name="health"),
    path("away/", absent.absent, name="absent"),
    path("away/go", absent.go, name="away"),
    path("away/<int:key>/back", absent.back, name="back"),
    path("people/", health.people, name="people"),
    path("settings/", settings.settings, name="settings"),
    path("settings/weak-names", settings.weak_names, name="weak-names"),
    path("settings/lists/", directory.lists, name="lists"),
    path("settings/lists/state", directory.state, name="lists-state"),
    path("settings/lists/send", directory.send, name="lists-send"),
    path("settings/lists/<int:key>/confirm", directory.confirm, name="lists-confirm"),
    path("settings/lists/<int:key>/drop", directory.drop, name="lists-drop"),
    path("settings/policies/", settings.policy_set, name="policy-set"),
    path("settings/policies/draft", settings.try_draft, name="draft"),
    path("account/", own.account, name="account"),
    path("account/", include(sign_in)),
]

handler404 = errors.not_found
handler403 = errors.forbidden
handler400 = errors.bad_request
handler500 = errors.broken
