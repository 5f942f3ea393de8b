internal import CCurl

extension HTTPError.Code {
    /// What libcurl's result of a failed transfer means for the caller.
    init(_ result: CURLcode, hasLeft: Bool) {
        switch result {
        case CURLE_OPERATION_TIMEDOUT: self = hasLeft ? .timedOut : .timedOutUnsent
        case CURLE_URL_MALFORMAT: self = .badURL
        // After the request has left, this is libcurl's answer to a server that does not speak HTTP.
        case CURLE_UNSUPPORTED_PROTOCOL: self = hasLeft ? .malformedAnswer : .badURL
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: self = .malformedAnswer
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED:
            self = .couldNotConnect
        case CURLE_PROXY: self = hasLeft ? .connectionLost : .couldNotConnect
        case _ where Self.trust.contains(result.rawValue): self = .tls
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_SEND_FAIL_REWIND,
            CURLE_HTTP2, CURLE_HTTP2_STREAM:
            self = .connectionLost
        default: self = .transport
        }
    }

    private static let trust: Set<UInt32> = Set(
        [
            CURLE_SSL_CONNECT_ERROR, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_PEER_FAILED_VERIFICATION, CURLE_USE_SSL_FAILED, CURLE_SSL_ENGINE_INITFAILED,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT,
        ].map(\.rawValue))
}
