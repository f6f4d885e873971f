/// How a prompt and a response share a number of tokens that is too small for both.
enum TokenBudget {
    /// How many tokens of a prompt and of a response fit a budget: heads are kept, and neither crowds out the other.
    ///
    /// LLaMA-Factory's rule (`infer_seqlen`), with prompt s, response t and budget c: a response below half of c may be
    /// as long as c, else a prompt below half of c leaves it c − s, else both are cut in proportion: ⌊c·t/(s+t)⌋.
    static func share(
        _ budget: Int, prompt: Int, response: Int
    ) -> (prompt: Int, response: Int) {
        let most: Int
        if response * 2 < budget {
            most = budget
        } else if prompt * 2 < budget {
            most = budget - prompt
        } else {
            most = Int(Double(budget) * (Double(response) / Double(prompt + response)))
        }
        let keptResponse = min(most, response)
        return (min(max(budget - keptResponse, 0), prompt), keptResponse)
    }
}
