"""The numbers from imported videos and tweets to a video's brief, computed without actpd.

`dated IN OUT NOW`: the videos of a file as if they had come out in the last 40 days, so that there is a mix to compare.
`numbers VIDEOS TWEETS SETTINGS`: exported tables in, one line a number out."""
import csv, functools, html, json, math, re, sys, unicodedata
from collections import defaultdict
from datetime import datetime, timedelta

NICHES = ["ai_automation", "saas_growth", "content_creation", "digital_marketing", "creator_economy", "personal_brand"]
# As the six platforms start (SC-01): three a day on five days, and so on; the gap leaves instagram and linkedin one a day.
PLANNED = 3 * 5 + 3 * 6 + 1 * 5 + 3 * 6 + 2 + 5

def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))

def dated(source, target, now):
    rows = list(csv.DictReader(open(source, newline="")))
    with open(target, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        for index, row in enumerate(rows):
            moment = instant(now) - timedelta(days=index % 40, hours=1)
            writer.writerow({**row, "published_at": moment.strftime("%Y-%m-%dT%H:%M:%SZ")})

@functools.cache
def words(text):
    folded = unicodedata.normalize("NFKD", html.unescape(text)).lower()
    folded = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return "  " + "  ".join(re.findall(r"[^\W_]+", folded)) + "  "

def best(text, lists, fallback):
    """Most hits win, the order of the lists breaks ties."""
    folded = words(text)
    def hits(entry):
        return sum(folded.count(f" {words(keyword).strip()} ") for keyword in entry["keywords"])
    found = max(lists, key=hits)
    return found["name"] if hits(found) else fallback

def count(text):
    return int(text) if text else 0

def numbers(videos, tweets, settings):
    settings = json.load(open(settings))
    youtube, mix = settings["youtube"], settings["contentMix"]
    posts, groups, seen = [], defaultdict(list), []
    for video in csv.DictReader(open(videos, newline="")):
        niche = best(video["title"], youtube["niches"], "other")
        kind = best(video["title"], youtube["contentTypes"], "educational")
        score = 3 * count(video["likes"]) + 4 * count(video["comments_count"]) + count(video["views"]) / 10
        print(f"post|{video['video_id']}|{niche}|{kind}|{score:.3f}")
        posts.append((niche, kind, video, score))
        if niche != "other":
            groups[niche, kind].append((video, score))
        seen.append(("youtube", best(video["title"], settings["trends"]["niches"], None), score))
    for tweet in csv.DictReader(open(tweets, newline="")):
        score = 3 * count(tweet["likes"]) + 5 * count(tweet["retweets"]) + 4 * count(tweet["replies"]) + count(tweet.get("views")) / 10
        seen.append(("twitter", tweet["niche"] or best(tweet["tweet_text"], settings["trends"]["niches"], None), score))
    trending = set()
    for name in {entry["name"] for entry in settings["trends"]["niches"]}:
        mine = [post for post in seen if post[1] == name]
        if len({post[0] for post in mine}) >= 2 and sum(post[2] for post in mine) >= 50:
            trending.add(name)

    def mean(values):
        values = list(values)
        return sum(values) / len(values) if values else None

    matrix = {}
    for key, members in groups.items():
        views = mean(int(video["views"]) for video, _ in members if video["views"])
        matrix[key] = (views, mean(score for _, score in members), len(members))

    # The mix: the newest video is an hour old, and none lies at the edge of the 30 days.
    newest = max(instant(video["published_at"]) for _, _, video, _ in posts)
    recent = [
        niche for niche, _, video, _ in posts
        if niche != "other" and newest - instant(video["published_at"]) < timedelta(days=30)]
    gaps = [(target - recent.count(niche) / len(recent), niche) for niche, target in mix["targets"].items()]
    gaps = sorted(((size, niche) for size, niche in gaps if size > 1e-9), key=lambda gap: (-gap[0], gap[1]))
    def order(key):
        views, _, samples = matrix[key]
        return (samples < 3, -(views if views is not None else -1), key)
    made, listed = set(), set()
    for size, niche in gaps:
        needed = max(1, math.ceil(size * PLANNED - 1e-9))
        own = sorted((key for key in matrix if key[0] == niche), key=order)
        if own:
            kind, (views, _, samples) = own[0][1], matrix[own[0]]
            print(f"gap|{niche}|{size:.6f}|{needed}|youtube|{kind}|{views or 0:.3f}|{samples}")
            made.add((niche, kind))
        else:
            offer = next((offer for offer in mix["offers"] if offer["niche"] == niche), None)
            first = sorted(matrix, key=order)[0]
            kind = offer["contentTypes"][0] if offer else first[1]
            place = offer["platforms"][0] if offer else "youtube"
            print(f"gap|{niche}|{size:.6f}|{needed}|{place}|{kind}|-|0")
    # What was asked for already comes after everything else; the rest by views × engagement, a quarter more where it trends.
    ranks = []
    for (niche, kind), (views, score, samples) in matrix.items():
        if samples >= 3 and niche in NICHES:
            rank = (views or 0) * score * (1.25 if niche in trending else 1)
            ranks.append(((niche, kind) in made, -rank, niche, kind, views, score, samples, niche in trending))
    for _, rank, niche, kind, views, score, samples, trends in sorted(ranks)[:5]:
        print(f"opportunity|{niche}|{kind}|{-rank:.6e}|{views or 0:.3f}|{score:.3f}|{samples}|{'trends' if trends else '-'}")
    # 3, 10, 30 and 10 seconds of 53, as shares of 60: rounded down, the largest remainders get what is left.
    shares = [60 * weight / 53 for weight in (3, 10, 30, 10)]
    seconds = [int(share) for share in shares]
    for place in sorted(range(4), key=lambda place: (-(shares[place] % 1), place))[:60 - sum(seconds)]:
        seconds[place] += 1
    print("brief|" + "|".join(map(str, seconds)))

if __name__ == "__main__":
    {"dated": dated, "numbers": numbers}[sys.argv[1]](*sys.argv[2:])
