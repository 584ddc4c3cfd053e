"""What the generated schema does not know by itself: the errors every operation may answer with."""

from typing import Any

from registry.api.problems import PROBLEMS

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `errors` names what is wrong, field by field; texts come in the caller's language.",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string", "enum": [f"urn:problem:{name}" for name, _, _ in PROBLEMS.values()]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
            },
        },
    },
}
OF_A_BODY = {"411", "413", "415"}  # answers to what a request brings


def document_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """drf-spectacular's hook over the finished schema."""
    components = result["components"]
    components["schemas"]["Problem"] = PROBLEM
    components["responses"] = {f"Problem{status}": _response(status) for status in PROBLEMS}
    told = {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in PROBLEMS}
    for path in result["paths"].values():
        for operation in path.values():
            unfit = set() if "requestBody" in operation else OF_A_BODY
            operation["responses"] |= {status: answer for status, answer in told.items() if status not in unfit}
    return result


def _response(status: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": str(PROBLEMS[status][1]), "content": content}
