import DatasetFormats
import Testing

@testable import WebServer

/// A training that a page asks for names nothing but names of the store and settings that are no files.
@Suite struct TrainingRequestTests {
    private func request(_ text: String) throws -> TrainingRequest {
        try TrainingRequest(try #require(try JSONParser.parse(Array(text.utf8), source: "test").objectValue))
    }

    @Test func argumentsAndYAMLSayTheSame() throws {
        let request = try request(
            #"{"name": "a", "model": "m", "datasets": ["x", "y@2"], "settings": {"learning_rate": 1e-4, "packing": true, "template": "no: way", "lora_target": "q_proj,v_proj"}}"#
        )
        #expect(
            request.arguments(output: "runs/a") == [
                "train", "--model=m", "--dataset=x,y@2", "--out=runs/a", "--learning-rate=1e-4", "--packing=true",
                "--template=no: way", "--lora-target=q_proj,v_proj",
            ])
        #expect(
            request.yaml(output: "runs/a")
                == """
                model_name_or_path: m
                dataset: "x,y@2"
                output_dir: runs/a
                stage: sft
                finetuning_type: lora
                do_train: true
                learning_rate: 1e-4
                packing: true
                template: "no: way"
                lora_target: q_proj,v_proj

                """.replacing("\"x,y@2\"", with: "x,y@2"))
    }

    @Test(
        arguments: [
            #"{"name": "../a", "model": "m", "datasets": ["x"]}"#,
            #"{"name": "a", "model": "/etc/passwd", "datasets": ["x"]}"#,
            #"{"name": "a", "model": "--config", "datasets": ["x"]}"#, #"{"name": "a", "model": "m", "datasets": []}"#,
            #"{"name": "a", "model": "m", "datasets": ["x,y"]}"#, #"{"name": "a", "model": "m", "datasets": ["../x"]}"#,
            #"{"name": "a", "model": "m", "datasets": ["x"], "settings": {"config": "x"}}"#,
            #"{"name": "a", "model": "m", "datasets": ["x"], "settings": {"output_dir": "x"}}"#,
            #"{"name": "a", "model": "m", "datasets": ["x"], "settings": {"resume_from_checkpoint": "/x"}}"#,
            #"{"name": "a", "model": "m", "datasets": ["x"], "settings": {"seed": [1]}}"#,
            #"{"name": "a", "model": "m", "datasets": ["x"], "settings": {"template": "a\nb"}}"#,
            #"{"name": ".", "model": "m", "datasets": ["x"]}"#, #"{"name": "", "model": "m", "datasets": ["x"]}"#,
        ])
    func pathsAndOptionsAreRefused(text: String) {
        #expect(throws: WebServerError.self) { try request(text) }
    }

    @Test(arguments: [
        ("../../a.json", "a.json"), ("C:\\x\\b.csv", "b.csv"), (".hidden", "hidden"), ("--x", "x"),
        ("a`$b.json", "a__b.json"), ("数据.json", "数据.json"),
    ])
    func anUploadIsCalledByItsLastPart(name: String, expected: String) throws {
        #expect(try UploadArea.fileName(name) == expected)
    }

    @Test func aTarHeaderHasItsSum() throws {
        let header = try TarWriter.header(name: "a/b.json", size: 1234)
        #expect(header.count == 512)
        #expect(String(decoding: header[124..<135], as: UTF8.self) == "00000002322")
        var blank = header
        for place in 148..<156 { blank[place] = 0x20 }
        let sum = blank.reduce(0) { $0 + Int($1) }
        #expect(Int(String(decoding: header[148..<154], as: UTF8.self), radix: 8) == sum)
        #expect((1234 + TarWriter.padding(size: 1234).count) % 512 == 0 && TarWriter.padding(size: 512).isEmpty)
    }
}
