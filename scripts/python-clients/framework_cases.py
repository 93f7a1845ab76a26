"""What users of LangChain and LlamaIndex do."""

from langchain_openai import ChatOpenAI
from llama_index.core.llms import ChatMessage
from llama_index.llms.openai import OpenAI
from stage import BASES, CHAT, SCRIPT, UNKNOWN, case, equal, in_pieces

MODEL = "gpt-4o-mini"
GREETING = SCRIPT["greeting"]

langchain = ChatOpenAI(model=MODEL, api_key="sk-test-openai", base_url=BASES["openai"], max_retries=0, stream_usage=True)
llama_index = OpenAI(model=MODEL, api_key="sk-test-openai", api_base=BASES["openai"], max_retries=0)


@case("langchain-openai: answers", provider="openai", model=MODEL)
def langchain_answers():
    reply = langchain.invoke(GREETING["ask"])
    equal(reply.text, GREETING["answer"])
    equal(reply.usage_metadata["output_tokens"], CHAT["out"])


@case("langchain-openai: streams", provider="openai", model=MODEL)
def langchain_streams():
    in_pieces([piece.text for piece in langchain.stream(GREETING["ask"])], GREETING["answer"])


@case("llama-index-llms-openai: answers", provider="openai", model=MODEL)
def llama_index_answers():
    equal(llama_index.chat([ChatMessage(GREETING["ask"])]).message.content, GREETING["answer"])


@case("llama-index-llms-openai: streams", provider="openai", model=MODEL, tokens=UNKNOWN)
def llama_index_streams():
    pieces = llama_index.stream_chat([ChatMessage(GREETING["ask"])])
    in_pieces([piece.delta for piece in pieces], GREETING["answer"])
