import JSON
import Records
import Time

/// A wish for a video, as a row of `actp_gen_jobs` that has no script yet: how the content mix starts the render pipeline
/// (CMIX-003, CM-09, CM-18).
///
/// The row is `queued` like any other job of the model `remotion`, and its brief has only what the wish is about, with
/// `generated_by` = `request`. The remotion agent writes the rest of the brief before it submits the job; whoever reads
/// jobs knows such a row by ``init(_:)``.
struct RenderRequest: Hashable, Sendable {
    /// What `generated_by` says of a brief that is yet to be written.
    static let marker = "request"

    let niche: String
    let contentType: String
    let platform: String
    let offer: String
    /// The best hook pattern there is for it.
    let hook: String?
    /// Who asked, and why: shown beside the job.
    let reason: String

    /// The job's row, to be inserted unless one with this id is there.
    func draft(id: RowID, now: Instant) -> Draft<GenJobs> {
        Draft {
            $0.id = id
            $0.model = "remotion"
            $0.executor = "template_selector"
            $0.status = "queued"
            $0.platform = platform
            $0.brief = [
                "niche": .string(niche), "content_type": .string(contentType), "platform": .string(platform),
                "offer_tag": .string(offer), "hook": hook.map(JSON.string) ?? nil, "reason": .string(reason),
                "generated_by": .string(RenderRequest.marker),
            ]
            // NOT NULL in an older definition of the table.
            $0.prompt = hook ?? reason
            $0.createdAt = now
            $0.updatedAt = now
        }
    }

    /// The wish of a queued row; `nil` for a job whose brief is written.
    init?(_ row: Row<GenJobs>) {
        guard row.model == "remotion", row.status == "queued", let brief = row.brief,
            brief["generated_by"]?.string == RenderRequest.marker, let niche = brief["niche"]?.string,
            let contentType = brief["content_type"]?.string,
            let platform = brief["platform"]?.string ?? row.platform
        else { return nil }
        self.init(
            niche: niche, contentType: contentType, platform: platform,
            offer: brief["offer_tag"]?.string ?? Taxonomy.noOffer, hook: brief["hook"]?.string,
            reason: brief["reason"]?.string ?? "")
    }

    init(niche: String, contentType: String, platform: String, offer: String, hook: String?, reason: String) {
        self.niche = niche
        self.contentType = contentType
        self.platform = platform
        self.offer = offer
        self.hook = hook
        self.reason = reason
    }
}
