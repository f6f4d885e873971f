import Messages
import Testing

@Suite struct RoleTests {
    @Test(arguments: [
        (Role.system, false), (.user, false), (.assistant, true), (.function, true), (.observation, false),
    ])
    func modelSpeaksInAssistantAndFunction(role: Role, isModel: Bool) {
        #expect(role.isModel == isModel)
    }
}
