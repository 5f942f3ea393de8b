"""What `actpd schema check` and `actpd import` ask of PostgREST, over a real PostgreSQL: its description of the tables, and
upserts.

    postgrest.py PORT COMMAND...    COMMAND reads SQL and prints what it answers, as `psql -At` does

How the store speaks to a whole PostgREST is tested elsewhere (SupabaseTests).
"""

import http.server
import json
import subprocess
import sys
import urllib.parse

PORT, PSQL = int(sys.argv[1]), sys.argv[2:]

DESCRIPTION = """
SELECT json_build_object('definitions', json_object_agg(name, json_build_object('properties', columns, 'required', '[]'::json)))
FROM (SELECT c.relname AS name, json_object_agg(a.attname, json_build_object(
        'format', format_type(a.atttypid, NULL), 'type', 'string', 'default', '')) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY c.relname) AS tables
"""


def ask(sql):
    done = subprocess.run(PSQL, input=sql, capture_output=True, text=True)
    return done.returncode == 0, done.stdout.strip() or done.stderr


def name(text):
    return '"' + text.replace('"', '""') + '"'


def literal(text):
    return "'" + text.replace("'", "''") + "'"


def upsert(table, query, prefer, rows):
    """A statement for each row, since rows leave out the columns that take their default."""
    target = ", ".join(map(name, query["on_conflict"][0].split(",")))
    statements = []
    for row in rows:
        columns = ", ".join(map(name, row))
        action = "NOTHING"
        if "resolution=merge-duplicates" in prefer:
            action = "UPDATE SET " + ", ".join(f"{name(column)} = EXCLUDED.{name(column)}" for column in row)
        statements.append(
            f"INSERT INTO {name(table)} ({columns}) SELECT {columns} FROM json_populate_record(NULL::{name(table)}, "
            f"{literal(json.dumps(row))}) ON CONFLICT ({target}) DO {action} RETURNING to_json({name(table)})")
    return "BEGIN;\n" + ";\n".join(statements) + ";\nCOMMIT;"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path.rstrip("/") == "/rest/v1":
            is_good, answer = ask(DESCRIPTION)
            return self.answer(200 if is_good else 500, answer)
        self.answer(404, "{}")

    def do_POST(self):
        address = urllib.parse.urlsplit(self.path)
        rows = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prefer = self.headers["Prefer"]
        is_good, answer = ask(upsert(address.path.split("/")[-1], urllib.parse.parse_qs(address.query), prefer, rows))
        if not is_good:
            return self.answer(400, json.dumps({"code": "XX000", "message": answer}))
        found = [line for line in answer.splitlines() if line.startswith("{")]
        self.answer(201, f"[{','.join(found)}]" if "return=representation" in prefer else "")

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
print("listening", flush=True)
server.serve_forever()
