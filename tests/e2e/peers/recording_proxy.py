"""A reverse proxy that records what arrives and passes it on as it is: put in front of an upstream over HTTP.

    recording_proxy.py --port P --to http://127.0.0.1:Q --log FILE
"""

import argparse

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from arrivals import Arrivals

# Each side of a proxy frames its own messages.
HOP_BY_HOP = {"host", "connection", "content-length", "transfer-encoding", "keep-alive"}


def application(to, arrivals):
    client = httpx2.AsyncClient(base_url=to, timeout=None)

    async def forward(request):
        body = await request.body()
        if request.method == "POST":
            arrivals.note(body, request.headers)
        headers = [(name, value) for name, value in request.headers.items() if name not in HOP_BY_HOP]
        outgoing = client.build_request(request.method, request.url.path, headers=headers, content=body)
        try:
            incoming = await client.send(outgoing, stream=True)
        except httpx2.TransportError:
            return Response("the upstream is down", status_code=502)
        return StreamingResponse(
            incoming.aiter_raw(),
            status_code=incoming.status_code,
            headers={name: value for name, value in incoming.headers.items() if name not in HOP_BY_HOP},
            background=BackgroundTask(incoming.aclose),
        )

    methods = ["GET", "POST", "DELETE"]
    return Starlette(routes=[Route("/{path:path}", forward, methods=methods)])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--to", required=True)
    parser.add_argument("--log", required=True)
    arguments = parser.parse_args()
    app = application(arguments.to, Arrivals(arguments.log))
    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning")


if __name__ == "__main__":
    main()
