internal import Agents
internal import Glibc

/// Reads videos that the render service has left on this machine.
struct RenderedFiles: Sendable {
    /// Longer videos are not read: a minute has some 30 MB.
    static let bytesMax = 256 << 20

    /// Empty: the service's files cannot be seen from here.
    let directory: String

    /// - Parameters:
    ///   - path: as the service says it, absolute or relative to its own folder, of which only the last part is certain.
    ///   - expected: how long the service says it is.
    /// - Throws: ``ServiceError`` when the file is not there, lies outside of the folder, is empty, or has another length.
    func read(_ path: String, expected: Int64?) throws(ServiceError) -> RenderedVideo {
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        guard !directory.isEmpty, let root = resolved(directory) else {
            throw problem("the folder \"\(directory)\" (remotion.outputDir) is not there", isAway: false)
        }
        let candidates = path.hasPrefix("/") ? [path] : ["\(root)/\(name)", "\(root)/\(path)"]
        guard let file = candidates.lazy.compactMap(resolved).first else {
            // The service may still be putting it there.
            throw problem("\(name) is not in \(directory) (remotion.outputDir)", isAway: true)
        }
        guard file.hasPrefix(root + "/") else {
            throw problem("\(name) lies outside of \(directory) (remotion.outputDir); it is not read", isAway: false)
        }
        guard ["mp4", "mov", "webm"].contains(RenderedFiles.fileExtension(of: file)) else {
            throw problem("\(name) is no video by its name", isAway: false)
        }
        let bytes = try content(of: file, name)
        if let expected, Int64(bytes.count) != expected {
            throw problem("\(name) has \(bytes.count) bytes, the service says \(expected)", isAway: false)
        }
        return RenderedVideo(filename: name, mediaType: RenderedFiles.mediaType(of: name), bytes: bytes)
    }

    static func mediaType(of name: String) -> String {
        switch fileExtension(of: name) {
        case "mov": "video/quicktime"
        case "webm": "video/webm"
        default: "video/mp4"
        }
    }

    private static func fileExtension(of name: String) -> String {
        name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    }

    /// Without links, dots and double slashes; `nil` when nothing is there.
    private func resolved(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    private func content(of file: String, _ name: String) throws(ServiceError) -> [UInt8] {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw problem("\(name) cannot be opened (errno \(errno))", isAway: false) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw problem("\(name) is no file", isAway: false)
        }
        guard status.st_size > 0 else { throw problem("\(name) is empty", isAway: false) }
        guard status.st_size <= RenderedFiles.bytesMax else {
            throw problem("\(name) has \(status.st_size) bytes, more than \(RenderedFiles.bytesMax)", isAway: false)
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: filled), $0.count - filled)
            }
            guard count > 0 else { throw problem("\(name) cannot be read to its end (errno \(errno))", isAway: false) }
            filled += count
        }
        return bytes
    }

    private func problem(_ text: String, isAway: Bool) -> ServiceError {
        ServiceError(RenderClient.name, text, isAway: isAway, isSafeToRepeat: true)
    }
}
