"""The trends of two exported tables, computed without actpd: files of videos and tweets, keyword lists as JSON."""
import csv, html, json, math, re, sys, unicodedata

videos, tweets, settings = sys.argv[1:]
lists = [(entry["name"], [word.lower().replace(" ", "  ") for word in entry["keywords"]]) for entry in json.load(open(settings))["trends"]["niches"]]

def niche(text):
    folded = unicodedata.normalize("NFKD", html.unescape(text)).lower()
    folded = "".join(letter for letter in folded if not unicodedata.combining(letter))
    words = "  " + "  ".join(re.findall(r"[^\W_]+", folded)) + "  "
    best = max(lists, key=lambda entry: sum(words.count(f" {k} ") for k in entry[1]))
    return best[0] if any(f" {keyword} " in words for keyword in best[1]) else None

def count(text):
    return int(text) if text else 0

posts = []
for video in csv.DictReader(open(videos, newline="")):
    score = 3 * count(video["likes"]) + 4 * count(video["comments_count"]) + count(video["views"]) / 10
    posts.append(("youtube", niche(video["title"]), score))
for tweet in csv.DictReader(open(tweets, newline="")):
    score = 3 * count(tweet["likes"]) + 5 * count(tweet["retweets"]) + 4 * count(tweet["replies"]) + count(tweet["views"]) / 10
    posts.append(("twitter", tweet["niche"] or niche(tweet["tweet_text"]), score))
for name, _ in lists:
    mine = [post for post in posts if post[1] == name]
    platforms = sorted({post[0] for post in mine})
    total = sum(post[2] for post in mine)
    if len(platforms) >= 2 and total >= 50:
        strength = total / len(mine) * len(platforms) * math.log(len(mine))
        print(f"{name}|{','.join(platforms)}|{len(mine)}|{total:.3f}|{strength:.3f}")
