"""All addresses of the product, and /minimal."""

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def minimal(request: HttpRequest) -> HttpResponse:
    """The least that a save can be: read the form, write one row, answer."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO minimal (body) VALUES (%s)", ["&".join(request.POST.values())])
    return HttpResponse(status=302, headers={"Location": "/"})


urlpatterns = [path("minimal", minimal), path("", include("trialwright.web.urls"))]
handler404 = "trialwright.web.refusals.not_found"
