import Records

extension Finding {
    /// Where the tables are, and whether they can be reached.
    static func store(_ workplace: Workplace, offline: Bool) -> [Finding] {
        switch workplace.settings.store {
        case .sqlite(let path):
            return [Finding(.good, "store", "embedded, \(path)")]
                + (workplace.settings.halfSupabase.map { [Finding(.notable, "store", $0)] } ?? [])
        case .supabase:
            let place = "Supabase at \(workplace.settings[.supabaseURL] ?? "")"
            guard !offline else { return [Finding(.good, "store", place + ", not asked")] }
            let store = workplace.store
            do {
                _ = try workplace.wait { try await store.fetch(Query<AgentTasks>(limit: 1)) }
                return [Finding(.good, "store", place)]
            } catch let error as StoreError where error.isRetryable {
                return [
                    Finding(
                        .away, "store",
                        "\(place): \(error.detail); meanwhile runs end in error and their rows wait in the outbox")
                ]
            } catch {
                return [Finding(.bad, "store", "\(place): \(error)")]
            }
        }
    }
}
