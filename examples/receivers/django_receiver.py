"""Receives Haptik's webhooks, on Django. In a project, the model and the views go where yours are."""

import hashlib
import hmac
import json
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

SECRET = os.environ["HAPTIK_SECRET"].encode()
DATABASE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": os.environ.get("HAPTIK_DB", "inbox.db"),
    "OPTIONS": {"init_command": "PRAGMA journal_mode = WAL"},
}

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["localhost", "127.0.0.1"], DATABASES={"default": DATABASE})
application = get_wsgi_application()


class Message(models.Model):
    digest = models.CharField(max_length=64, primary_key=True)
    body = models.BinaryField()

    class Meta:
        app_label = "receiver"
        db_table = "inbox"


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    body = request.body  # the bytes that are signed; JSON that was read and written again may be others
    expected = "sha1=" + hmac.new(SECRET, body, "sha1").hexdigest()
    if not hmac.compare_digest(request.headers.get("X-Hub-Signature", "").encode(), expected.encode()):
        return HttpResponse(status=401)
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        return HttpResponse(status=400)
    # Every event is kept and answered; a worker does the rest. One that comes again has a key that is taken.
    Message.objects.get_or_create(digest=hashlib.sha256(body).hexdigest(), defaults={"body": body})
    return HttpResponse()


def count(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"count": Message.objects.count()})


urlpatterns = [path("", receive), path("count", count)]

if "inbox" not in connection.introspection.table_names():  # in a project, a migration does this
    with connection.schema_editor() as editor:
        editor.create_model(Message)
