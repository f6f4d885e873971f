import LanguageModels
import Testing
import Training

@Suite struct TrainingOptionsYAMLTests {
    /// LLaMA-Factory's examples/train_lora/llama3_lora_sft.yaml.
    static let example = """
        ### model
        model_name_or_path: meta-llama/Meta-Llama-3-8B-Instruct
        trust_remote_code: true

        ### method
        stage: sft
        do_train: true
        finetuning_type: lora
        lora_rank: 8
        lora_target: all

        ### dataset
        dataset: identity,alpaca_en_demo
        template: llama3
        cutoff_len: 2048
        max_samples: 1000
        overwrite_cache: true
        preprocessing_num_workers: 16
        dataloader_num_workers: 4

        ### output
        output_dir: saves/llama3-8b/lora/sft
        logging_steps: 10
        save_steps: 500
        plot_loss: true
        overwrite_output_dir: true
        save_only_model: false
        report_to: none  # choices: [none, wandb, tensorboard, swanlab, mlflow]

        ### train
        per_device_train_batch_size: 1
        gradient_accumulation_steps: 8
        learning_rate: 1.0e-4
        num_train_epochs: 3.0
        lr_scheduler_type: cosine
        warmup_ratio: 0.1
        bf16: true
        ddp_timeout: 180000000
        resume_from_checkpoint: null

        ### eval
        # eval_dataset: alpaca_en_demo
        # val_size: 0.1
        """

    @Test func anExampleOfLLaMAFactorysIsRead() throws {
        var options = TrainingOptions()
        try options.apply(yaml: Self.example, file: "llama3_lora_sft.yaml")
        var expected = TrainingOptions()
        expected.model = "meta-llama/Meta-Llama-3-8B-Instruct"
        expected.datasets = ["identity", "alpaca_en_demo"]
        expected.template = "llama3"
        expected.maximumSamples = 1000
        expected.outputFolder = "saves/llama3-8b/lora/sft"
        expected.loggingSteps = 10
        expected.saveSteps = 500
        expected.overwritesOutput = true
        expected.batchSize = 1
        expected.accumulationSteps = 8
        expected.learningRate = 1e-4
        expected.epochs = 3
        expected.warmupRatio = 0.1
        expected.usesBFloat16 = true
        #expect(options == expected)
    }

    @Test(arguments: [
        "lora_target: [q_proj, v_proj]", "lora_target:\n  - q_proj\n  - v_proj\n", "lora_target: q_proj,v_proj",
        "{lora_target: [q_proj, v_proj]}", "\"lora_target\": 'q_proj, v_proj'", "lora_target: [q_proj, v_proj, q_proj]",
    ])
    func listsMayBeWrittenAsYAMLsOrWithCommas(text: String) throws {
        var options = TrainingOptions()
        try options.apply(yaml: text, file: "f.yaml")
        #expect(options.targets == [.query, .value])
    }

    @Test(arguments: ["", "# nothing\n", "lora_rank:\n", "lora_rank: ~", "lora_rank: null"])
    func whatIsNotGivenStays(text: String) throws {
        var options = TrainingOptions()
        options.rank = 5
        try options.apply(yaml: text, file: "f.yaml")
        #expect(options.rank == 5)
    }

    @Test(arguments: [
        ("lora_rank: 4\n\nlora_rnk: 8\n", "f.yaml:3: lora_rnk is no setting that ds knows; did you mean lora_rank?"),
        ("deepspeed: ds_z3.json\n", "f.yaml:1: deepspeed is no setting that ds knows"),
        // A name that is none is told of even where it has no value.
        ("lora_rank: 4\nlora_rnk: null\n", "f.yaml:2: lora_rnk is no setting that ds knows; did you mean lora_rank?"),
        ("- lora_rank\n", "f.yaml: must be a mapping of settings to values"),
        ("lora_rank\n", "f.yaml: must be a mapping of settings to values"),
        ("lora_rank: {a: 1}\n", "f.yaml:1: lora_rank must have one value, or a list of them"),
        ("\nlora_target: [[q_proj]]\n", "f.yaml:2: lora_target must have one value, or a list of them"),
        ("[a]: 1\n", "f.yaml: a setting's name must be a word"),
        ("lora_rank: [\n", "f.yaml:"), ("a: b: c\n", "f.yaml:1:"), ("\tlora_rank: 8\n", "f.yaml:1:"),
        ("lora_rank: eight\n", "lora_rank: eight is not a whole number"),
        ("stage: ppo\n", "stage: ppo is not supported; use pt, sft"),
        ("lora_rank: 4\nlora_rank: 8\n", "f.yaml:1: lora_rank is there twice; keep one of them"),
    ])
    func wrongFilesAreNamed(text: String, expected: String) {
        var options = TrainingOptions()
        let error = #expect(throws: TrainingError.self) { try options.apply(yaml: text, file: "f.yaml") }
        let found = error?.description ?? ""
        #expect(found.hasPrefix(expected), "\(found)")
    }
}
