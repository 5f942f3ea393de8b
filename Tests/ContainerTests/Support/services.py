"""Telegram and the research service, for a daemon in a container.

    services.py PORT FOLDER

FOLDER/token is the bot's token that is good now; while FOLDER/down is there, the research service fails. What arrives in
the owner's chat is a line of FOLDER/chat.
"""

import http.server
import json
import os
import sys

PORT, FOLDER = int(sys.argv[1]), sys.argv[2]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        words = self.path.split("/")
        if words[1].startswith("bot"):
            with open(FOLDER + "/token") as token:
                is_good = words[1] == "bot" + token.read().strip()
            if not is_good:
                return self.answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
            with open(FOLDER + "/chat", "a") as chat:
                chat.write(json.dumps(body["text"]) + "\n")
            return self.answer(200, {"ok": True, "result": {"message_id": 1, "date": 0, "text": body["text"]}})
        if os.path.exists(FOLDER + "/down"):
            return self.answer(500, {"error": "the browser is gone"})
        creators = [{"handle": "somebody", "followers": 1200, "bio": "builds things"}]
        self.answer(200, {"success": True, "platform": words[3], "niche": body["niche"], "topCreators": creators, "tweets": []})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
