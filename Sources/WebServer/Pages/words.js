// What the pages say: English is its own key, Chinese is looked up.

let chosen = localStorage.getItem("ds-language") || ((navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en");

export function language() { return chosen; }

export function setLanguage(code) {
  chosen = code;
  localStorage.setItem("ds-language", code);
}

/** A text in the chosen language, with {names} replaced. */
export function t(text, values = {}) {
  const found = chosen === "zh" ? chinese[text] ?? text : text;
  const filled = found.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  return chosen === "en" && String(values.n) === "1" ? filled.replace(/\b1 (row|time)s\b/, "1 $1") : filled;
}

const chinese = {
  "Data sets": "数据集", "Train": "训练", "Chat": "对话", "Export": "导出", "To the page": "跳到正文", "Light": "浅色", "Dark": "深色",
  "One moment …": "请稍候……", "That did not work.": "没有成功。", "More of it on the command line:": "在命令行查看更多：",
  "The server does not answer.": "服务器没有回应。", "Copy": "复制", "Copied": "已复制", "Stop": "停止", "Add": "添加", "Back": "返回",
  "What a model is to learn from. Every byte is kept and can be proved.": "模型要学习的内容。每个字节都被保存，并可以验证。",
  "No data sets yet": "还没有数据集",
  "Drop a file above, or begin with the example that comes with ds: it teaches a model who it is.": "把文件拖到上面，或者从 ds 自带的示例开始：它教模型认识自己是谁。",
  "Add the example": "添加示例", "never": "从未", "unknown": "未知", "intact": "完好", "damaged": "已损坏", "Verify": "验证",
  "Name": "名称", "Rows": "行", "Size": "大小", "Format": "格式", "Versions": "版本", "Last verified": "上次验证",
  "All intact.": "全部完好。", "Damage was found.": "发现损坏。",
  "Drop files here: JSON, JSON Lines, CSV, Parquet, Arrow, text, packed or not.": "把文件拖到这里：JSON、JSON Lines、CSV、Parquet、Arrow、文本，压缩与否都可以。",
  "Choose files": "选择文件", "Add by path": "按路径添加", "Name a folder whose files may be added when you start:": "启动时指定允许添加文件的文件夹：",
  "A file of {folder}": "{folder} 中的文件", "{name} is larger than the limit of {size}.": "{name} 超过了 {size} 的上限。",
  "Reading the rows …": "正在读取各行……", "The upload broke off; nothing was kept.": "上传中断；没有留下任何内容。", "Added ": "已添加 ",
  "{n} rows": "{n} 行", "version {n}": "第 {n} 版", "unknown format": "未知格式",
  "Its columns do not say what its rows mean. Add it again on the command line with --format and --columns to train on it.": "从列名看不出各行的含义。若要用它训练，请在命令行用 --format 和 --columns 重新添加。",
  "Fork": "派生", "Train on it": "用它训练", "Columns": "列", "Lengths": "长度", "Check": "检查",
  "As they are": "原样", "Conversation": "对话", "Tokens": "词元", "Earlier": "上一页", "Later": "下一页", "{from} to {to} of {n}": "第 {from} 至 {to} 行，共 {n} 行",
  "There is no model whose tokens could be shown. Add one:": "没有可用来显示词元的模型。添加一个：",
  "There is no model whose tokens could be counted. Add one:": "没有可用来计数词元的模型。添加一个：",
  "Skipped: ": "已跳过：", "system": "系统", "user": "用户", "assistant": "助手", "function": "函数调用", "observation": "工具结果", "tools": "工具", "tool": "工具", "call": "调用", "text": "文本",
  "chosen": "更好的回答", "rejected": "更差的回答", "desirable": "好的回答", "undesirable": "差的回答",
  "{n} learnt": "学习 {n} 个", "{n} only read": "只读 {n} 个", "{n} cut off": "截去 {n} 个", "Column": "列", "Types": "类型", "first in row {n}": "首见于第 {n} 行",
  "tokens": "词元", "learnt": "被学习", "median": "中位数", "95 % up to": "95 % 不超过", "longest": "最长", "over the cutoff": "超过截断长度", "skipped": "已跳过",
  "Template: {name}": "模板：{name}", "Model": "模型", "Cutoff, in tokens": "截断长度（词元）", "How long rows are, in tokens": "各行的词元长度", "cutoff {n}": "截断 {n}",
  "Nothing odd in {n} rows": "{n} 行中没有异常", "Of": "对象", "First": "最先", "What": "说明", "placeholders": "占位符", "duplicates": "重复", "types": "类型", "empty_answers": "空回答", "conversations": "对话", "cutoff": "截断",
  "How it was made: {what}": "如何得到：{what}", "Recipe": "配方",
  "Fork {name}": "派生 {name}", "A copy with your own words in the place of its placeholders. Only text inside of rows is changed.": "一份副本，占位符换成你自己的文字。只改变各行中的文本。",
  "No placeholders": "没有占位符", "A placeholder is a bare word in capitals like NAME, or a word in double braces. This data set has none.": "占位符是 NAME 这样的大写单词，或双花括号中的单词。这个数据集里没有。",
  "found from the first value": "取自第一个值", "in {n} rows": "在 {n} 行中", "Name of the fork": "派生后的名称", "A changed row": "改变后的一行",
  "Made ": "已生成 ", "{n} rows changed": "改变了 {n} 行", "{word} remains {n} times": "{word} 还剩 {n} 处",
  "Teach a model what a data set says. The training goes on when this page or the server is closed.": "让模型学会数据集的内容。关闭本页或服务器，训练也会继续。",
  "Add one first, then come back.": "请先添加一个，再回到这里。", "No model yet": "还没有模型", "Add one on the command line: a GGUF file, or a folder as Hugging Face has them.": "在命令行添加一个：GGUF 文件，或 Hugging Face 格式的文件夹。",
  "Start": "开始", "The same on the command line": "等同的命令", "The same as YAML, for ds and LLaMA-Factory": "等同的 YAML（ds 与 LLaMA-Factory 通用）", "Reading the data …": "正在读取数据……",
  "The first row, as it will be read": "第一行，模型将这样读它", "Name of the run": "训练名称", "More settings": "更多设置",
  "Epochs": "轮数", "how often every row is read": "每行读几遍", "Learning rate": "学习率", "1e-3 for small models, 1e-4 for large ones": "小模型 1e-3，大模型 1e-4",
  "Batch size": "批大小", "rows of a step": "每步的行数", "LoRA rank": "LoRA 秩", "how much an adapter can change": "适配器能改变多少", "longer rows are cut there": "更长的行会被截断",
  "LoRA alpha": "LoRA alpha", "twice the rank": "秩的两倍", "Accumulation": "梯度累积", "Most steps": "最多步数", "instead of epochs": "代替轮数", "Most rows": "最多行数", "of each data set": "每个数据集",
  "Warm-up share": "预热比例", "Weight decay": "权重衰减", "Longest gradient": "梯度裁剪", "Seed": "随机种子", "Checkpoint every": "检查点间隔", "steps; 0 for none": "步；0 为不保存",
  "Schedule": "学习率调度", "Layers": "层", "Pack rows together": "打包多行", "Learn the prompts too": "也学习提问", "Learn only the last answer": "只学习最后的回答", "Rank-stabilised scale": "秩稳定缩放",
  "steps": "步数", "tokens an epoch": "每轮词元", "memory, about": "内存（约）", "time, as before": "时间（按以往）", "time: known after the first steps": "时间：头几步之后可知",
  "running": "运行中", "queued": "排队中", "done": "完成", "stopped": "已停止", "failed": "失败",
  "No trainings yet": "还没有训练", "The first one will be listed here, with its curve and what it was made from.": "第一次训练会列在这里，带有曲线和来源。",
  "Loss of the last runs": "最近各次训练的损失", "Runs": "训练记录", "State": "状态", "Data": "数据", "Loss": "损失", "Steps": "步数", "Begun": "开始于",
  "This run was made on the command line; its curve lies beside its adapter.": "这次训练在命令行完成；曲线在适配器旁边。", "Chat with it": "与它对话", "Log": "日志",
  "Stopping after this step …": "本步之后停止……", "Go on": "继续", "Download": "下载", "The process ended without a word.": "进程没有留下信息就结束了。",
  "The training was ended in the middle; it can go on from its last checkpoint.": "训练中途结束；可以从最近的检查点继续。",
  "loss, smoothed": "损失（平滑）", "learning rate": "学习率", "tokens/s": "词元/秒", "left": "剩余", "Nothing to draw yet": "还没有可画的内容",
  "What it was made from": "由什么得到", "run": "训练", "data": "数据", "model": "模型", "template": "模板", "computed in": "计算精度", "The whole recipe": "完整配方",
  "Ask a model, with an adapter or without, or both beside each other.": "向模型提问，带适配器或不带，或两者并排。", "adapter": "适配器",
  "Say something": "说点什么", "Send": "发送", "One": "单个", "Side by side": "并排", "Begin anew": "重新开始", "Copy as API call": "复制为 API 调用",
  "System message, tools and sampling": "系统消息、工具与采样", "System message": "系统消息", "empty for the template's own": "留空则用模板自带的", "Tools, as JSON": "工具（JSON）",
  "Temperature": "温度", "Top p": "Top p", "Longest answer": "最长回答", "What you say goes to this model alone; nothing leaves your machine.": "你说的话只给这个模型；不会离开你的机器。",
  "What {name} answers": "{name} 的回答", "Answer": "回答", "The tools are not JSON: {what}": "工具不是 JSON：{what}",
  "Nothing to take out yet": "还没有可导出的内容", "Add a data set, or train a model.": "请添加数据集，或训练一个模型。",
  "Take data sets, adapters and models out, in forms that other programs read.": "把数据集、适配器和模型导出为其他程序能读的形式。",
  "What was trained": "训练所得", "Models": "模型", "Make": "生成", "Make and download": "生成并下载", "What to make of {name}": "把 {name} 导出为", "Download {name}": "下载 {name}", "merged": "合并",
  "one GGUF file, numbers as they are": "单个 GGUF 文件，数值不变", "one GGUF file, 8 bits (q8_0)": "单个 GGUF 文件，8 位（q8_0）", "one GGUF file, 4 bits (q4_k)": "单个 GGUF 文件，4 位（q4_k）",
  "Hugging Face folder (.tar)": "Hugging Face 文件夹（.tar）", "adapter alone, PEFT folder (.tar)": "仅适配器，PEFT 文件夹（.tar）", "adapter alone, GGUF for llama.cpp": "仅适配器，供 llama.cpp 的 GGUF",
  "PEFT folder (.tar)": "PEFT 文件夹（.tar）",
  "Method": "方法", "learn answers (sft)": "学习回答（sft）", "read texts on (pt)": "续读文本（pt）", "prefer the better answer (dpo)": "偏好更好的回答（dpo）", "prefer, without a reference (orpo)": "偏好，无参考模型（orpo）",
  "prefer, by mean odds (simpo)": "偏好，按平均概率（simpo）", "good and bad answers (kto)": "好与差的回答（kto）", "score answers (rm)": "给回答打分（rm）",
  "What is trained": "训练什么", "an adapter (lora)": "适配器（lora）", "the last blocks (freeze)": "最后几层（freeze）", "the whole model (full)": "整个模型（full）", "Optimiser": "优化器",
  "Mixed how": "如何混合", "one after another": "依次相接", "by weight, until the first is used up": "按权重，直到最先用完的一个", "by weight, until all are used up": "按权重，直到全部用完", "by weight, each row once": "按权重，每行一次", "Weight of {name}": "{name} 的权重",
  "Kept aside to evaluate": "留作评估", "a share, or a number of rows": "比例或行数", "Template": "模板", "the model's own": "模型自带的",
  "the file itself": "文件本身", "LLaMA-Factory folder (.tar)": "LLaMA-Factory 文件夹（.tar）", "The same on the command line:": "等同的命令：",
};
