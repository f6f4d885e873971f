import ArgumentParser
import ChatTemplates
import Communication
import ContentStore
import Conversations
import DatasetFormats
import DatasetRegistry
import Kernels
import LanguageModels
import StreamingLoader
import Tokenizers
import Training

/// What the program's exit code says.
enum ExitStatus: Int32 {
    case done = 0
    /// The answer is no: damage was found.
    case no = 1
    case wrongUse = 2
    case badInput = 3
    case machineFailed = 4
    /// Ended by Ctrl-C, as shells count it.
    case interrupted = 130

    init(of error: any Error) {
        switch error {
        case is Interruption: self = .interrupted
        case let error as any ClassifiedError:
            self = error.isMachineFailure ? .machineFailed : error.isWrongUse ? .wrongUse : .badInput
        case is ValidationError: self = .wrongUse
        default: self = .machineFailed
        }
    }
}

/// An error that knows whose fault it is: the machine's, the command line's, or the input's.
protocol ClassifiedError: Error {
    var isMachineFailure: Bool { get }
    var isWrongUse: Bool { get }
}

extension ChatTemplatesError: ClassifiedError {}
extension CommunicationError: ClassifiedError {}
extension ContentStoreError: ClassifiedError {}
extension ConversationsError: ClassifiedError {}
extension DatasetFormatsError: ClassifiedError {}
extension DatasetRegistryError: ClassifiedError {}
extension KernelsError: ClassifiedError {}
extension LanguageModelsError: ClassifiedError {}
extension StreamingLoaderError: ClassifiedError {}
extension TokenizersError: ClassifiedError {}
extension TrainingError: ClassifiedError {}
extension CommandError: ClassifiedError {}
