import HTTPTypes
import Time

@testable import Web

extension WebJudge {
    /// The request as a careful client would write it, and what the daemon is then asked.
    var canonical: (Asked, RecordingMachine.Call)? {
        for call in calls {
            var target: String
            switch call {
            case .runs(let question):
                var items = [("limit", "\(question.limit)")]
                items += [("domain", question.domain), ("schedule", question.schedule), ("outcome", question.outcome)]
                    .compactMap { name, value in value.map { (name, $0) } }
                items += [("since", question.since?.iso8601Precise), ("cursor", question.cursor)]
                    .compactMap { name, value in value.map { (name, $0) } }
                target = "/api/runs?" + items.map { "\($0)=\($1.percentEncoded)" }.joined(separator: "&")
            case .schedules(let question):
                target = "/api/schedules?ahead=\(question.ahead)&limit=\(question.limit)"
                if let cursor = question.cursor { target += "&cursor=\(cursor.percentEncoded)" }
            case .resume(let name): target = "/api/schedules/\(name.percentEncoded)/resume"
            case .cancel, .dispatch, .look, .pause, .reload: continue
            }
            var again = asked
            again.head.path = target
            return (again, call)
        }
        return nil
    }
}

extension String {
    /// Every byte that is no letter and no digit.
    fileprivate var percentEncoded: String {
        utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            return isPlain ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
