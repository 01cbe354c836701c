"""For other WSGI servers than the one of ``reporting serve``: both surfaces, or each by itself.

The settings come from ``REPORTING_DATA`` and its ``settings.toml``. ``app`` tells the surfaces apart by the
port that it is called at, ``desk_bind``'s being the desk's.
"""

from reporting.app import DESK, INTAKE, create_app
from reporting.config import load_settings, split_bind
from reporting.service import open_service
from reporting.web.server import Dispatcher

_settings = load_settings()
_service = open_service(_settings)

intake = create_app(_settings, (INTAKE,), service=_service)
desk = create_app(_settings, (DESK,), service=_service)
app = Dispatcher(intake, desk, split_bind(_settings.desk_bind)[1])
