import DatasetFormats
import Testing

@Suite struct JSONWriterTests {
    /// What Python's `json.dumps` writes, with `ensure_ascii=False`.
    @Test func indentsAsPythonDoes() {
        let value = JSONValue.object(["a": .array([.int(1), .object([:])]), "b": .array([])])
        #expect(JSONWriter.string(value, style: .pythonic) == #"{"a": [1, {}], "b": []}"#)
        #expect(
            JSONWriter.string(value, style: .pretty)
                == "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}")
        #expect(
            JSONWriter.string(value, style: .wide)
                == "{\n    \"a\": [\n        1,\n        {}\n    ],\n    \"b\": []\n}")
    }
}
