import FuzzSupport
import Records

/// An input is a CSV file behind two letters: which table, and how the file is read (see ``ImportTrial/Manner``).
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzImport(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard input.count >= 2 else { return 0 }
    let table = Schema.tables[Int(input[0]) % Schema.tables.count]
    ImportTrial(Array(input[2...]), table, ImportTrial.Manner(input[1])).judge()
    return 0
}
