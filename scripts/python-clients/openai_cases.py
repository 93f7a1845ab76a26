"""What users of the `openai` package do."""

import base64
import json

import openai
from stage import BASES, CHAT, EMBEDDING, FAILURES, SCRIPT, TRANSCRIPTION, UNKNOWN, case, equal, in_pieces, raises

MODEL = "gpt-4o-mini"
ERROR_CLASSES = {401: openai.AuthenticationError, 429: openai.RateLimitError, 500: openai.InternalServerError}

GREETING = SCRIPT["greeting"]
WEATHER = SCRIPT["weather"]
TOOL = WEATHER["tool"]
SPEECH = base64.b64decode(SCRIPT["speech"]["mp3"])

parameters = {"type": "object", "properties": {"city": {"type": "string"}}}
chat_tools = [{"type": "function", "function": {"name": TOOL["name"], "parameters": parameters}}]
response_tools = [{"type": "function", "name": TOOL["name"], "parameters": parameters, "strict": False}]

client = openai.OpenAI(api_key="sk-test-openai", base_url=BASES["openai"], max_retries=0)


def ask(content):
    return {"model": MODEL, "messages": [{"role": "user", "content": content}]}


def openai_case(name, model=MODEL, **row):
    return case(f"openai: {name}", provider="openai", model=model, **row)


@openai_case("answers")
def answers():
    reply = client.chat.completions.create(**ask(GREETING["ask"]))
    equal(reply.choices[0].message.content, GREETING["answer"])
    equal((reply.usage.prompt_tokens, reply.usage.completion_tokens), (CHAT["in"], CHAT["out"]))


@openai_case("streams, and reports usage when asked for it")
def streams():
    request = ask(GREETING["ask"]) | {"stream_options": {"include_usage": True}}
    with client.chat.completions.stream(**request) as stream:
        in_pieces([event.delta for event in stream if event.type == "content.delta"], GREETING["answer"])
        equal(stream.get_final_completion().usage.completion_tokens, CHAT["out"])


@openai_case("streams without usage, which then stays unknown", tokens=UNKNOWN)
def streams_without_usage():
    chunks = client.chat.completions.create(**ask(GREETING["ask"]), stream=True)
    in_pieces([text for chunk in chunks if (text := chunk.choices[0].delta.content)], GREETING["answer"])


@openai_case("calls a tool")
def calls_tool():
    reply = client.chat.completions.create(**ask(WEATHER["ask"]), tools=chat_tools)
    (asked,) = reply.choices[0].message.tool_calls
    equal((asked.id, asked.function.name), (TOOL["id"], TOOL["name"]))
    equal(json.loads(asked.function.arguments), TOOL["arguments"])


@openai_case("calls a tool in a stream")
def calls_tool_in_stream():
    request = ask(WEATHER["ask"]) | {"tools": chat_tools, "stream_options": {"include_usage": True}}
    with client.chat.completions.stream(**request) as stream:
        reply = stream.get_final_completion()
    (asked,) = reply.choices[0].message.tool_calls
    equal((asked.function.name, json.loads(asked.function.arguments)), (TOOL["name"], TOOL["arguments"]))


@openai_case("takes the result of a tool")
def takes_tool_result():
    function = {"name": TOOL["name"], "arguments": json.dumps(TOOL["arguments"])}
    request = ask(WEATHER["ask"])
    request["messages"] += [
        {"role": "assistant", "tool_calls": [{"id": TOOL["id"], "type": "function", "function": function}]},
        {"role": "tool", "tool_call_id": TOOL["id"], "content": WEATHER["result"]},
    ]
    reply = client.chat.completions.create(**request, tools=chat_tools)
    equal(reply.choices[0].message.content, WEATHER["answer"])


@openai_case("responses answer")
def responses_answer():
    reply = client.responses.create(model=MODEL, input=GREETING["ask"])
    equal(reply.output_text, GREETING["answer"])
    equal((reply.usage.input_tokens, reply.usage.output_tokens), (CHAT["in"], CHAT["out"]))


@openai_case("responses stream")
def responses_stream():
    with client.responses.stream(model=MODEL, input=GREETING["ask"]) as stream:
        in_pieces([event.delta for event in stream if event.type == "response.output_text.delta"], GREETING["answer"])
        equal(stream.get_final_response().usage.output_tokens, CHAT["out"])


@openai_case("responses call a tool in a stream")
def responses_call_tool():
    with client.responses.stream(model=MODEL, input=WEATHER["ask"], tools=response_tools) as stream:
        (asked,) = stream.get_final_response().output
    equal((asked.type, asked.call_id, asked.name), ("function_call", TOOL["id"], TOOL["name"]))


@openai_case("embeds", model="text-embedding-3-small", tokens=EMBEDDING)
def embeds():
    text = SCRIPT["embedding"]["ask"]
    reply = client.embeddings.create(model="text-embedding-3-small", input=text, encoding_format="float")
    equal(reply.data[0].embedding, SCRIPT["embedding"]["vector"])


@openai_case("draws", model="gpt-image-1", tokens=UNKNOWN)
def draws():
    reply = client.images.generate(model="gpt-image-1", prompt=SCRIPT["image"]["ask"])
    equal(reply.data[0].b64_json, SCRIPT["image"]["png"])


@openai_case("transcribes an uploaded file", model="gpt-4o-transcribe", tokens=TRANSCRIPTION)
def transcribes():
    file = ("speech.mp3", SPEECH, "audio/mpeg")
    reply = client.audio.transcriptions.create(model="gpt-4o-transcribe", file=file)
    equal(reply.text, SCRIPT["transcription"]["answer"])


@openai_case("speaks", model="gpt-4o-mini-tts", tokens=UNKNOWN)
def speaks():
    reply = client.audio.speech.create(model="gpt-4o-mini-tts", input=SCRIPT["speech"]["ask"], voice="alloy")
    equal(reply.content, SPEECH)


for failure in FAILURES:

    @openai_case(f"{failure['status']} arrives as its own error", tokens=UNKNOWN, status=failure["status"])
    def fails(failure=failure):
        with raises(ERROR_CLASSES[failure["status"]]) as caught:
            client.chat.completions.create(**ask(failure["ask"]))
        body = caught[0].body
        equal((body["message"], body["type"]), (failure["message"], failure["type"]))
