import Glibc
import Testing

@testable import Systemd

struct ProgramPagesTests {
    /// Code, constants that the linker has put right, a writable part, memory without a file, and code nobody has touched.
    private static let smaps = """
        55d0c8a00000-55d0c8a21000 r-xp 00001000 fe:00 1234                       /usr/bin/actpd
        Rss:                  64 kB
        Private_Dirty:         0 kB
        Anonymous:             0 kB
        VmFlags: rd ex mr mw me
        55d0c8b00000-55d0c8b21000 r--p 00002000 fe:00 1234                       /usr/bin/actpd
        Rss:                  12 kB
        Private_Dirty:        12 kB
        Anonymous:            12 kB
        VmFlags: rd mr mw me
        55d0c8c00000-55d0c8c21000 rw-p 00003000 fe:00 1234                       /usr/bin/actpd
        Rss:                   8 kB
        Private_Dirty:         0 kB
        Anonymous:             0 kB
        VmFlags: rd wr mr mw me
        7f0000000000-7f0000001000 r--p 00000000 00:00 0
        Rss:                   4 kB
        Private_Dirty:         0 kB
        Anonymous:             0 kB
        VmFlags: rd mr mw me
        7f0000100000-7f0000101000 r-xp 00000000 fe:00 99                         /lib/libc.so.6
        Rss:                   0 kB
        Private_Dirty:         0 kB
        Anonymous:             0 kB
        VmFlags: rd ex mr mw me
        """

    @Test("only mappings of files that nobody can write or has written to are given up")
    func clean() {
        #expect(
            ProgramPages.clean(in: ProgramPagesTests.smaps)
                == [ProgramPages.Mapping(range: 0x55d0_c8a0_0000..<0x55d0_c8a2_1000, resident: 65_536)])
    }

    @Test("a process that gives its code up goes on, and its linked constants are what they were")
    func release() {
        #expect(ProgramPages.release() > 1_000_000)
        // Through library code and tables of the linker that were just given up.
        #expect(String(cString: strerror(ENOENT)).contains("No such file"))
        #expect("\(Double.pi)".hasPrefix("3.14"))
    }
}
