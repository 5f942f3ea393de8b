"""The stored matrix in the form of resonance.py: the CSV of actp_niche_resonance as the argument."""
import csv, json, sys

def number(text):
    return f"{float(text):.6f}" if text != "" else ""

rows = sorted(csv.DictReader(open(sys.argv[1], newline="")), key=lambda row: (row["platform"], row["niche"], row["content_type"]))
for row in rows:
    print("|".join([
        row["platform"], row["niche"], row["content_type"], number(row["avg_views"]), number(row["avg_engagement"]),
        row["sample_count"], " / ".join(json.loads(row["top_post_ids"]))]))
