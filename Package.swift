// swift-tools-version: 6.2
import PackageDescription

// Each outside package with the one reason it is here.
let dependencies: [Package.Dependency] = [
    // HTTP server: connection lifecycle, graceful shutdown and HTTP types on SwiftNIO.
    .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
    // HTTP client towards Vinci: pooling, TLS verification, deadlines, streamed bodies.
    .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
    // SQLite: the connection handle that lives only inside a transaction closure.
    .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
    // Event loops and channels under both of the HTTP libraries; our edge checks are channel handlers.
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    // TLS settings of the upstream client: AsyncHTTPClient's own default still offers TLS 1.0.
    .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
    // HTTP/1 messages as HTTP types: the codec between our channel handlers and Hummingbird's request loop.
    .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
    // HTTP field names and statuses as types, shared by Hummingbird and our own code.
    .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
    // HMAC, SHA-256, AES-GCM and Ed25519: no cryptography is written here.
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    // Command line with help pages and usage errors.
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    // Structured logs.
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    // Metrics as an API; our Prometheus registry is its backend (there is no packaged one to use).
    .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
    // One list of background services, started in order and stopped in reverse on SIGTERM.
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    // Persistent dictionary for the directory, heap for the poll planner.
    .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
    // YAML with line numbers, for strict configuration (Decisions: configuration).
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
    // `swift package generate-documentation`; builds no code of the product.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin.git", from: "1.5.0"),
]

let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqliteC: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioFoundationCompat: Target.Dependency = .product(name: "NIOFoundationCompat", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioFileSystem: Target.Dependency = .product(name: "_NIOFileSystem", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1: Target.Dependency = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let hashTrees: Target.Dependency = .product(name: "HashTreeCollections", package: "swift-collections")
let deques: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let heaps: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

// Rooms, lowest first; imports go strictly downward (Documentation.docc/Architecture.md).
let targets: [Target] = [
    .target(name: "GatewayCore", dependencies: [heaps]),
    .target(name: "VinciAPI", dependencies: []),
    .target(name: "AdminAPI", dependencies: ["VinciAPI"]),

    // Tasks and timers on event loops, without the way to another thread.
    .target(name: "EventLoopTasks", dependencies: [nioCore]),

    .target(name: "SQLDatabase", dependencies: [crypto]),
    // A setting of SQLite's that GRDB does not pass on.
    .systemLibrary(name: "CSQLite", path: "Sources/CSQLite"),
    .target(name: "SQLiteDatabase", dependencies: ["SQLDatabase", "CSQLite", grdb, sqliteC]),
    // libpq, the system's: PostgreSQL's own client, which knows every way of TLS and authentication; there is no Swift one
    // that a thread may wait on with a deadline.
    .systemLibrary(name: "CLibPQ", path: "Sources/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "PostgresDatabase", dependencies: ["SQLDatabase", "CLibPQ"]),

    .target(
        name: "GatewayStore", dependencies: ["GatewayCore", "SQLDatabase", "AdminAPI", "VinciAPI"],
        resources: [
            .embedInCode("Migrations/0001_ledger.sql"), .embedInCode("Migrations/0002_processes.sql"),
            .embedInCode("Migrations/0003_rate_slots.sql"), .embedInCode("Migrations/0004_reconciliation.sql"),
            .embedInCode("Migrations/0005_webhooks.sql"), .embedInCode("Migrations/0006_repetitions.sql"),
            .embedInCode("Migrations/0007_open_jobs.sql"),
        ]),
    .target(
        name: "VinciClient",
        dependencies: [
            "GatewayCore", "VinciAPI", asyncHTTPClient, nioCore, nioPosix, nioHTTP1, nioSSL, nioFileSystem, logging,
        ]),
    // Requests to URLs that others chose: videos and webhooks.
    .target(
        name: "GuardedHTTP",
        dependencies: ["GatewayCore", asyncHTTPClient, nioCore, nioPosix, nioHTTP1, nioSSL]),

    // Finished videos on disk.
    .target(name: "VideoFiles", dependencies: ["GatewayCore", crypto, nioCore, nioPosix]),

    .target(
        name: "GatewayFlow",
        dependencies: [
            "GatewayCore", "GatewayStore", "GuardedHTTP", "VideoFiles", "SQLDatabase", "VinciAPI", "AdminAPI", crypto,
            nioCore, nioHTTP1, hashTrees, logging, metrics, serviceLifecycle,
        ]),
    .target(
        name: "GatewayHTTP",
        dependencies: [
            "EventLoopTasks", "GatewayCore", "GatewayStore", "GatewayFlow", "VideoFiles", "VinciAPI", "AdminAPI",
            hummingbird,
            hummingbirdCore, httpTypes,
            nioCore, nioHTTP1, nioPosix, nioHTTPTypes, nioHTTPTypesHTTP1, crypto, logging, serviceLifecycle,
        ],
        resources: [.embedInCode("Public/openapi.json")]),
    // malloc_trim, which the Glibc module leaves out.
    .systemLibrary(name: "CMalloc", path: "Sources/CMalloc"),
    .target(
        name: "GatewayApp",
        dependencies: [
            .target(name: "CMalloc", condition: .when(platforms: [.linux])),
            "EventLoopTasks", "GatewayCore", "GatewayStore", "GatewayFlow", "GatewayHTTP", "GuardedHTTP", "VideoFiles",
            "SQLDatabase",
            "SQLiteDatabase", "PostgresDatabase", "VinciAPI", "VinciClient", "VinciSimulator", "AdminAPI",
            asyncHTTPClient, hummingbird,
            nioCore, nioHTTP1, nioPosix,
            nioFoundationCompat, logging, metrics, serviceLifecycle, unixSignals, yams,
        ]),
    .executableTarget(
        name: "vinci-gateway",
        dependencies: [
            "GatewayApp", "GatewayCore", "VinciAPI", "VinciSimulator", "AdminAPI", asyncHTTPClient, nioCore, nioHTTP1,
            nioPosix, unixSignals, argumentParser,
        ]),

    .target(
        name: "VinciSimulator",
        dependencies: [
            "VinciAPI", hummingbird, httpTypes, nioCore, logging, yams, crypto, serviceLifecycle, unixSignals, deques,
            heaps,
        ]),
    .target(
        name: "GatewayTesting",
        dependencies: [
            "GatewayCore", "GatewayStore", "GatewayFlow", "SQLDatabase", "SQLiteDatabase", "PostgresDatabase", "CLibPQ",
            "VinciAPI", "AdminAPI",
        ],
        path: "Tests/GatewayTesting"),

    // A running gateway with its users, for the tests that see the product from outside.
    .target(
        name: "GatewayAcceptance",
        dependencies: [
            "GatewayApp", "GatewayCore", "GatewayFlow", "VinciAPI", "VinciSimulator", asyncHTTPClient, nioCore,
            nioHTTP1,
            nioPosix, logging, serviceLifecycle,
        ],
        path: "Tests/GatewayAcceptance"),

    .testTarget(name: "GatewayCoreTests", dependencies: ["GatewayCore", "GatewayTesting"]),
    .testTarget(name: "VinciAPITests", dependencies: ["VinciAPI"]),
    .testTarget(name: "AdminAPITests", dependencies: ["AdminAPI", "VinciAPI"]),
    .testTarget(name: "EventLoopTasksTests", dependencies: ["EventLoopTasks", nioPosix]),
    .testTarget(name: "SQLiteDatabaseTests", dependencies: ["SQLiteDatabase", "SQLDatabase", "GatewayTesting", grdb]),
    .testTarget(
        name: "PostgresDatabaseTests", dependencies: ["PostgresDatabase", "SQLDatabase", "GatewayTesting"]),
    .testTarget(
        name: "GatewayStoreTests",
        dependencies: [
            "GatewayStore", "GatewayCore", "SQLDatabase", "SQLiteDatabase", "PostgresDatabase", "GatewayTesting",
        ]),
    .testTarget(
        name: "VinciClientTests",
        dependencies: [
            "VinciClient", "VinciAPI", "GatewayCore", asyncHTTPClient, nioCore, nioEmbedded, nioPosix, nioHTTP1, nioSSL,
            logging,
        ]),
    .testTarget(
        name: "GuardedHTTPTests",
        dependencies: [
            "GuardedHTTP", "GatewayCore", "GatewayTesting", asyncHTTPClient, nioCore, nioPosix, nioHTTP1, nioSSL,
        ]),
    .testTarget(
        name: "VideoFilesTests",
        dependencies: ["VideoFiles", "GatewayCore", "GatewayTesting", crypto, nioCore, nioPosix]),
    .testTarget(
        name: "VinciSimulatorTests",
        dependencies: ["VinciSimulator", "VinciAPI", "GatewayTesting", asyncHTTPClient, nioCore, nioHTTP1]),
    .testTarget(
        name: "GatewayFlowTests",
        dependencies: [
            "GatewayFlow", "GatewayStore", "SQLDatabase", "SQLiteDatabase", "GatewayCore", "VinciAPI", "GatewayTesting",
            metrics, logging,
            serviceLifecycle, .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
        ]),
    // Stands between the Swift runtime and getrandom(2), for simulations that must draw the same every time.
    .target(name: "CSystemRandomness", path: "Tests/CSystemRandomness"),
    // Thousands of seeded worlds around the real flows and the real store: crashes, lost replies, period changes.
    .testTarget(
        name: "SimulationTests",
        dependencies: [
            "GatewayFlow", "GatewayStore", "SQLDatabase", "SQLiteDatabase", "GatewayCore", "VinciAPI", "GatewayTesting",
            "CSystemRandomness", heaps, logging, metrics, serviceLifecycle,
        ],
        // Lets the Swift runtime, which is a library of its own, find our `syscall`.
        linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic-symbol=syscall"], .when(platforms: [.linux]))]),
    .testTarget(
        name: "GatewayHTTPTests",
        dependencies: [
            "GatewayHTTP", "GatewayFlow", "GatewayCore", "GuardedHTTP", "VideoFiles", "VinciAPI", "GatewayTesting",
            hummingbird, hummingbirdCore,
            httpTypes, nioCore, nioEmbedded, nioPosix, nioHTTP1, crypto, logging, metrics, serviceLifecycle,
            "GatewayStore", "SQLDatabase",
        ]),
    .testTarget(
        name: "GatewayAppTests",
        dependencies: [
            "GatewayApp", "GatewayCore", "GatewayFlow", "AdminAPI", "VinciAPI", "VinciSimulator", "GatewayTesting",
            "GatewayAcceptance", asyncHTTPClient, crypto, hummingbird, httpTypes, logging, nioCore, nioHTTP1,
        ]),
    // Finished videos as apps see them; thousands of sockets, so no child processes beside them.
    .testTarget(
        name: "VideoTests",
        dependencies: [
            "GatewayApp", "GatewayCore", "GatewayFlow", "VinciAPI", "VinciSimulator", "GatewayTesting",
            "GatewayAcceptance", asyncHTTPClient, crypto, nioCore, nioHTTP1, nioPosix,
        ]),
    // Streams of events, hundreds at once.
    .testTarget(
        name: "EventTests",
        dependencies: [
            "GatewayApp", "VinciAPI", "VinciSimulator", "GatewayAcceptance", asyncHTTPClient, nioCore, nioHTTP1,
            nioPosix,
        ]),
    // Whole gateways on both engines before a Vinci that misbehaves at every byte: fault matrix, races, retries.
    .testTarget(
        name: "CampaignTests",
        dependencies: [
            "vinci-gateway", "GatewayApp", "GatewayCore", "GatewayFlow", "VinciAPI", "GatewayTesting",
            "GatewayAcceptance", asyncHTTPClient, nioCore, nioHTTP1, nioPosix, nioSSL, logging, serviceLifecycle,
        ]),
    // Runs the built program as its users do: processes, signals, python3, node.
    .testTarget(
        name: "ProgramTests",
        dependencies: [
            "vinci-gateway", "GatewayApp", "GatewayTesting", "GatewayAcceptance", "VinciAPI", "VinciSimulator",
            asyncHTTPClient, crypto, hummingbird, nioCore, nioHTTP1, httpTypes, serviceLifecycle,
        ],
        resources: [.copy("Samples"), .copy("Browser")]),
    // The built program under load while it is killed, its disk fails, its database goes away.
    .testTarget(
        name: "ChaosTests",
        dependencies: [
            "vinci-gateway", "GatewayTesting", "GatewayAcceptance", "SQLDatabase", "SQLiteDatabase", "PostgresDatabase",
            "VinciAPI", "VinciSimulator", asyncHTTPClient, crypto, nioCore, nioHTTP1,
        ],
        path: "Tests/Chaos"),
]

// One settings loop for all rooms, so no target can quietly be laxer than the others.
for target in targets where target.type != .system {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
}

let package = Package(
    name: "vinci-gateway",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "vinci-gateway", targets: ["vinci-gateway"])],
    dependencies: dependencies,
    targets: targets
)
