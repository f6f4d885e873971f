import DatasetFormats

extension ToolFormat {
    func describe(_ tools: [Tool], date: CalendarDate) -> String {
        func functions(_ form: (String) -> String) -> String {
            tools.map { form(JSONWriter.string(.object($0.function), style: .pythonic)) }.joined()
        }
        switch self {
        case .standard: return Self.standardDescription(tools)
        case .glm4:
            let told = tools.map { tool in
                "\n\n## \(tool.name)\n\n\(JSONWriter.string(.object(tool.function), style: .wide))\n"
                    + "在调用上述函数时，请使用 Json 格式表示调用的参数。"
            }
            return "你是一个名为 ChatGLM 的人工智能助手。你是基于智谱 AI 公司训练的语言模型 GLM-4 模型开发的，"
                + "你的任务是针对用户的问题和要求提供适当的答复和支持。\n\n# 可用工具" + told.joined()
        case .glm4MixtureOfExperts:
            return "\n\n" + Self.signatures(tools) + "For each function call, output the function name and arguments "
                + "within the following XML format:\n<tool_call>{function-name}\n<arg_key>{arg-key-1}</arg_key>\n"
                + "<arg_value>{arg-value-1}</arg_value>\n<arg_key>{arg-key-2}</arg_key>\n"
                + "<arg_value>{arg-value-2}</arg_value>\n...\n</tool_call>\n"
        case .lfm2:
            return "List of tools: <|tool_list_start|>\(Self.list(tools.map(\.function)))<|tool_list_end|>"
        case .ling: return Self.signatures(tools) + Self.jsonCalls + "\ndetailed thinking off"
        case .llama3:
            let told = tools.map { JSONWriter.string(.object($0.wrapped), style: .wide) + "\n\n" }
            return
                "Cutting Knowledge Date: December 2023\nToday Date: \(date.text)\n\nYou have access to the following "
                + "functions. To call a function, please respond with JSON for a function call. Respond in the format "
                + "{\"name\": function name, \"parameters\": dictionary of argument name and its value}. "
                + "Do not use variables.\n\n" + told.joined()
        case .minimax1:
            return "You are provided with these tools:\n<tools>\n\(functions { $0 + "\n" })</tools>\n\n"
                + "If you need to call tools, please respond with <tool_calls></tool_calls> XML tags, and provide "
                + "tool-name and json-object of arguments, following the format below:\n<tool_calls>\n"
                + "{\"name\": <tool-name-1>, \"arguments\": <args-json-object-1>}\n...\n</tool_calls>"
        case .minimax2:
            return "\n\n# Tools\n\nYou may call one or more tools to assist with the user query.\n"
                + "Here are the tools available in JSONSchema format:\n\n<tools>\n"
                + functions { "<tool>\($0)</tool>\n" } + "</tools>\n\nWhen making tool calls, use XML format to invoke "
                + "tools and pass parameters:\n\n<minimax:tool_call>\n<invoke name=\"tool-name-1\">\n"
                + "<parameter name=\"param-key-1\">param-value-1</parameter>\n"
                + "<parameter name=\"param-key-2\">param-value-2</parameter>\n...\n</invoke>\n</minimax:tool_call>"
        case .mistral: return "[AVAILABLE_TOOLS] \(Self.list(tools.map(\.wrapped)))[/AVAILABLE_TOOLS]"
        case .qwen: return "\n\n" + Self.signatures(tools) + Self.jsonCalls
        case .qwen35:
            return "\n\n# Tools\n\nYou have access to the following functions:\n\n<tools>\n"
                + functions { $0 + "\n" }
                + "</tools>\n\nIf you choose to call a function ONLY reply in the following format with NO suffix:\n\n"
                + "<tool_call>\n<function=example_function_name>\n<parameter=example_parameter_1>\nvalue_1\n</parameter>\n"
                + "<parameter=example_parameter_2>\nThis is the value for the second parameter\nthat can span\n"
                + "multiple lines\n</parameter>\n</function>\n</tool_call>\n\n<IMPORTANT>\nReminder:\n"
                + "- Function calls MUST follow the specified format: an inner <function=...></function> block must be "
                + "nested within <tool_call></tool_call> XML tags\n- Required parameters MUST be specified\n"
                + "- You may provide optional reasoning for your function call in natural language BEFORE the function "
                + "call, but NOT after\n- If there is no function call available, answer the question like normal with "
                + "your current knowledge and do not tell the user about function calls\n</IMPORTANT>"
        case .seedOSS:
            return "system\nYou are Doubao, a helpful AI assistant. You may call one or more functions to assist with "
                + "the user query.Tool List:\nYou are authorized to use the following tools (described in JSON Schema "
                + "format). Before performing any task, you must decide how to call them based on the descriptions and "
                + "parameters of these tools.\n\(Self.list(tools.map(\.written)))\n工具调用请遵循如下格式:\n"
                + "<seed:tool_call>\n<function=example_function_name>\n"
                + "<parameter=example_parameter_1>value_1</parameter>\n<parameter=example_parameter_2>"
                + "This is the value for the second parameter\nthat can span\nmultiple lines</parameter>\n"
                + "</function>\n</seed:tool_call>\n"
        }
    }

    private static func list(_ tools: [JSONObject]) -> String {
        JSONWriter.string(.array(tools.map { .object($0) }), style: .pythonic)
    }

    private static func signatures(_ tools: [Tool]) -> String {
        let told = tools.map { "\n" + JSONWriter.string(.object($0.wrapped), style: .pythonic) }.joined()
        return "# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with "
            + "function signatures within <tools></tools> XML tags:\n<tools>\(told)\n</tools>\n\n"
    }

    private static let jsonCalls =
        "For each function call, return a json object with function name and arguments within <tool_call></tool_call> "
        + "XML tags:\n<tool_call>\n{\"name\": <function-name>, \"arguments\": <args-json-object>}\n</tool_call>"

    private static func standardDescription(_ tools: [Tool]) -> String {
        let told = tools.map { tool in
            "> Tool Name: \(tool.name)\nTool Description: \(tool.function["description"]?.stringValue ?? "")\n"
                + "Tool Args:\n\(parameters(of: tool.function))\n"
        }
        return "You have access to the following tools:\n" + told.joined()
            + "Use the following format if using a tool:\n```\n"
            + "Action: tool name (one of [\(tools.map(\.name).joined(separator: ", "))])\n"
            + "Action Input: the input to the tool, in a JSON format representing the kwargs "
            + "(e.g. ```{\"input\": \"hello world\", \"num_beams\": 5}```)\n```\n"
    }

    private static func parameters(of tool: JSONObject) -> String {
        let parameters = tool["parameters"]?.objectValue ?? [:]
        let required = (parameters["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        var text = ""
        for (name, value) in parameters["properties"]?.objectValue?.members ?? [] {
            let parameter = value.objectValue ?? [:]
            let isRequired = required.contains(name) ? ", required" : ""
            text += "  - \(name) (\(parameter["type"]?.stringValue ?? "")\(isRequired))"
            text += ": \(parameter["description"]?.stringValue ?? "")"
            if let choices = parameter["enum"]?.arrayValue, !choices.isEmpty {
                let shown = choices.map { $0.stringValue ?? JSONWriter.string($0, style: .pythonic) }
                text += ", should be one of [\(shown.joined(separator: ", "))]"
            }
            if let items = parameter["items"]?.objectValue, !items.isEmpty {
                text += ", where each item should be \(items["type"]?.stringValue ?? "")"
            }
            text += "\n"
        }
        return text
    }
}
