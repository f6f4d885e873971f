import Communication
import Foundation
import StreamingLoader
import SystemPackage

/// How the ranks of an MPI job share a command's work; one process alone does all of it.
struct SharedWork {
    let communicator: Communicator?

    static let alone = SharedWork(communicator: nil)

    /// Whether this rank is the one that writes and tells.
    var isFirst: Bool { share.rank == 0 }

    var share: RankShare {
        communicator.map { RankShare(rank: $0.rank, worldSize: $0.size) } ?? .alone
    }

    /// This rank's part of what rank 0 says is to be done.
    func share(_ items: [Int]) throws -> [Int] {
        guard let communicator else { return items }
        let text = try communicator.broadcast(Array(items.map(String.init).joined(separator: ",").utf8))
        let all = text.split(separator: UInt8(ascii: ",")).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        return Array(all[share.range(of: all.count)])
    }

    /// Brings what the other ranks made to rank 0.
    ///
    /// - Parameters:
    ///   - made: this rank's own; rank 0 has all afterwards.
    ///   - folder: where rank 0 puts the files.
    func collect(_ made: inout [Int: TokenShardMaker.Shard], into folder: FilePath) throws {
        guard let communicator else { return }
        guard communicator.rank == 0 else {
            try communicator.send(Array("\(made.count)".utf8), to: 0)
            for (index, shard) in made.sorted(by: { $0.key < $1.key }) {
                try communicator.send(Array("\(index),\(shard.sequences),\(shard.tokens)".utf8), to: 0)
                try communicator.send([UInt8](try Data(contentsOf: URL(fileURLWithPath: shard.path.string))), to: 0)
            }
            return
        }
        for rank in 1..<communicator.size {
            let count = Int(String(decoding: try communicator.receive(from: rank), as: UTF8.self)) ?? 0
            for _ in 0..<count {
                let numbers = try communicator.receive(from: rank).split(separator: UInt8(ascii: ","))
                    .compactMap { Int(String(decoding: $0, as: UTF8.self)) }
                let path = folder.appending("\(rank)-\(numbers.first ?? 0)")
                try TokenShardMaker.write(try communicator.receive(from: rank), to: path)
                guard numbers.count == 3 else { continue }
                made[numbers[0]] = .init(path: path, sequences: numbers[1], tokens: numbers[2])
            }
        }
    }

    /// What rank 0 says.
    func agree(_ answer: Bool) throws -> Bool {
        guard let communicator else { return answer }
        return try communicator.broadcast([answer ? 1 : 0]) == [1]
    }

    /// Waits until every rank has come here.
    func wait() throws { try communicator?.barrier() }
}
