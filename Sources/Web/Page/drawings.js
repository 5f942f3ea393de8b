// The nine drawings.

import { svg } from "./elements.js";
import { byPlatform, heat, label, rect } from "./shapes.js";
import { change, clip, compact, moment, percent, plural, whole, words } from "./text.js";

const hourName = (hour) => `${String(hour).padStart(2, "0")}:00`;
const messagesIn = (state, platforms) =>
  platforms.reduce((sum, { by_state: counts }) => sum + (counts[state] ?? 0), 0);

/**
 * What each domain's picture says in a sentence, shows as a drawing and holds as a table. `draw` gets the width in
 * pixels and returns the nodes and their height; `said` and `table` are the text alternatives.
 */
export const drawings = {
  prospect: {
    title: "The funnel", wide: false,
    said({ stages, moves, movement_days: days }) {
      const counted = (isNew) => moves.filter(({ from }) => (from === "new") === isNew)
        .reduce((sum, { count }) => sum + count, 0);
      return `${stages.map(({ stage, count }) => `${whole.format(count)} in ${stage}`).join(", ")}; `
        + `${whole.format(counted(true))} new and ${plural(counted(false), "move")} in ${days} days.`;
    },
    draw({ stages, score_tens: tens }, width) {
      const most = Math.max(1, ...stages.map((stage) => stage.count));
      const nodes = stages.flatMap(({ stage, count, entered, left }, index) => {
        const size = Math.max(4, (count / most) * width);
        const y = index * 58;
        return [
          label(0, y + 12, stage),
          label(width, y + 12, `▲ ${entered} in   ▼ ${left} out`, { anchor: "end", kind: "m" }),
          heat((width - size) / 2, y + 18, size, 28, (index + 1) / stages.length),
          label(width / 2, y + 37, whole.format(count), { anchor: "middle", kind: "over" }),
        ];
      });
      const top = stages.length * 58 + 24;
      const high = Math.max(1, ...tens);
      const step = width / 10;
      nodes.push(label(0, top - 6, "contacts by score", { kind: "m" }));
      tens.forEach((count, index) => {
        const size = (count / high) * 44;
        nodes.push(rect(index * step + 1, top + 48 - size, step - 2, Math.max(size, 1), "bar", {
          "data-tip": `score ${index * 10}–${index === 9 ? 100 : index * 10 + 9}: ${plural(count, "contact")}`,
        }));
        nodes.push(label(index * step + step / 2, top + 63, String(index * 10), { anchor: "middle", kind: "m" }));
      });
      return [nodes, top + 68];
    },
    table: ({ stages }) => [["Stage", "Contacts", "Entered", "Left"],
      stages.map(({ stage, count, entered, left }) => [stage, count, entered, left])],
  },

  "ab-tester": {
    title: "A/B tests", wide: false,
    said: ({ tests }) => {
      if (tests.length === 0) return "No test yet.";
      const known = tests.filter((test) => test.interval);
      const sure = known.filter((test) => test.interval[0] > 0 || test.interval[1] < 0);
      return `${plural(tests.length, "test")}; ${sure.length} of ${known.length} with figures `
        + "tell the two posts apart.";
    },
    draw({ tests }, width) {
      const known = tests.filter((test) => test.interval).slice(0, 12);
      if (known.length === 0) return [[], 0];
      // Ratios: twice as good lies as far to the right as half as good to the left.
      const log = (difference) => Math.log(Math.max(0.05, 1 + difference / 100));
      const ends = known.flatMap((test) => test.interval.map((end) => Math.abs(log(end))));
      const limit = Math.min(2.4, Math.max(0.4, ...ends));
      const x = (difference) =>
        width / 2 + (Math.max(-limit, Math.min(limit, log(difference))) / limit) * (width / 2 - 8);
      const bottom = known.length * 40 + 6;
      const nodes = [svg("line", { x1: width / 2, x2: width / 2, y1: 0, y2: bottom, class: "zero" })];
      known.forEach((test, index) => {
        const y = index * 40;
        const [low, high] = test.interval;
        const isSure = low > 0 || high < 0;
        const said = `${test.sentence}\nA (${test.hook_a}): ${test.text_a}\nB (${test.hook_b}): ${test.text_b}`;
        nodes.push(
          label(0, y + 11, words(test.niche), { kind: "m" }),
          label(width, y + 11, change(test.estimate), { anchor: "end" }),
          svg("line", {
            x1: x(low), x2: x(high), y1: y + 24, y2: y + 24, class: "stroke", opacity: isSure ? 1 : 0.45,
          }),
          svg("circle", { cx: x(test.estimate), cy: y + 24, r: 5.5, class: isSure ? "bar" : "hollow" }),
          rect(0, y, width, 38, "hit", { "data-tip": said }));
      });
      nodes.push(label(0, bottom + 14, "A does better", { kind: "m" }),
        label(width, bottom + 14, "B does better", { anchor: "end", kind: "m" }));
      return [nodes, bottom + 20];
    },
    table: ({ tests }) => [["Begun", "Niche", "Status", "Winner", "B over A", "Interval", "What it is worth"],
      tests.map((test) => [
        moment(test.created_at), words(test.niche), test.status, test.winner ?? "",
        test.estimate === null ? "" : change(test.estimate),
        test.interval ? test.interval.map(change).join(" to ") : "", test.sentence,
      ])],
  },

  scheduler: {
    title: "Posting hours", wide: true,
    said({ platforms }) {
      if (platforms.length === 0) return "No platform has posting hours yet.";
      const hours = platforms.flatMap(({ platform, hours: list }) => list.map((hour) => ({ ...hour, platform })))
        .filter((hour) => hour.posts > 0).sort((a, b) => b.low - a.low);
      if (hours.length === 0) return "Nothing is learned yet: every hour is believed to be as good as any other.";
      const [best] = hours;
      return `${best.platform} at ${hourName(best.hour)} UTC is surest to do well: ${percent(best.mean)} of its posts `
        + `beat the average (90 % belief ${percent(best.low)} to ${percent(best.high)}).`;
    },
    draw({ platforms }, width) {
      const sorted = [...platforms].sort((a, b) => byPlatform(a.platform, b.platform));
      const left = width < 520 ? 66 : 84;
      const step = (width - left) / 24;
      const height = Math.min(34, Math.max(20, step));
      const nodes = [];
      sorted.forEach(({ platform, hours }, row) => {
        const y = 18 + row * (height + 4);
        nodes.push(label(0, y + height / 2 + 4, platform));
        nodes.push(rect(left, y, width - left, height, "soft", { opacity: 0.6 }));
        for (const hour of hours) {
          // As large as it is certain, as dark as it is good.
          const size = 0.35 + 0.65 * Math.max(0, Math.min(1, hour.certainty));
          const [w, h] = [(step - 2) * size, (height - 2) * size];
          const at = [left + hour.hour * step + (step - w) / 2, y + (height - h) / 2];
          const said = `${platform}, ${hourName(hour.hour)} UTC${hour.chosen ? ", chosen" : ""}\n`
            + `${percent(hour.mean)} beat the average (90 %: ${percent(hour.low)}–${percent(hour.high)}), `
            + plural(hour.posts, "post");
          nodes.push(heat(...at, w, h, hour.mean, { "data-tip": said }));
          const x = left + hour.hour * step;
          if (hour.chosen) nodes.push(rect(x + 0.5, y + 0.5, step - 1, height - 1, "ring", { "data-tip": said }));
        }
      });
      for (let hour = 0; hour < 24; hour += width < 520 ? 6 : 3) {
        nodes.push(label(left + (hour + 0.5) * step, 11, hourName(hour).slice(0, 2), { anchor: "middle", kind: "m" }));
      }
      const bottom = 18 + sorted.length * (height + 4);
      const legend = ["stronger: does better · larger: surer", "framed: chosen · hours are UTC"];
      const lines = width < 520 ? legend : [legend.join(" · ")];
      lines.forEach((line, index) => nodes.push(label(0, bottom + 16 + index * 16, line, { kind: "m" })));
      return [nodes, bottom + 6 + lines.length * 16];
    },
    table: ({ platforms }) => [["Platform", "Hour (UTC)", "Mean", "90 % belief", "Posts", "Chosen"],
      platforms.flatMap(({ platform, hours }) => hours.map((hour) => [
        platform, hour.hour, percent(hour.mean), `${percent(hour.low)} to ${percent(hour.high)}`, hour.posts,
        hour.chosen ? "yes" : "",
      ]))],
  },

  "content-mix": {
    title: "Content mix", wide: false,
    said({ niches, posts, days }) {
      if (posts === 0) return `Nothing with a niche was posted in ${days} days.`;
      const gaps = niches.filter((niche) => niche.target !== null && niche.target - niche.share > 0.005)
        .sort((a, b) => b.target - b.share - (a.target - a.share));
      if (gaps.length === 0) return `Every niche has its share of ${plural(posts, "post")}.`;
      const [{ niche, share, target }] = gaps;
      return `${words(niche)} is furthest below its target: ${percent(share)} of ${percent(target)}.`;
    },
    draw({ niches }, width) {
      const most = Math.max(0.1, ...niches.flatMap((niche) => [niche.share, niche.target ?? 0]));
      const x = (share) => (share / most) * (width - 4);
      const nodes = niches.flatMap(({ niche, share, target, posts }, index) => {
        const y = index * 42;
        const isShort = target !== null && target - share > 0.005;
        const aim = target === null ? "no target" : `target ${percent(target)}`;
        const said = `${words(niche)}: ${percent(share)} (${plural(posts, "post")}), ${aim}`;
        const of = target === null ? "" : ` of ${percent(target)}`;
        const figure = percent(share) + of + (isShort ? " ▼" : "");
        const line = { x1: x(target ?? 0), x2: x(target ?? 0), y1: y + 15, y2: y + 35, class: "target" };
        return [
          label(0, y + 12, words(niche)),
          label(width, y + 12, figure, { anchor: "end", kind: isShort ? "late" : "m" }),
          rect(0, y + 18, width, 14, "soft", { "data-tip": said }),
          rect(0, y + 18, x(share), 14, isShort ? "late" : "bar", { "data-tip": said }),
          ...(target === null ? [] : [svg("line", line)]),
        ];
      });
      return [nodes, niches.length * 42];
    },
    table: ({ niches }) => [["Niche", "Posts", "Share", "Target"],
      niches.map(({ niche, posts, share, target }) =>
        [words(niche), posts, percent(share), target === null ? "" : percent(target)])],
  },

  youtube: {
    title: "Resonance", wide: true,
    choices: ({ cells }) => {
      const samples = new Map();
      for (const cell of cells) samples.set(cell.platform, (samples.get(cell.platform) ?? 0) + cell.samples);
      return [...samples].sort((a, b) => b[1] - a[1]).map(([platform]) => platform);
    },
    said({ cells }, platform) {
      const best = cells.filter((cell) => cell.platform === platform && cell.avg_views !== null)
        .sort((a, b) => b.avg_views - a.avg_views)[0];
      return best ? `${words(best.niche)} as ${words(best.content_type)} is seen most on ${platform}: `
        + `${compact(best.avg_views)} views on average of ${plural(best.samples, "post")}.` : "The matrix is empty.";
    },
    draw({ cells }, width, platform) {
      const shown = cells.filter((cell) => cell.platform === platform);
      const niches = [...new Set(shown.map((cell) => cell.niche))].sort();
      const types = [...new Set(shown.map((cell) => cell.content_type))].sort();
      if (shown.length === 0) return [[], 0];
      const most = Math.max(1, ...shown.map((cell) => cell.avg_views ?? 0));
      const left = width < 520 ? 92 : 130;
      const step = (width - left) / types.length;
      // Names that do not fit stand aslant.
      const isAslant = Math.max(...types.map((type) => type.length)) * 6.5 > step;
      const top = isAslant ? 84 : 20;
      const nodes = types.map((type, index) => {
        const x = left + index * step + step / 2;
        if (!isAslant) return label(x, 12, words(type), { anchor: "middle", kind: "m" });
        const name = label(x + 4, top - 6, words(type), { anchor: "end", kind: "m" });
        name.setAttribute("transform", `rotate(42 ${x + 4} ${top - 6})`);
        return name;
      });
      niches.forEach((niche, row) => {
        const y = top + row * 38;
        nodes.push(label(0, y + 22, clip(words(niche), Math.floor(left / 6.8)), { tip: words(niche) }));
        types.forEach((type, column) => {
          const x = left + column * step;
          const cell = shown.find((found) => found.niche === niche && found.content_type === type);
          if (!cell) { nodes.push(rect(x + 1, y + 1, step - 2, 34, "soft", { opacity: 0.5 })); return; }
          const share = (cell.avg_views ?? 0) / most;
          nodes.push(heat(x + 1, y + 1, step - 2, 34, share, {
            "data-tip": `${words(niche)}, ${words(type)}, ${platform}\n${whole.format(cell.avg_views ?? 0)} views, `
              + `${plural(cell.samples, "post")}${cell.top_hook ? `\n“${cell.top_hook}”` : ""}`,
          }), label(x + step / 2, y + 22, compact(cell.avg_views ?? 0),
            { anchor: "middle", kind: step < 44 ? "over tight" : "over" }));
        });
      });
      return [nodes, top + niches.length * 38];
    },
    table: ({ cells }) => [["Platform", "Niche", "Content type", "Views", "Engagement", "Posts", "Offer"],
      cells.map((cell) => [
        cell.platform, words(cell.niche), words(cell.content_type),
        cell.avg_views === null ? "" : whole.format(cell.avg_views),
        cell.avg_engagement === null ? "" : whole.format(cell.avg_engagement), cell.samples, words(cell.offer),
      ])],
  },

  trends: {
    title: "Trends", wide: false,
    said: ({ trends }) => (trends.length === 0 ? "No niche trends on several platforms now."
      : `${words(trends[0].niche)} is strongest, on ${trends[0].platforms.join(", ")}.`),
    draw({ trends }, width) {
      const most = Math.max(1, ...trends.map((trend) => trend.strength));
      const nodes = trends.slice(0, 8).flatMap((trend, index) => {
        const y = index * 44;
        const said = `${words(trend.niche)}: strength ${whole.format(trend.strength)}, `
          + `since ${moment(trend.detected_at)}${trend.top_hook ? `\n“${trend.top_hook}”` : ""}`;
        return [
          label(0, y + 12, words(trend.niche)),
          label(width, y + 12, trend.platforms.join(" · "), { anchor: "end", kind: "m" }),
          rect(0, y + 18, width, 14, "soft", { "data-tip": said }),
          rect(0, y + 18, (trend.strength / most) * width, 14, "bar", { "data-tip": said }),
        ];
      });
      return [nodes, Math.min(8, trends.length) * 44];
    },
    table: ({ trends }) => [["Niche", "Strength", "Platforms", "Since"],
      trends.map((trend) => [
        words(trend.niche), whole.format(trend.strength), trend.platforms.join(", "), moment(trend.detected_at),
      ])],
  },

  creators: {
    title: "Creators", wide: false,
    said({ tiers, fitting, fit_above: above, unknown }) {
      const known = tiers.flatMap((tier) => Object.values(tier.by_platform)).reduce((sum, count) => sum + count, 0);
      return `${plural(known + unknown, "creator")}, ${whole.format(fitting)} of them with a fit above ${above}.`;
    },
    draw({ tiers }, width) {
      const platforms = [...new Set(tiers.flatMap((tier) => Object.keys(tier.by_platform)))].sort(byPlatform);
      if (platforms.length === 0) return [[], 0];
      const most = Math.max(1, ...tiers.flatMap((tier) => Object.values(tier.by_platform)));
      const left = 92;
      const step = (width - left) / platforms.length;
      const nodes = platforms.map((platform, index) =>
        label(left + (index + 0.5) * step, 12, clip(platform, Math.floor(step / 7)), { anchor: "middle", kind: "m" }));
      [...tiers].reverse().forEach((tier, row) => {
        const y = 22 + row * 44;
        nodes.push(label(0, y + 18, tier.tier), label(0, y + 33, `from ${compact(tier.from)}`, { kind: "m" }));
        platforms.forEach((platform, column) => {
          const count = tier.by_platform[platform] ?? 0;
          const x = left + (column + 0.5) * step;
          const size = Math.sqrt(count / most) * 20;
          if (count > 0) nodes.push(svg("circle", { cx: x, cy: y + 22, r: size, class: "dot" }));
          const figure = count === 0 ? "·" : whole.format(count);
          nodes.push(label(x, y + 26, figure, { anchor: "middle", kind: count === 0 ? "m" : "" }));
        });
      });
      return [nodes, 22 + tiers.length * 44];
    },
    table: ({ best }) => [["Best fit", "Platform", "Niche", "Fit", "Engagement"],
      best.map((creator) => [`@${creator.handle}`, creator.platform, words(creator.niche), creator.icp_fit_score,
        whole.format(creator.engagement_score)])],
  },

  outreach: {
    title: "Outreach", wide: false,
    said({ platforms, due, days, enabled }) {
      const [waiting, sent] = [messagesIn("pending", platforms), messagesIn("sent", platforms)];
      return `${plural(waiting, "message")} waiting, ${whole.format(due)} of them due; `
        + `${whole.format(sent)} sent in ${days} days.${enabled ? "" : " Outreach is switched off."}`;
    },
    draw({ platforms, states, caps }, width) {
      const total = states.map((state) => messagesIn(state, platforms));
      const most = Math.max(1, ...total);
      const kinds = { pending: "bar", sending: "bar", sent: "ok", failed: "bad", cancelled: "off", unknown: "late" };
      const left = 78;
      const nodes = states.flatMap((state, index) => {
        const y = index * 24;
        return [
          label(0, y + 13, state),
          rect(left, y + 3, (total[index] / most) * (width - left - 56), 13, kinds[state] ?? "bar"),
          label(width, y + 13, whole.format(total[index]), { anchor: "end" }),
        ];
      });
      const top = states.length * 24 + 22;
      nodes.push(label(0, top - 4, "sent in the last 24 hours, of what is allowed", { kind: "m" }));
      caps.forEach((cap, index) => {
        const y = top + 6 + index * 24;
        const share = cap.day_cap > 0 ? cap.day_used / cap.day_cap : 0;
        const said = `${cap.platform}: ${cap.hour_used} of ${cap.hour_cap} in the last hour, `
          + `${cap.day_used} of ${cap.day_cap} in 24 hours`;
        const size = width - left - 70;
        nodes.push(label(0, y + 13, cap.platform), rect(left, y + 3, size, 13, "soft", { "data-tip": said }),
          rect(left, y + 3, Math.min(1, share) * size, 13, share >= 1 ? "bad" : "bar", { "data-tip": said }),
          label(width, y + 13, `${cap.day_used} of ${cap.day_cap}`, { anchor: "end" }));
      });
      return [nodes, top + 6 + caps.length * 24];
    },
    table: ({ platforms, states }) => [["Platform", ...states],
      platforms.map(({ platform, by_state: counts }) => [platform, ...states.map((state) => counts[state] ?? 0)])],
  },

  remotion: {
    title: "Renders", wide: true,
    said({ states, oldest_open: oldest }) {
      const count = (state) => states.find((found) => found.state === state)?.count ?? 0;
      const open = states.filter(({ state }) => !["failed", "distributed"].includes(state))
        .reduce((sum, { count: jobs }) => sum + jobs, 0);
      return `${plural(open, "render")} under way${oldest ? `, the oldest since ${moment(oldest)}` : ""}; `
        + `${whole.format(count("distributed"))} distributed, ${whole.format(count("failed"))} failed.`;
    },
    draw({ states }, width) {
      const line = states.filter(({ state }) => state !== "failed");
      const failed = states.filter(({ state }) => state === "failed");
      // Beside each other where there is room, else below each other; what failed stands apart.
      const isRow = width > 640;
      const gap = 26;
      const size = isRow ? (width - gap * line.length) / (line.length + 1) : width;
      const nodes = [...line, ...failed].flatMap(({ state, count }, index) => {
        const [x, y] = isRow ? [index * (size + gap), 0] : [0, index * 62];
        const kind = { distributed: "ok", failed: "bad" }[state] ?? "bar";
        const arrow = isRow ? `M${x + size + 6} 26h14m-4-4l4 4-4 4` : `M${width / 2} ${y + 50}v9m-4-4l4 4 4-4`;
        return [
          rect(x + 0.5, y + 0.5, size - 1, 48, "box"),
          ...(count > 0 ? [rect(x + 0.5, y + 0.5, 5, 48, kind)] : []),
          label(x + 16, y + 29, state),
          label(x + size - 12, y + 31, whole.format(count), { anchor: "end", kind: "big" }),
          ...(index < line.length - 1 ? [svg("path", { d: arrow, class: "arrow" })] : []),
        ];
      });
      return [nodes, isRow ? 50 : (line.length + failed.length) * 62 - 10];
    },
    table: ({ latest }) => [["Changed", "State", "Niche", "Platform", "Hook", "Error"],
      latest.map((job) => [
        job.updated_at ? moment(job.updated_at) : "", job.status ?? "", words(job.niche ?? ""), job.platform ?? "",
        job.hook ?? "", job.error ?? "",
      ])],
  },
};
