// swift-tools-version: 6.1
import PackageDescription

// The architecture, in floor order: a target imports only targets of lower floors.
// docs/architecture.md says what each one owns.
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "ds",
    products: [
        .executable(name: "ds", targets: ["ds"]),
        .executable(name: "conformance", targets: ["conformance"]),
        .library(name: "Communication", targets: ["Communication"]),
        .library(name: "ContentStore", targets: ["ContentStore"]),
        .library(name: "DatasetFormats", targets: ["DatasetFormats"]),
        .library(name: "Kernels", targets: ["Kernels"]),
        .library(name: "Jinja", targets: ["Jinja"]),
        .library(name: "Messages", targets: ["Messages"]),
        .library(name: "Spelling", targets: ["Spelling"]),
        .library(name: "Conversations", targets: ["Conversations"]),
        .library(name: "ChatTemplates", targets: ["ChatTemplates"]),
        .library(name: "Tokenizers", targets: ["Tokenizers"]),
        .library(name: "DatasetRegistry", targets: ["DatasetRegistry"]),
        .library(name: "StreamingLoader", targets: ["StreamingLoader"]),
        .library(name: "LanguageModels", targets: ["LanguageModels"]),
        .library(name: "Serving", targets: ["Serving"]),
        .library(name: "Training", targets: ["Training"]),
        .library(name: "WebServer", targets: ["WebServer"]),
        .library(name: "FuzzTargets", type: .static, targets: ["FuzzTargets"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.0"),
    ],
    targets: [
        // Floor 0: thin C bindings, the kernels that need intrinsics, and what errors of every floor say.
        .target(name: "Spelling"),
        .target(name: "CXXHash"),
        .target(name: "CSHA1"),
        .target(name: "CFileSystem"),
        .target(name: "CMPI", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CProcess"),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CBLAS"),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CKernels"),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),

        // Floor 1: bytes at rest, rows in and out, arithmetic.
        .target(
            name: "ContentStore",
            dependencies: [
                "CXXHash", "CSHA1", "CCrypto", "CFileSystem", "Spelling",
                .product(name: "GRDB", package: "GRDB.swift"), system,
            ]),
        .target(
            name: "DatasetFormats",
            dependencies: ["CArchive", "CSimdJSON", "CZstd", "CLZ4", "CSnappy", "CZlib", "CBrotli", system]),
        .target(name: "Communication", dependencies: ["CMPI"]),
        .target(name: "Jinja"),
        .target(name: "Messages"),
        .target(name: "Kernels", dependencies: ["CKernels", "CBLAS"]),

        // Floor 2: what a row means, and how it becomes text and tokens.
        .target(name: "Conversations", dependencies: ["DatasetFormats", "Messages"]),
        .target(
            name: "ChatTemplates", dependencies: ["DatasetFormats", "Jinja", "Messages", "Spelling"],
            resources: [.embedInCode("Resources/named-templates.json")]),
        .target(name: "Tokenizers", dependencies: ["DatasetFormats"]),
        .target(name: "DatasetRegistry", dependencies: ["ContentStore", "DatasetFormats", "Spelling", system]),

        // Floor 3: batches, and the models that read them.
        .target(
            name: "StreamingLoader",
            dependencies: [
                "Conversations", "ChatTemplates", "Tokenizers", "Messages", "DatasetFormats", "CXXHash", system,
            ]),
        .target(name: "LanguageModels", dependencies: ["Kernels", "DatasetFormats", "Tokenizers", system]),

        // Floor 4: using a model, and teaching it.
        .target(
            name: "Serving",
            dependencies: [
                "LanguageModels", "StreamingLoader", "ChatTemplates", "Tokenizers", "DatasetFormats", "Messages",
            ]),
        .target(
            name: "Training",
            dependencies: [
                "LanguageModels", "StreamingLoader", "ChatTemplates", "Kernels", "DatasetFormats", "Spelling",
                "Communication", "Yams",
                system,
            ]),

        // Floor 5: the pages, apart from Serving so that only the command line builds a network stack.
        .target(
            name: "WebServer",
            dependencies: [
                "Serving", "DatasetFormats", "CProcess", system,
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            resources: [
                "index.html", "style.css", "app.js", "parts.js", "words.js", "datasets.js", "dataset.js", "fork.js",
                "train.js", "run.js", "curves.js", "chat.js", "exports.js",
            ].map { .embedInCode("Pages/\($0)") }),

        // Floor 6: the command line.
        .executableTarget(
            name: "ds",
            dependencies: [
                "ContentStore", "DatasetFormats", "Conversations", "ChatTemplates", "Tokenizers", "DatasetRegistry",
                "StreamingLoader", "LanguageModels", "Serving", "Training", "WebServer", "Kernels", "Messages",
                "Spelling", "Communication", "CFileSystem", "CProcess", system,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Proof: what the reference programs computed, compared with what we compute.
        .target(
            name: "ConformanceSuites",
            dependencies: [
                "Conversations", "ChatTemplates", "Tokenizers", "StreamingLoader", "LanguageModels", "Training",
                "DatasetFormats", "DatasetRegistry", "Jinja", "Kernels", "Messages", system,
            ]),
        .executableTarget(
            name: "conformance",
            dependencies: [
                "ConformanceSuites", system, .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Readers of other people's files, given anything: tools/fuzz links them with libFuzzer.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "ChatTemplates", "ContentStore", "Conversations", "DatasetFormats", "DatasetRegistry", "Jinja",
                "LanguageModels", "Messages", "Tokenizers", system,
            ]),

        // Speed, measured by hand: tools/bench runs it beside the peers.
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "ChatTemplates", "Tokenizers", "Kernels", "LanguageModels", "DatasetFormats", "ContentStore",
                "DatasetRegistry", "StreamingLoader", system,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Where the tests find reference data that is too large, or not ours, to be in fixtures/.
        .target(name: "SharedData", dependencies: ["DatasetFormats", system], path: "Tests/SharedData"),

        // Folders of a test's own.
        .target(name: "TestFolders", dependencies: [system], path: "Tests/TestFolders"),

        // What a thread allocates, counted.
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),

        // Models small enough to be made in a test, and the files that hold them.
        .target(
            name: "TinyModels", dependencies: ["TestFolders", "LanguageModels", "Kernels", "DatasetFormats", system],
            path: "Tests/TinyModels"),

        // A client that can be as rude as tests need, and a browser.
        .target(name: "WebClient", dependencies: ["DatasetFormats"], path: "Tests/WebClient"),

        .testTarget(name: "ContentStoreTests", dependencies: ["ContentStore", "CXXHash", system]),
        .testTarget(name: "DatasetFormatsTests", dependencies: ["DatasetFormats", "TestFolders", system]),
        .testTarget(name: "KernelsTests", dependencies: ["Kernels"]),
        .testTarget(name: "SpellingTests", dependencies: ["Spelling"]),
        .testTarget(name: "CommunicationTests", dependencies: ["Communication"]),
        .testTarget(name: "JinjaTests", dependencies: ["Jinja"]),
        .testTarget(name: "MessagesTests", dependencies: ["Messages"]),
        .testTarget(name: "ConversationsTests", dependencies: ["Conversations", "DatasetFormats", "SharedData"]),
        .testTarget(
            name: "ChatTemplatesTests",
            dependencies: ["ChatTemplates", "Jinja", "Messages", "DatasetFormats", "SharedData"]),
        .testTarget(
            name: "TokenizersTests", dependencies: ["Tokenizers", "DatasetFormats", "SharedData", "TinyModels"]),
        .testTarget(
            name: "DatasetRegistryTests",
            dependencies: [
                "DatasetRegistry", "ContentStore", "DatasetFormats", "Conversations", "SharedData", system,
            ]),
        .testTarget(
            name: "StreamingLoaderTests",
            dependencies: [
                "StreamingLoader", "Conversations", "ChatTemplates", "Tokenizers", "DatasetFormats", "SharedData",
            ]),
        .testTarget(
            name: "LanguageModelsTests",
            dependencies: ["LanguageModels", "Kernels", "DatasetFormats", "TinyModels", "TestFolders", system]),
        .testTarget(
            name: "ServingTests",
            dependencies: [
                "Serving", "LanguageModels", "Training", "StreamingLoader", "Conversations", "ChatTemplates",
                "Tokenizers",
                "Messages", "DatasetFormats", "Kernels", system,
            ]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Training", "LanguageModels", "Kernels", "StreamingLoader", "Conversations", "ChatTemplates",
                "Tokenizers",
                "DatasetFormats", "TinyModels", "TestFolders", "CAllocationCounter", "Communication", system,
            ]),
        .testTarget(
            name: "ConformanceSuitesTests",
            dependencies: ["ConformanceSuites", "SharedData", "Tokenizers", "LanguageModels", "DatasetFormats", system]),
        .testTarget(name: "FuzzTargetsTests", dependencies: ["FuzzTargets", "ContentStore", "TinyModels"]),
        .testTarget(
            name: "WebServerTests", dependencies: ["WebServer", "Serving", "WebClient", "DatasetFormats", system]),
        .testTarget(name: "EndToEndTests", dependencies: ["ds", "DatasetFormats", "WebClient"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c17,
    cxxLanguageStandard: .cxx17
)
