import DatasetFormats
import StreamingLoader
import Testing

@Suite struct LoaderStateTests {
    @Test func aStateIsReadAsItWasWritten() throws {
        let state = LoaderState(seed: .max, epoch: 3, position: 1_234_567_890_123)
        let bytes = JSONWriter.bytes(.object(state.json), style: .compact)
        let object = try #require(try JSONParser.parse(bytes, source: "state").objectValue)
        #expect(try LoaderState(json: object) == state)
    }

    @Test(arguments: [
        #"{}"#, #"{"seed":"x","epoch":0,"position":0,"version":1}"#,
        #"{"seed":"1","epoch":-1,"position":0,"version":1}"#,
        #"{"seed":"1","epoch":0,"position":1.5,"version":1}"#, #"{"seed":"1","epoch":0,"position":0,"version":2}"#,
        #"{"seed":"1","epoch":0,"position":0}"#, #"{"seed":1,"epoch":0,"position":0,"version":1}"#,
    ])
    func whatIsNoStateIsRefused(text: String) throws {
        let object = try #require(try JSONParser.parse(Array(text.utf8), source: "state").objectValue)
        #expect(throws: StreamingLoaderError.self) { try LoaderState(json: object) }
    }
}
