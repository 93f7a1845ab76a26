"""What users of the `anthropic` package do."""

import anthropic
from stage import BASES, CHAT, FAILURES, SCRIPT, UNKNOWN, case, equal, in_pieces, raises

MODEL = "claude-sonnet-5"
ERROR_CLASSES = {
    401: anthropic.AuthenticationError,
    429: anthropic.RateLimitError,
    500: anthropic.InternalServerError,
}

GREETING = SCRIPT["greeting"]
WEATHER = SCRIPT["weather"]
TOOL = WEATHER["tool"]

tools = [{"name": TOOL["name"], "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}]

client = anthropic.Anthropic(api_key="sk-test-anthropic", base_url=BASES["anthropic"], max_retries=0)


def ask(content):
    return {"model": MODEL, "max_tokens": 64, "messages": [{"role": "user", "content": content}]}


def anthropic_case(name, **row):
    return case(f"anthropic: {name}", provider="anthropic", model=MODEL, **row)


@anthropic_case("answers")
def answers():
    reply = client.messages.create(**ask(GREETING["ask"]))
    equal(reply.content[0].text, GREETING["answer"])
    equal((reply.usage.input_tokens, reply.usage.output_tokens), (CHAT["in"], CHAT["out"]))


@anthropic_case("streams")
def streams():
    with client.messages.stream(**ask(GREETING["ask"])) as stream:
        in_pieces(list(stream.text_stream), GREETING["answer"])
        equal(stream.get_final_message().usage.output_tokens, CHAT["out"])


@anthropic_case("calls a tool")
def calls_tool():
    expect_tool_use(client.messages.create(**ask(WEATHER["ask"]), tools=tools))


@anthropic_case("calls a tool in a stream")
def calls_tool_in_stream():
    with client.messages.stream(**ask(WEATHER["ask"]), tools=tools) as stream:
        expect_tool_use(stream.get_final_message())


@anthropic_case("takes the result of a tool")
def takes_tool_result():
    tool_use = {"type": "tool_use", "id": TOOL["id"], "name": TOOL["name"], "input": TOOL["arguments"]}
    result = {"type": "tool_result", "tool_use_id": TOOL["id"], "content": WEATHER["result"]}
    request = ask(WEATHER["ask"])
    request["messages"] += [{"role": "assistant", "content": [tool_use]}, {"role": "user", "content": [result]}]
    reply = client.messages.create(**request, tools=tools)
    equal(reply.content[0].text, WEATHER["answer"])


def expect_tool_use(reply):
    (asked,) = reply.content
    equal((asked.type, asked.id, asked.name, asked.input), ("tool_use", TOOL["id"], TOOL["name"], TOOL["arguments"]))


for failure in FAILURES:

    @anthropic_case(f"{failure['status']} arrives as its own error", tokens=UNKNOWN, status=failure["status"])
    def fails(failure=failure):
        with raises(ERROR_CLASSES[failure["status"]]) as caught:
            client.messages.create(**ask(failure["ask"]))
        error = caught[0].body["error"]
        equal((error["message"], error["type"]), (failure["message"], failure["type"]))
