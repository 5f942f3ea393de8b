public import JSON
public import Time

/// `actp_agent_tasks`: one row per dispatch execution (DI-07, K71).
public struct AgentTasks: Table {
    public static let columns = AgentTasks()
    public static let definition = columns.define("actp_agent_tasks", key: ["id"])

    /// The run's id in the ledger.
    public let id = Column<RowID>("id", default: .newID)
    public let domain = Column<String>("domain")
    public let task = Column<String>("task")
    public let params = Column<JSON?>("params", default: .constant(.json([:])))
    /// `running`, then `ok` or `error`; other programs claim `pending` rows, so it is never written.
    public let status = Column<String>("status", default: .constant(.text("pending")))
    /// `stdout`, `returncode` and the domain's own keys; on failure `error`.
    public let result = Column<JSON?>("result", default: .constant(.json([:])))
    /// Milliseconds.
    public let durationMs = Column<Int?>("duration_ms")
    public let createdAt = Column<Instant>("created_at", default: .now)
    public let completedAt = Column<Instant?>("completed_at")
}

/// `actp_agent_registry`: the nine domain agents (seed E2E-006); used only where the table exists (D11).
public struct AgentRegistry: Table {
    public static let columns = AgentRegistry()
    public static let definition = columns.define("actp_agent_registry", key: ["agent_id"])

    public let id = Column<RowID>("id", .stated, default: .newID)
    public let agentID = Column<String>("agent_id", .stated)
    public let name = Column<String?>("name", .stated)
    public let entryPoint = Column<String?>("entry_point", .stated)
    public let capabilities = Column<JSON?>("capabilities", .stated)
    public let healthURL = Column<String?>("health_url", .stated)
    public let status = Column<String?>("status", .stated)
    public let registeredAt = Column<Instant?>("registered_at", .stated, default: .now)
}

/// `actp_gen_jobs`: render jobs; other job kinds share the table, so rows are always found by `model` (PRD-038, D8).
public struct GenJobs: Table {
    public static let columns = GenJobs()
    public static let definition = columns.define("actp_gen_jobs", key: ["id"])

    public let id = Column<RowID>("id", default: .newID)
    public let model = Column<String?>("model", default: .constant(.text("remotion")))
    public let executor = Column<String?>("executor")
    public let brief = Column<JSON?>("brief")
    /// queued, rendering, complete, failed, distributing, distributed. Never `pending`: an older worker claims such rows.
    public let status = Column<String?>("status", default: .constant(.text("queued")))
    public let outputURL = Column<String?>("output_url")
    public let platform = Column<String?>("platform")
    public let error = Column<String?>("error")
    public let createdAt = Column<Instant?>("created_at", default: .now)
    public let updatedAt = Column<Instant?>("updated_at", default: .now)
    public let providerJobID = Column<String?>("provider_job_id", .stated)
    public let attempts = Column<Int?>("attempts", .stated, default: .constant(.integer(0)))
    public let prompt = Column<String?>("prompt", .stated)
}

/// `actp_workflow_tasks`: the pull queue of local work; a distribution is one row (RE-07, K63).
public struct WorkflowTasks: Table {
    public static let columns = WorkflowTasks()
    public static let definition = columns.define("actp_workflow_tasks", key: ["id"])

    public let id = Column<RowID>("id", .stated, default: .newID)
    public let executionID = Column<RowID?>("execution_id", .stated)
    public let stepID = Column<RowID?>("step_id", .stated)
    public let taskType = Column<String>("task_type", .stated)
    /// pending, claimed, running, succeeded, failed, timed_out
    public let status = Column<String>("status", .stated, default: .constant(.text("pending")))
    public let inputData = Column<JSON>("input_data", .stated)
    public let outputData = Column<JSON?>("output_data", .stated)
    public let claimedBy = Column<String?>("claimed_by", .stated)
    public let claimedAt = Column<Instant?>("claimed_at", .stated)
    public let completedAt = Column<Instant?>("completed_at", .stated)
    public let timeoutMinutes = Column<Int?>("timeout_minutes", .stated, default: .constant(.integer(30)))
    public let error = Column<String?>("error", .stated)
    public let createdAt = Column<Instant?>("created_at", .stated, default: .now)
}
