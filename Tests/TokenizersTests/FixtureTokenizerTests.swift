import Testing
import TinyModels

@testable import Tokenizers

@Suite struct FixtureTokenizerTests {
    @Test(
        arguments: Fixtures.names.filter {
            $0.hasPrefix("byte-level") && !$0.contains("prefix") && !$0.contains("llama3")
        })
    func byteLevelTextComesBack(name: String) throws {
        let tokenizer = try Fixtures.tokenizer(name)
        var random = SeededRandom(3)
        for _ in 0..<500 {
            let text = randomText(&random)
            for recognising in [false, true] {
                let ids = tokenizer.encode(text, recognisingSpecialTokens: recognising)
                #expect(Array(try tokenizer.decode(ids).utf8) == Array(text.utf8))
            }
        }
    }

    /// A stream gives what decoding at once does, and every part of it is whole scalars.
    @Test(arguments: Fixtures.names)
    func streamsEqualWholes(name: String) throws {
        let tokenizer = try Fixtures.tokenizer(name)
        var random = SeededRandom(4)
        for _ in 0..<200 {
            let ids = tokenizer.encode(randomText(&random), recognisingSpecialTokens: false)
            var decoder = StreamingDecoder(tokenizer)
            var streamed = ""
            for id in ids {
                streamed += try decoder.add(id)
            }
            streamed += decoder.finish()
            let whole = try tokenizer.decode(ids, skippingSpecialTokens: true)
            #expect(Array(streamed.utf8) == Array(whole.utf8))
        }
    }

    /// A cache that is warm, a fresh tokenizer, and threads give the same ids.
    @Test(arguments: Fixtures.names)
    func cachesAndThreadsChangeNothing(name: String) throws {
        let tokenizer = try Fixtures.tokenizer(name)
        var random = SeededRandom(6)
        let texts = (0..<300).map { _ in randomText(&random) }
        let first = texts.map { tokenizer.encode($0, recognisingSpecialTokens: true) }
        #expect(texts.map { tokenizer.encode($0, recognisingSpecialTokens: true) } == first)
        let fresh = try Fixtures.tokenizer(name)
        #expect(fresh.encode(batch: texts, recognisingSpecialTokens: true, threadCount: 4) == first)
        for text in texts.prefix(20) {
            let alone = try Fixtures.tokenizer(name).encode(text, recognisingSpecialTokens: true)
            #expect(alone == tokenizer.encode(text, recognisingSpecialTokens: true))
        }
    }

    /// A million of one character: with quadratic time the test would not end.
    @Test(arguments: Fixtures.names)
    func longRunsAreEncoded(name: String) throws {
        let tokenizer = try Fixtures.tokenizer(name)
        for character in ["a", " ", "1", "👍", "\0", "\n"] {
            let text = String(repeating: character, count: 1_000_000)
            let ids = tokenizer.encode(text, recognisingSpecialTokens: true)
            if name.hasPrefix("byte-level-o200k") {
                #expect(Array(try tokenizer.decode(ids).utf8) == Array(text.utf8))
            }
            // The middle of a run is encoded as the run of a thousand is.
            let short = tokenizer.encode(String(repeating: character, count: 1000), recognisingSpecialTokens: true)
            #expect(ids.isEmpty == short.isEmpty)
        }
    }

    @Test(arguments: Fixtures.names)
    func damagedFilesAreRefusedOrRead(name: String) throws {
        let whole = try Fixtures.bytes(name)
        var random = SeededRandom(8)
        for round in 0..<150 {
            var bytes = whole
            if round % 3 == 0 {
                bytes.removeLast(random.below(bytes.count))
            } else {
                for _ in 0...random.below(4) { bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8)) }
            }
            do throws(TokenizersError) {
                let tokenizer = try Fixtures.tokenizer(name, bytes)
                let ids = tokenizer.encode(randomText(&random), recognisingSpecialTokens: true)
                _ = try tokenizer.decode(ids)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }
}
