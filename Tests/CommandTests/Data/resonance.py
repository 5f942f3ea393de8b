"""The averages of the resonance matrix, computed without actpd: the posts' CSV as the argument, one line a group out."""
import csv, sys
from collections import defaultdict

groups = defaultdict(list)
for post in csv.DictReader(open(sys.argv[1], newline="")):
    if post["niche"] and post["niche"] != "other":
        groups[post["platform"], post["niche"], post["content_type"]].append(post)

def mean(posts, column):
    known = [float(post[column]) for post in posts if post[column] != ""]
    return f"{sum(known) / len(known):.6f}" if known else ""

for key, posts in sorted(groups.items()):
    posts.sort(key=lambda post: (-int(post["views"] or 0), post["external_id"]))
    top = " / ".join(post["external_id"] for post in posts[:3])
    print("|".join([*key, mean(posts, "views"), mean(posts, "engagement_score"), str(len(posts)), top]))
