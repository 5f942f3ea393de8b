internal import CCurl
import Glibc
internal import Time

/// One attempt on one easy handle: what libcurl sends, and what it hands back.
///
/// Lives on the engine's thread, and so do libcurl's callbacks.
final class CurlTransfer {
    /// libcurl's handle, which it has as `void *`.
    let handle: UnsafeMutableRawPointer
    private let handles: CurlHandles
    private let request: HTTPRequest
    private var fields: UnsafeMutablePointer<curl_slist>?
    /// Where libcurl writes what went wrong.
    private let reason = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var sent = 0
    private var received = 0
    private var headers = HTTPHeaders()
    private var body: [UInt8] = []
    /// Why we ended the transfer ourselves.
    private var objection: (code: HTTPError.Code, detail: String)?

    /// `nil` when libcurl has no memory for it.
    init?(_ request: HTTPRequest, limit: Duration, options: HTTPClient.Options, handles: CurlHandles) {
        guard let handle = handles.take() else { return nil }
        self.handle = handle
        self.handles = handles
        self.request = request
        reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setConnection(limit: limit, options: options)
        setMessage(userAgent: options.userAgent)
        setCallbacks()
    }

    deinit {
        handles.giveBack(handle)
        curl_slist_free_all(fields)
        reason.deallocate()
    }

    // MARK: Options

    private func set(_ option: CURLoption, _ value: Int) { _ = actpd_curl_set_long(handle, option, value) }
    private func set(_ option: CURLoption, _ text: String) { _ = actpd_curl_set_text(handle, option, text) }

    private func setConnection(limit: Duration, options: HTTPClient.Options) {
        // The thread has all signals blocked; without this libcurl would change the whole process's SIGPIPE.
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_URL, request.url.revealed)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        // HTTP/2 only over TLS, where it is negotiated: in the clear libcurl 7.88 breaks when a connection is used again.
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        if request.url.isEncrypted { set(CURLOPT_PIPEWAIT, 1) }
        set(CURLOPT_CONNECTTIMEOUT_MS, CurlTransfer.milliseconds(request.limits.connect))
        set(CURLOPT_TIMEOUT_MS, CurlTransfer.milliseconds(limit))
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        if let file = options.certificateFile { set(CURLOPT_CAINFO, file) }
        if let socket = request.unixSocket {
            set(CURLOPT_UNIX_SOCKET_PATH, socket)
            set(CURLOPT_PROXY, "")
        }
        _ = actpd_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, reason)
    }

    private func setMessage(userAgent: String) {
        set(CURLOPT_USERAGENT, userAgent)
        // All that this libcurl can unpack.
        set(CURLOPT_ACCEPT_ENCODING, "")
        _ = actpd_curl_set_offset(handle, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(request.limits.answerBytes))
        switch request.method {
        case .get where request.body.isEmpty: set(CURLOPT_HTTPGET, 1)
        case .head: set(CURLOPT_NOBODY, 1)
        case .delete where request.body.isEmpty: set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        default:
            set(CURLOPT_POST, 1)
            _ = actpd_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
            set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        for field in request.headers.fields {
            // libcurl's way to write a field without a value; with a colon it would leave the field out.
            add(field.value.text.isEmpty ? "\(field.name);" : "\(field.name): \(field.value.text)")
        }
        // No waiting for "100 Continue" before large bodies: servers that do not know it cost a second each.
        add("Expect:")
        if request.headers["Content-Type"] == nil { add("Content-Type:") }
        _ = actpd_curl_set_list(handle, CURLOPT_HTTPHEADER, fields)
        // libcurl repeats by itself what got no answer on a used connection, even when the service may have acted on it.
        // A body that cannot be sent twice forbids it; without a body only a connection of its own does.
        if request.repetition != .always && request.body.isEmpty { set(CURLOPT_FRESH_CONNECT, 1) }
    }

    private func add(_ line: String) { fields = curl_slist_append(fields, line) ?? fields }

    private static func milliseconds(_ duration: Duration) -> Int {
        // 0 would mean no limit.
        Int(clamping: max(duration.milliseconds, 1))
    }

    private func setCallbacks() {
        let this = Unmanaged.passUnretained(self).toOpaque()
        for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA] {
            _ = actpd_curl_set_pointer(handle, option, this)
        }
        _ = actpd_curl_set_write_callback(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, transfer in
            CurlTransfer.of(transfer).receive(
                UnsafeRawBufferPointer(start: bytes, count: size * count), isHeader: false)
        }
        _ = actpd_curl_set_write_callback(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, transfer in
            CurlTransfer.of(transfer).receive(UnsafeRawBufferPointer(start: bytes, count: size * count), isHeader: true)
        }
        _ = actpd_curl_set_read_callback(handle) { buffer, size, count, transfer in
            CurlTransfer.of(transfer).send(into: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
        }
        _ = actpd_curl_set_seek_callback(handle) { transfer, offset, origin in
            CurlTransfer.of(transfer).rewind(to: offset, origin: origin)
        }
    }

    private static func of(_ pointer: UnsafeMutableRawPointer?) -> CurlTransfer {
        guard let pointer else { preconditionFailure("libcurl lost the pointer it was given") }
        return Unmanaged<CurlTransfer>.fromOpaque(pointer).takeUnretainedValue()
    }

    // MARK: Callbacks

    /// The number of bytes taken; another number than given ends the transfer.
    private func receive(_ bytes: UnsafeRawBufferPointer, isHeader: Bool) -> Int {
        received += bytes.count
        guard received <= request.limits.answerBytes else {
            objection = tooLarge
            return CurlTransfer.refusal
        }
        if isHeader { header(bytes) } else { body.append(contentsOf: bytes) }
        return objection == nil ? bytes.count : CurlTransfer.refusal
    }

    /// More than libcurl ever hands over at once.
    private static let refusal = Int(UInt32.max)

    private var tooLarge: (HTTPError.Code, String) {
        (.tooLarge, "more than the \(request.limits.answerBytes) bytes that were allowed")
    }

    private func header(_ line: UnsafeRawBufferPointer) {
        if line.starts(with: "HTTP/".utf8) {
            // libcurl takes "HTTP/" with anything behind it for a success.
            if !HeaderLine.isStatus(line) {
                objection = (.malformedAnswer, "its status line is '\(String(decoding: line, as: UTF8.self))'")
            }
            // What came before was only preliminary, as "103 Early Hints" is.
            headers = [:]
        } else if let (name, value) = HeaderLine.field(line) {
            headers.add(name, .shown(value))
        }
    }

    private func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, request.body.count - sent)
        request.body.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<sent + count]))
        }
        sent += count
        return count
    }

    private func rewind(to offset: curl_off_t, origin: Int32) -> Int32 {
        // Nothing sent yet: going to the start is no repetition.
        guard request.repetition == .always || sent == 0, origin == SEEK_SET, offset >= 0,
            offset <= request.body.count
        else { return Int32(CURL_SEEKFUNC_FAIL) }
        sent = Int(offset)
        return Int32(CURL_SEEKFUNC_OK)
    }

    // MARK: Results

    /// What came, once libcurl has said that the transfer is done well.
    func response(attempts: Int, retryAfter: Duration?) -> HTTPResponse {
        HTTPResponse(
            status: status, version: version, headers: headers, body: body, attempts: attempts, retryAfter: retryAfter)
    }

    var status: Int { actpd_curl_get_long(handle, CURLINFO_RESPONSE_CODE, 0) }

    var retryAfter: String? { headers["Retry-After"] }

    private var version: String {
        switch actpd_curl_get_long(handle, CURLINFO_HTTP_VERSION, 0) {
        case Int(CURL_HTTP_VERSION_1_0): "1.0"
        case Int(CURL_HTTP_VERSION_1_1): "1.1"
        case Int(CURL_HTTP_VERSION_2_0): "2"
        default: "unknown"
        }
    }

    /// What a proxy answered when it was asked for a way to the service; 0 when none was asked.
    private var proxyStatus: Int { actpd_curl_get_long(handle, CURLINFO_HTTP_CONNECTCODE, 0) }

    /// Whether a byte of the request may have left: libcurl was ready to send it, or counted some as sent.
    var hasLeft: Bool {
        // Without a way there, or before it is encrypted, nothing was sent but the question for a way: libcurl counts that too.
        guard proxyStatus == 0 || actpd_curl_get_offset(handle, CURLINFO_APPCONNECT_TIME_T, 0) > 0 else { return false }
        return actpd_curl_get_offset(handle, CURLINFO_PRETRANSFER_TIME_T, 0) > 0
            || actpd_curl_get_long(handle, CURLINFO_REQUEST_SIZE, 0) > 0
    }

    /// What a result other than success means, and libcurl's words for it.
    func failure(_ result: CURLcode) -> (code: HTTPError.Code, detail: String) {
        if let objection { return objection }
        if result == CURLE_FILESIZE_EXCEEDED { return tooLarge }
        guard proxyStatus < 300 else {
            return (.couldNotConnect, "the proxy answered \(proxyStatus) when it was asked for a way there")
        }
        let own = String(cString: reason)
        let words = own.isEmpty ? String(cString: curl_easy_strerror(result)) : own
        switch result {
        case CURLE_SEND_FAIL_REWIND, CURLE_GOT_NOTHING:
            return (.connectionLost, "the service closed it without an answer")
        default: return (HTTPError.Code(result, hasLeft: hasLeft), words)
        }
    }
}
