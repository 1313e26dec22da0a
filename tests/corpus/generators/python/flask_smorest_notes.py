"""Prints the document of a Flask application, by flask-smorest (apispec and marshmallow)."""

import json
from typing import Any

import marshmallow as ma
from flask import Flask
from flask.views import MethodView
from flask_smorest import Api, Blueprint
from flask_smorest.fields import Upload
from marshmallow import fields, validate

app = Flask(__name__)
app.config.update(API_TITLE="Notes", API_VERSION="v1", OPENAPI_VERSION="3.0.3")
api = Api(app)


class Tag(ma.Schema):
    name = fields.String(required=True, validate=validate.Length(min=1, max=20))


class Note(ma.Schema):
    id = fields.UUID(dump_only=True)
    text = fields.String(required=True, metadata={"description": "What it says."})
    tags = fields.List(fields.Nested(Tag))
    rating = fields.Integer(allow_none=True, validate=validate.Range(min=1, max=5))
    kind = fields.String(validate=validate.OneOf(["todo", "idea"]), allow_none=True)
    weight = fields.Float(validate=validate.Range(min=0, min_inclusive=False))
    price = fields.Decimal(as_string=True)
    at = fields.DateTime()
    day = fields.Date()
    time = fields.Time()
    lasts = fields.TimeDelta()
    url = fields.Url()
    mail = fields.Email()
    address = fields.IP()
    extra = fields.Dict(keys=fields.String(), values=fields.Integer())
    raw = fields.Raw()
    parent = fields.Nested(lambda: Note(exclude=("parent",)), allow_none=True)
    secret = fields.String(load_only=True)
    code = fields.String(validate=validate.Regexp(r"^[A-Z]{3}\d+$"))


class Query(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    text = fields.String()
    tag = fields.List(fields.String())
    exact = fields.Boolean(load_default=False)


class File(ma.Schema):
    file = Upload(required=True)


notes = Blueprint("notes", "notes", url_prefix="/notes", description="Notes")


@notes.route("/")
class Notes(MethodView):
    @notes.arguments(Query, location="query")
    @notes.response(200, Note(many=True))
    @notes.paginate()
    def get(self, args: Any, pagination_parameters: Any) -> Any: ...

    @notes.arguments(Note)
    @notes.response(201, Note)
    @notes.alt_response(409, description="It exists.")
    def post(self, note: Any) -> Any: ...


@notes.route("/<uuid:note_id>")
class OneNote(MethodView):
    @notes.etag
    @notes.response(200, Note)
    def get(self, note_id: Any) -> Any: ...

    @notes.arguments(Note(partial=True))
    @notes.response(200, Note)
    def patch(self, note: Any, note_id: Any) -> Any: ...

    @notes.response(204)
    def delete(self, note_id: Any) -> Any: ...


@notes.route("/files/<int(min=1):number>", methods=["POST"])
@notes.arguments(File, location="files")
@notes.response(201)
def upload(files: Any, number: int) -> Any: ...


@notes.route("/form", methods=["POST"])
@notes.arguments(Tag, location="form")
@notes.response(200, Tag)
def form(tag: Any) -> Any: ...


api.register_blueprint(notes)
with app.app_context():
    print(json.dumps(api.spec.to_dict(), indent=1))
