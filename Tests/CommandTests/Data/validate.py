"""Validates a document against a schema: one line for each error, none when it fits."""
import json, sys
import jsonschema

schema, document = (json.load(open(path)) for path in sys.argv[1:])
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for error in sorted(validator.iter_errors(document), key=lambda error: list(map(str, error.absolute_path))):
    print("/".join(map(str, error.absolute_path)) + ": " + error.message[:200])
