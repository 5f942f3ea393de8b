// swift-tools-version:6.1
import Foundation
import PackageDescription

// `make check` builds with warnings as errors; an ordinary build only shows them.
let strict = ProcessInfo.processInfo.environment["ACTPD_WARNINGS_AS_ERRORS"] == "1"
// Only `make fuzz` knows the fuzz targets; they look behind the walls as tests do.
let isFuzzing = ProcessInfo.processInfo.environment["ACTPD_FUZZ"] == "1"
let common: [SwiftSetting] =
    [.enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility")]
    + (strict ? [.unsafeFlags(["-warnings-as-errors"])] : [])
    // Lets the generic code of one module be compiled for the types of another: reading ten thousand schedules and the
    // rows of a hundred thousand contacts are made of it.
    + [.unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))]
    + (isFuzzing ? [.unsafeFlags(["-enable-testing"])] : [])
let settings = common + [.enableUpcomingFeature("InternalImportsByDefault")]

/// A target is a wall: it exists where a dependency must not cross or a thing must stay pure. See docs/ARCHITECTURE.md.
func wall(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil) -> Target {
    .target(name: name, dependencies: dependencies, path: path, swiftSettings: settings)
}
func tests(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: settings)
}
/// A program for libFuzzer; see docs/testing.md.
func fuzz(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .executableTarget(
        name: "Fuzz\(name)", dependencies: dependencies + ["FuzzSupport", "Time"], path: "Tests/Fuzz/\(name)",
        exclude: ["Seeds"] + exclude, swiftSettings: common)
}
let fuzzTargets = [
    wall("FuzzSupport", ["Statistics", "Time"], path: "Tests/Fuzz/Support"),
    fuzz("Cron", ["Cron"], exclude: ["cron.dict"]),
    fuzz("Schedules", ["Configuration", "JSON", "Scheduling"], exclude: ["schedules.dict"]),
    fuzz("Import", ["Records", "Transfer"], exclude: ["import.dict"]),
    fuzz(
        "Web",
        [
            "Agents", "JSON", "Scheduling", "Web",
            .product(name: "HTTPTypes", package: "swift-http-types"),
            .product(
                name: "Hummingbird", package: "hummingbird", moduleAliases: ["Configuration": "SwiftConfiguration"]),
            .product(name: "Logging", package: "swift-log"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOEmbedded", package: "swift-nio"),
            .product(name: "NIOHTTP1", package: "swift-nio"),
            .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
        ], exclude: ["web.dict"]),
]

let package = Package(
    name: "actpd",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: ["ConfigurationSupport"]),
    ],
    targets: [
        .executableTarget(
            name: "actpd",
            dependencies: [
                "Agents", "Configuration", "Cron", "HTTP", "JSON", "Records", "Scheduling", "Services", "Stores",
                "Supabase", "Systemd", "Time", "Transfer", "Web",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: common),
        .executableTarget(
            name: "actpd-bench",
            dependencies: [
                // For the stand-in of the owner's database; this program is never installed.
                "ActpTesting", "Cron", "HTTP", "JSON", "Records", "Scheduling", "Statistics", "Stores", "Supabase",
                "Time", "Transfer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: common),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        // For the stand-in of the owner's database alone: nothing of it is linked into actpd.
        .systemLibrary(name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "CLinux"),
        wall("Suggestion"),
        wall("Time", ["CLinux", "Suggestion"]),
        wall("Cron", ["Suggestion", "Time"]),
        wall("JSON"),
        wall("Statistics", ["Time"]),
        wall("Records", ["JSON", "Time"]),
        wall("Configuration", ["JSON", "Suggestion", "Time"]),
        wall("Agents", ["Configuration", "JSON", "Records", "Statistics", "Suggestion", "Time"]),
        wall(
            "Scheduling",
            [
                "Configuration", "Cron", "JSON", "Records", "Time",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ]),
        wall(
            "Stores",
            [
                "CLinux", "Cron", "JSON", "Records", "Scheduling", "Time",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        wall("Transfer", ["JSON", "Records", "Statistics", "Suggestion", "Time"]),
        wall("Systemd", ["CLinux", "CSystemd", "Time", .product(name: "Logging", package: "swift-log")]),
        wall(
            "HTTP",
            [
                "CCurl", "Time",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ]),
        wall("Services", ["Agents", "Configuration", "HTTP", "JSON", "Records", "Statistics", "Time"]),
        wall("Supabase", ["HTTP", "JSON", "Records", "Time"]),
        .target(
            name: "Web",
            dependencies: [
                "JSON", "Suggestion", "Time",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                // A package beneath Hummingbird has a module of the same name as one of ours.
                .product(
                    name: "Hummingbird", package: "hummingbird", moduleAliases: ["Configuration": "SwiftConfiguration"]),
                .product(
                    name: "HummingbirdCore", package: "hummingbird",
                    moduleAliases: ["Configuration": "SwiftConfiguration"]),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            resources: [.embedInCode("openapi.json"), .embedInCode("Page")], swiftSettings: settings),
        wall(
            "ActpTesting",
            [
                "Agents", "CPQ", "Cron", "JSON", "Records", "Scheduling", "Statistics", "Stores", "Time",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        tests("TimeTests", ["Time"]),
        tests("JSONTests", ["JSON"]),
        tests("SystemdTests", ["Systemd"]),
        tests("CronTests", ["Cron", "Statistics", "Time"], resources: [.copy("Data")]),
        tests("RecordsTests", ["JSON", "Records", "Time"]),
        tests("ConfigurationTests", ["Configuration", "JSON", "Suggestion", "Time"]),
        tests(
            "SchedulingTests",
            ["ActpTesting", "Configuration", "Cron", "JSON", "Records", "Scheduling", "Stores", "Time"]),
        tests("StoresTests", ["ActpTesting", "JSON", "Records", "Scheduling", "Stores", "Time"]),
        tests(
            "AgentsTests",
            ["ActpTesting", "Agents", "Configuration", "JSON", "Records", "Statistics", "Stores", "Time"]),
        tests(
            "TransferTests", ["ActpTesting", "JSON", "Records", "Stores", "Time", "Transfer"],
            resources: [.copy("Data")]),
        tests("HTTPTests", ["ActpTesting", "HTTP", "Time"]),
        tests(
            "ServicesTests", ["ActpTesting", "Agents", "HTTP", "JSON", "Records", "Services", "Statistics", "Time"]),
        tests(
            "SupabaseTests",
            ["ActpTesting", "HTTP", "JSON", "Records", "Scheduling", "Stores", "Supabase", "Time"],
            resources: [.copy("Data")]),
        tests("StatisticsTests", ["JSON", "Statistics", "Time"], resources: [.copy("Data")]),
        tests(
            "WebTests",
            [
                "ActpTesting", "HTTP", "JSON", "Time", "Web",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ]),
        tests("TidyTests"),
        // `Process` and `Audit` are links to what other tests have; the scripts run in and around a container.
        tests(
            "ContainerTests", ["actpd", "ActpTesting", "Cron", "JSON", "Records", "Scheduling", "Stores", "Time"],
            exclude: ["Support/container.py", "Support/services.py", "Package"]),
        tests(
            "CommandTests",
            [
                "actpd", "ActpTesting", "Agents", "Configuration", "HTTP", "JSON", "Records", "Scheduling", "Stores",
                "Time", "Web",
            ],
            // Read where they lie in the sources: golden files are rewritten there.
            exclude: ["Golden", "Data"]),
        tests(
            "ConformanceTests",
            [
                "actpd", "ActpTesting", "Agents", "Configuration", "Cron", "HTTP", "JSON", "Records", "Scheduling",
                "Services", "Statistics", "Stores", "Time", "Transfer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            // `Process` is a link to the support of CommandTests: both start the program. The data are read where they lie.
            exclude: ["Data"]),
    ] + (isFuzzing ? fuzzTargets : []),
    swiftLanguageModes: [.v6]
)
