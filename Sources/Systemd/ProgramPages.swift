import Glibc

/// The pages of the program's own files: code and constants, of the executable and its libraries.
public enum ProgramPages {
    /// Takes the pages that nobody has written to out of this process's memory.
    ///
    /// A start touches code that is never needed again, and the kernel maps sixteen pages for each that is touched; they count
    /// as resident for good on a machine that is not short of memory. What is needed after all is mapped again from the
    /// page cache, without reading the disk.
    ///
    /// - Returns: how many bytes were resident in the mappings given up; 0 when the kernel does not tell.
    @discardableResult
    public static func release() -> Int {
        var released = 0
        for mapping in clean(in: content(of: "/proc/self/smaps")) {
            guard let start = UnsafeMutableRawPointer(bitPattern: mapping.range.lowerBound) else { continue }
            if madvise(start, mapping.range.count, MADV_DONTNEED) == 0 { released += mapping.resident }
        }
        return released
    }

    struct Mapping: Equatable {
        let range: Range<UInt>
        /// Bytes.
        let resident: Int
    }

    /// The mappings of files that cannot be written and have no page of their own: what the dynamic linker has put right in
    /// constants, and then made read-only, would be lost.
    ///
    /// - Parameter text: of `smaps`, as proc(5) describes it.
    static func clean(in text: String) -> [Mapping] {
        var mappings: [Mapping] = []
        var range: Range<UInt>?
        var resident = 0
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let first = words.first, words.count >= 2 else { continue }
            if !first.hasSuffix(":") {
                (range, resident) = (candidate(words), 0)
            } else if first == "Rss:" {
                resident = (Int(words[1]) ?? 0) * 1_024
            } else if ["Private_Dirty:", "Shared_Dirty:", "Anonymous:", "Swap:"].contains(first), words[1] != "0" {
                range = nil
            } else if first == "VmFlags:", let range, resident > 0 {
                mappings.append(Mapping(range: range, resident: resident))
            }
        }
        return mappings
    }

    /// `55d0c8a00000-55d0c8a21000 r-xp 00001000 fe:00 1234 /usr/bin/actpd`
    private static func candidate(_ words: [Substring]) -> Range<UInt>? {
        let bounds = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
        guard bounds.count == 2, bounds[0] < bounds[1], words.count >= 6, words[1].hasPrefix("r-"),
            words[1].hasSuffix("p"), words[4] != "0"
        else { return nil }
        return bounds[0]..<bounds[1]
    }

    private static func content(of path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: content, as: UTF8.self) }
            content.append(contentsOf: buffer[..<count])
        }
    }
}
